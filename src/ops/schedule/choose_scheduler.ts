import { CronScheduler } from "./cron_scheduler.ts";
import { LaunchdScheduler } from "./launchd_scheduler.ts";
import type { Backend, Scheduler, SchedulerDeps } from "./scheduler.ts";
import { SystemdScheduler } from "./systemd_scheduler.ts";
import type { Scope } from "./systemd_units.ts";
import { WindowsScheduler } from "./windows_scheduler.ts";

/** What a user wants; what is undefined is told from the machine. */
export interface SchedulerChoice {
  readonly backend: Backend | undefined;
  readonly scope: Scope | undefined;
}

/** The scheduler to use. */
export function chooseScheduler(deps: SchedulerDeps, choice: SchedulerChoice): Scheduler {
  const scope = choice.scope ?? (deps.uid === 0 ? "system" : "user");
  switch (choice.backend ?? usualBackend(deps)) {
    case "systemd":
      return new SystemdScheduler(deps, scope);
    case "cron":
      return new CronScheduler(deps, scope);
    case "launchd":
      return new LaunchdScheduler(deps, scope);
    case "windows":
      return new WindowsScheduler(deps, scope);
  }
}

/** Source: sd_booted(3): a machine runs systemd when that directory is there. */
function usualBackend({ os, listNames }: SchedulerDeps): Backend {
  if (os === "windows") return "windows";
  if (os === "darwin") return "launchd";
  return listNames("/run/systemd").includes("system") ? "systemd" : "cron";
}
