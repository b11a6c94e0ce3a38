import assert from "node:assert/strict";
import { type ScheduledJob, scheduledJob } from "../../src/ops/schedule/scheduled_job.ts";
import { load } from "./config_deps.ts";

/** What a scheduled job is to be like. */
export interface JobSetting {
  readonly every?: string;
  readonly id?: string;
  /** Absolute; where the configuration lies. */
  readonly cwd?: string;
  readonly source?: string;
  readonly root?: string;
  /** More lines below `[schedule]`. */
  readonly lines?: readonly string[];
  readonly program?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stateDir?: string;
}

/** A job as a configuration file has it, all in memory. */
export function makeScheduledJob(setting: JobSetting = {}): ScheduledJob {
  const { cwd = "/home/ann", id = "docs", every = "daily 02:30", lines = [] } = setting;
  const toml = [
    `destination = ${JSON.stringify(setting.root ?? "/mnt/backup")}`,
    `source = ${JSON.stringify(setting.source ?? "/home/ann/Documents")}`,
    "[schedule]",
    `every = ${JSON.stringify(every)}`,
    ...lines,
    "[[job]]",
    `id = ${JSON.stringify(id)}`,
  ].join("\n");
  const [job] = load({ cwd, files: { [`${cwd}/phlb.toml`]: toml } }).jobs;
  assert.ok(job !== undefined);
  const scheduled = scheduledJob(job, {
    cwd,
    home: "/home/ann",
    env: setting.env ?? {},
    program: setting.program ?? ["/usr/bin/phlb"],
    stateDir: setting.stateDir ?? "/home/ann/.local/state/phlb",
    configFile: undefined,
  });
  assert.ok(scheduled !== undefined);
  return scheduled;
}
