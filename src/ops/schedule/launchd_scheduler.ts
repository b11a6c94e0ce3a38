import { join } from "node:path";
import { launchdLabel, renderPlist } from "./launchd_plist.ts";
import type { ScheduledJob } from "./scheduled_job.ts";
import {
  checkForeign,
  needHome,
  runTool,
  type Scheduler,
  type SchedulerDeps,
  textOf,
  type UnitFile,
  writeUnits,
} from "./scheduler.ts";
import { type Scope, WRITTEN_BY } from "./systemd_units.ts";

/** Schedules by launchd, as an agent of the user or a daemon of the system. */
export class LaunchdScheduler implements Scheduler {
  readonly backend = "launchd";
  readonly scope: Scope;
  readonly #deps: SchedulerDeps;
  readonly #library: string;

  constructor(deps: SchedulerDeps, scope: Scope) {
    this.#deps = deps;
    this.scope = scope;
    this.#library = scope === "system" ? "/Library" : join(needHome(deps.home), "Library");
  }

  files(job: ScheduledJob): UnitFile[] {
    const logPath = join(this.#library, "Logs", `${job.unit}.log`);
    return [{ path: this.#path(job.unit), text: renderPlist(job, { logPath, scope: this.scope }) }];
  }

  async install(job: ScheduledJob, { force }: { force: boolean }): Promise<string[]> {
    const units = this.files(job);
    for (const { path } of units) checkForeign(textOf(this.#deps, path), { job, path, force });
    await writeUnits(this.#deps, units, async () => {
      await this.#bootout(job.unit);
      await runTool(this.#deps, "launchctl", {
        args: ["bootstrap", this.#domain(), this.#path(job.unit)],
      });
    });
    return [];
  }

  async remove(unit: string): Promise<boolean> {
    const path = this.#path(unit);
    if (textOf(this.#deps, path)?.includes(WRITTEN_BY) !== true) return false;
    await this.#bootout(unit);
    return this.#deps.files.removeText(path);
  }

  installed(): Promise<string[]> {
    const names = this.#deps.listNames(this.#dir());
    const units = names.flatMap((name) => {
      const match = /^net\.phlb(?:\.(.+))?\.plist$/.exec(name);
      if (match === null) return [];
      const unit = match[1] === undefined ? "phlb" : `phlb-${match[1]}`;
      return textOf(this.#deps, this.#path(unit))?.includes(WRITTEN_BY) === true ? [unit] : [];
    });
    return Promise.resolve(units.toSorted());
  }

  /** One that is not loaded is none that has to be ended. */
  async #bootout(unit: string): Promise<void> {
    const args = ["bootout", `${this.#domain()}/${launchdLabel(unit)}`];
    await runTool(this.#deps, "launchctl", { args, isFine: () => true });
  }

  #domain(): string {
    return this.scope === "system" ? "system" : `gui/${this.#deps.uid ?? 0}`;
  }

  #dir(): string {
    return join(this.#library, this.scope === "system" ? "LaunchDaemons" : "LaunchAgents");
  }

  #path(unit: string): string {
    return join(this.#dir(), `${launchdLabel(unit)}.plist`);
  }
}
