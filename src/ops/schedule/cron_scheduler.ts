import { AppError, EXIT } from "../../base/app_error.ts";
import { cronUnits, findCronBlock, renderCronBlock, withCronBlock } from "./cron_lines.ts";
import type { ScheduledJob } from "./scheduled_job.ts";
import {
  checkForeign,
  runTool,
  type Scheduler,
  type SchedulerDeps,
  type UnitFile,
} from "./scheduler.ts";
import type { Scope } from "./systemd_units.ts";

/** Schedules by the crontab of the user who runs phlb. */
export class CronScheduler implements Scheduler {
  readonly backend = "cron";
  readonly scope: Scope;
  readonly #deps: SchedulerDeps;

  constructor(deps: SchedulerDeps, scope: Scope) {
    this.#deps = deps;
    this.scope = scope;
  }

  files(job: ScheduledJob): UnitFile[] {
    return [{ path: "crontab", text: renderCronBlock(job) }];
  }

  async install(job: ScheduledJob, { force }: { force: boolean }): Promise<string[]> {
    const block = renderCronBlock(job);
    const crontab = await this.#read();
    const before = findCronBlock(crontab, job.unit)?.text;
    checkForeign(before, { job, path: `block "${job.unit}" of the crontab`, force });
    const after = withCronBlock(crontab, { unit: job.unit, block });
    if (after !== crontab) await this.#write(after);
    return [];
  }

  async remove(unit: string): Promise<boolean> {
    const crontab = await this.#read();
    const after = withCronBlock(crontab, { unit, block: "" });
    if (after === crontab) return false;
    if (after === "") await runTool(this.#deps, "crontab", { args: ["-r"] });
    else await this.#write(after);
    return true;
  }

  async installed(): Promise<string[]> {
    return cronUnits(await this.#read());
  }

  async #read(): Promise<string> {
    const { code, stdout } = await runTool(this.#deps, "crontab", {
      args: ["-l"],
      isFine: ({ stderr }) => /no crontab for/i.test(stderr),
    });
    return code === 0 ? stdout : "";
  }

  async #write(crontab: string): Promise<void> {
    // What is not UTF-8 has been read as this, and would not come back as it was.
    if (crontab.includes("\ufffd")) {
      throw new AppError("Cannot change the crontab: it has bytes that are not UTF-8", {
        code: "SCHEDULER_FAILED",
        exitCode: EXIT.failed,
        hint: "Put in by hand what --print shows, with: crontab -e",
      });
    }
    await runTool(this.#deps, "crontab", { args: ["-"], input: crontab });
  }
}
