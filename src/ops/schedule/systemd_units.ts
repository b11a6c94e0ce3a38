/**
 * A service and a timer of systemd for a job.
 *
 * Source: systemd.syntax(7), systemd.exec(5), systemd.service(5), systemd.timer(5) of systemd 252.
 *
 * @module
 */
import { dirname } from "node:path";
import { parseIoPriority } from "../../base/io_priority.ts";
import { writeOnCalendar } from "../../base/calendar/on_calendar.ts";
import { printable } from "../../base/path_bytes.ts";
import { catchUpMinute, environmentOf, type ScheduledJob, unwritable } from "./scheduled_job.ts";

/** For whom a unit is. */
export type Scope = "system" | "user";

/** The first words of all files that we write, by which we know them again. */
export const WRITTEN_BY = 'Written by "phlb schedule install"';

/** The line by which we know whose a file is. */
export function originLine({ origin }: Pick<ScheduledJob, "origin">): string {
  return `Configured in ${printable(origin)}`;
}

/**
 * Text of the service.
 *
 * @throws {SCHEDULE_UNWRITABLE} when a path cannot stand in it
 */
export function renderService(job: ScheduledJob, scope: Scope): string {
  const { settings } = job;
  const timeoutMs = settings["schedule.timeout"];
  const network = scope === "system" && settings["schedule.network"]
    ? ["Wants=network-online.target", "After=network-online.target"]
    : [];
  return lines([
    ...head(job),
    "[Unit]",
    `Description=${plain(`phlb: ${job.label}, ${job.source} to ${job.root}`)}`,
    ...network,
    "",
    "[Service]",
    "Type=oneshot",
    `ExecStart=${
      job.command.map((word, i) => argument(word, { job, isProgram: i === 0 })).join(" ")
    }`,
    ...Object.entries(environmentOf(job, scope)).map(([name, value]) =>
      `Environment=${quoted(`${name}=${value}`, job)}`
    ),
    ...priorities(job),
    "# phlb ends by itself in time; this is for one that hangs.",
    `TimeoutStartSec=${timeoutMs === 0 ? "infinity" : Math.ceil(timeoutMs / 1000) + 900}`,
    "TimeoutStopSec=300",
    "KillMode=mixed",
    "",
    ...(scope === "system" ? systemFence(job) : USER_FENCE),
  ]);
}

/** Text of the timer. */
export function renderTimer(job: ScheduledJob): string {
  const { settings, unit } = job;
  const minute = String(catchUpMinute(unit)).padStart(2, "0");
  const delayMs = settings["schedule.randomized_delay"];
  return lines([
    ...head(job),
    "[Unit]",
    `Description=${plain(`phlb: when ${job.label} runs (${job.every})`)}`,
    "",
    "[Timer]",
    ...job.calendar.flatMap(writeOnCalendar).map((line) => `OnCalendar=${line}`),
    ...(settings["schedule.catch_up"]
      ? [
        "# Each hour, for a run that was missed; otherwise this does nothing.",
        `OnCalendar=*-*-* *:${minute}:00`,
        "Persistent=true",
      ]
      : ["Persistent=false"]),
    ...(delayMs === 0 ? [] : [`RandomizedDelaySec=${Math.ceil(delayMs / 1000)}`]),
    "",
    "[Install]",
    "WantedBy=timers.target",
  ]);
}

function lines(texts: readonly string[]): string {
  return `${texts.join("\n")}\n`;
}

function head(job: ScheduledJob): string[] {
  return [
    `# ${WRITTEN_BY}; "phlb schedule remove" takes it away.`,
    `# ${originLine(job)}`,
    "",
  ];
}

function priorities({ settings }: ScheduledJob): string[] {
  const nice = settings["schedule.nice"] ?? settings["performance.nice"];
  const ionice = settings["schedule.ionice"] ?? settings["performance.ionice"];
  const io = ionice === undefined ? undefined : parseIoPriority(ionice);
  return [
    ...(nice === undefined ? [] : [`Nice=${nice}`]),
    ...(io === undefined ? [] : [`IOSchedulingClass=${io.ioClass}`]),
    ...(io?.ioClass === "best-effort" ? [`IOSchedulingPriority=${io.level}`] : []),
  ];
}

/** What does without a file system of its own, and takes nothing that a backup or a hook needs. */
const COMMON_FENCE = [
  "NoNewPrivileges=yes",
  "LockPersonality=yes",
  "RestrictRealtime=yes",
  "SystemCallArchitectures=native",
];

