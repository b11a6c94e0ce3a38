import { join } from "node:path";
import { AppError, EXIT } from "../../base/app_error.ts";
import type { ScheduledJob } from "./scheduled_job.ts";
import {
  checkForeign,
  runTool,
  type Scheduler,
  type SchedulerDeps,
  textOf,
  type UnitFile,
  writeUnits,
} from "./scheduler.ts";
import { type Scope, WRITTEN_BY } from "./systemd_units.ts";
import { renderTask } from "./windows_task.ts";

/** Schedules by Windows' Task Scheduler; the tasks' XML is kept beside what phlb remembers. */
export class WindowsScheduler implements Scheduler {
  readonly backend = "windows";
  readonly scope: Scope;
  readonly #deps: SchedulerDeps;
  readonly #dir: string;

  constructor(deps: SchedulerDeps, scope: Scope) {
    this.#deps = deps;
    this.scope = scope;
    const base = deps.env[scope === "system" ? "ProgramData" : "LOCALAPPDATA"] ?? deps.home;
    if (base === undefined) {
      throw new AppError("Cannot schedule: there is no place for the tasks' XML", {
        code: "SCHEDULER_FAILED",
        exitCode: EXIT.usage,
        hint: "Set LOCALAPPDATA, or ProgramData for --system",
      });
    }
    this.#dir = join(base, "phlb", "tasks");
  }

  files(job: ScheduledJob): UnitFile[] {
    return [{ path: this.#path(job.unit), text: renderTask(job, this.scope) }];
  }

  async install(job: ScheduledJob, { force }: { force: boolean }): Promise<string[]> {
    const units = this.files(job);
    const path = this.#path(job.unit);
    checkForeign(textOf(this.#deps, path), { job, path, force });
    await writeUnits(this.#deps, units, async () => {
      await runTool(this.#deps, "schtasks", {
        args: ["/Create", "/F", "/TN", taskName(job.unit), "/XML", path],
      });
    });
    return [];
  }

  async remove(unit: string): Promise<boolean> {
    const path = this.#path(unit);
    if (textOf(this.#deps, path)?.includes("Written by") !== true) return false;
    await runTool(this.#deps, "schtasks", {
      args: ["/Delete", "/F", "/TN", taskName(unit)],
      isFine: ({ stderr }) => /does not exist|cannot find/i.test(stderr),
    });
    return this.#deps.files.removeText(path);
  }

  installed(): Promise<string[]> {
    const units = this.#deps.listNames(this.#dir).flatMap((name) => {
      const unit = /^(phlb(?:-.+)?)\.xml$/.exec(name)?.[1];
      if (unit === undefined) return [];
      return textOf(this.#deps, this.#path(unit))?.includes(WRITTEN_BY) === true ? [unit] : [];
    });
    return Promise.resolve(units.toSorted());
  }

  #path(unit: string): string {
    return join(this.#dir, `${unit}.xml`);
  }
}

/** In a folder of its own. */
function taskName(unit: string): string {
  return `\\phlb\\${unit}`;
}
