import { isAbsolute, join } from "node:path";
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
import { renderService, renderTimer, type Scope, WRITTEN_BY } from "./systemd_units.ts";

/** Schedules by timers of systemd, of the system or of the user. */
export class SystemdScheduler implements Scheduler {
  readonly backend = "systemd";
  readonly scope: Scope;
  readonly #deps: SchedulerDeps;
  readonly #dir: string;

  constructor(deps: SchedulerDeps, scope: Scope) {
    this.#deps = deps;
    this.scope = scope;
    this.#dir = scope === "system" ? "/etc/systemd/system" : userUnitDir(deps);
  }

  files(job: ScheduledJob): UnitFile[] {
    return [
      { path: this.#path(job.unit, "service"), text: renderService(job, this.scope) },
      { path: this.#path(job.unit, "timer"), text: renderTimer(job) },
    ];
  }

  async install(job: ScheduledJob, { force }: { force: boolean }): Promise<string[]> {
    const units = this.files(job);
    for (const { path } of units) {
      checkForeign(textOf(this.#deps, path), { job, path, force });
    }
    await writeUnits(this.#deps, units, async () => {
      await this.#systemctl("daemon-reload");
      await this.#systemctl("enable", `${job.unit}.timer`);
      await this.#systemctl("restart", `${job.unit}.timer`);
    });
    return this.scope === "user" ? await this.#lingerHint() : [];
  }

  async remove(unit: string): Promise<boolean> {
    const paths = [this.#path(unit, "timer"), this.#path(unit, "service")];
    const ours = paths.filter((path) => textOf(this.#deps, path)?.includes(WRITTEN_BY) === true);
    if (ours.length === 0) return false;
    // One that was never loaded cannot be disabled, and need not be.
    await runTool(this.#deps, "systemctl", {
      args: [...this.#mode(), "disable", "--now", `${unit}.timer`],
      isFine: ({ stderr }) => /not loaded|does not exist|No such file/.test(stderr),
    });
    for (const path of ours) this.#deps.files.removeText(path);
    await this.#systemctl("daemon-reload");
    return true;
  }

  installed(): Promise<string[]> {
    const units = this.#deps.listNames(this.#dir).flatMap((name) => {
      const unit = /^(phlb(?:-.+)?)\.timer$/.exec(name)?.[1];
      if (unit === undefined) return [];
      const text = textOf(this.#deps, this.#path(unit, "timer"));
      return text?.includes(WRITTEN_BY) === true ? [unit] : [];
    });
    return Promise.resolve(units.toSorted());
  }

  #path(unit: string, kind: "service" | "timer"): string {
    return join(this.#dir, `${unit}.${kind}`);
  }

  #mode(): string[] {
    return this.scope === "user" ? ["--user"] : [];
  }

  async #systemctl(...args: string[]): Promise<void> {
    await runTool(this.#deps, "systemctl", { args: [...this.#mode(), ...args] });
  }

  /** A user's manager ends with the last session unless it is told to linger. */
  async #lingerHint(): Promise<string[]> {
    const args = ["show-user", String(this.#deps.uid ?? 0), "--property=Linger"];
    const end = await this.#deps.runProgram("loginctl", { args });
    if (end?.stdout.trim() === "Linger=yes") return [];
    return ['It runs while you are logged in; "loginctl enable-linger" has it run at all times'];
  }
}

function userUnitDir({ env, home }: SchedulerDeps): string {
  const config = env["XDG_CONFIG_HOME"];
  if (config !== undefined && isAbsolute(config)) return join(config, "systemd", "user");
  return join(needHome(home), ".config", "systemd", "user");
}