/**
 * A user's manager can hide or protect directories only in a user namespace, in which the owners of
 * all other files are unknown: a backup would record the wrong ones.
 */
const USER_FENCE = [
  "# A user's service cannot be kept from writing to directories without losing sight of who owns",
  "# files. phlb's own threads are fenced by the kernel all the same.",
  ...COMMON_FENCE,
];

/** Kept: what reads and restores all metadata. Not RestrictSUIDSGID, not PrivateDevices: they bar it. */
const NEEDLESS_CAPABILITIES = [
  "CAP_SYS_MODULE",
  "CAP_SYS_BOOT",
  "CAP_SYS_TIME",
  "CAP_SYS_RAWIO",
  "CAP_SYS_PTRACE",
  "CAP_NET_ADMIN",
  "CAP_NET_RAW",
  "CAP_BPF",
  "CAP_PERFMON",
  "CAP_SYSLOG",
  "CAP_WAKE_ALARM",
];

function systemFence(job: ScheduledJob): string[] {
  const { settings, unit } = job;
  if (!settings["schedule.hardened"]) {
    return ["# schedule.hardened = false: nothing is kept from this service."];
  }
  const index = settings["index.path"];
  const writable = [
    job.root,
    ...(job.stateDir === undefined ? [] : [job.stateDir]),
    ...(index === undefined ? [] : [dirname(index)]),
    ...settings["schedule.writable"],
  ];
  const temporary = ["/tmp", "/var/tmp"];
  const usesTemporary = [job.source, ...writable, ...job.command].some((path) =>
    path === "/" || temporary.some((dir) => path === dir || path.startsWith(`${dir}/`)) ||
    path === "/var"
  );
  return [
    "# This service may write to the backup root and to what phlb remembers, nowhere else. Hooks",
    '# that need more: schedule.writable in phlb.toml, then "phlb schedule install" again, or',
    `# "systemctl edit ${unit}.service" with, for example, ProtectSystem=no below [Service].`,
    "ProtectSystem=strict",
    `ReadWritePaths=${paths(writable, job)}`,
    `ReadOnlyPaths=${paths([job.source], job)}`,
    usesTemporary ? `ReadWritePaths=${paths(temporary, job)}` : "PrivateTmp=yes",
    "ProtectKernelTunables=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelLogs=yes",
    "ProtectControlGroups=yes",
    "ProtectClock=yes",
    "ProtectHostname=yes",
    "RestrictNamespaces=yes",
    `CapabilityBoundingSet=~${NEEDLESS_CAPABILITIES.join(" ")}`,
    ...COMMON_FENCE,
  ];
}

/** A missing one does not keep the service from starting: phlb itself says what is wrong then. */
function paths(list: readonly string[], job: ScheduledJob): string {
  return [...new Set(list)].map((path) => {
    // These lists know no escape for a line's end, unlike commands.
    if (/[\n\r]/.test(path)) throw noPath(path, job);
    return `"-${escaped(path, job)}"`;
  }).join(" ");
}

function noPath(path: string, job: ScheduledJob): Error {
  return unwritable(job, {
    what: "systemd",
    reason: `"${printable(path)}" cannot stand in a hardened unit, it has a line break`,
    hint: "Set schedule.hardened = false, or schedule by cron: --backend cron",
  });
}

/** Quotes, backslashes and `%`, which stands for something in units. */
function escaped(text: string, job: ScheduledJob): string {
  if (!text.isWellFormed()) {
    throw unwritable(job, {
      what: "systemd",
      reason: `"${printable(text)}" is not UTF-8`,
      hint: "Give the directory a name in UTF-8, or reach it through a symlink with one",
    });
  }
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%");
}

// deno-lint-ignore no-control-regex -- control characters are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/g;

function quoted(text: string, job: ScheduledJob): string {
  const body = escaped(text, job).replace(
    CONTROL,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `"${body}"`;
}

/** `$` is a variable's everywhere but in the program's path. */
function argument(
  text: string,
  { job, isProgram }: { job: ScheduledJob; isProgram: boolean },
): string {
  if (/^[\w./:=@+-]+$/.test(text)) return text;
  return quoted(isProgram ? text : text.replaceAll("$", "$$$$"), job);
}

/** One line of a description. */
function plain(text: string): string {
  return printable(text).replaceAll("%", "%%").replace(/\\+$/, "");
}
