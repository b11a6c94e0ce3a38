/**
 * What keeps a scheduled run from beginning although it is due.
 *
 * @module
 */
import { decodeName } from "../../base/path_bytes.ts";
import type { RunProgram } from "../../base/run_program.ts";
import type { Settings } from "../../config/schema.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { fileChunks } from "../../store/file_chunks.ts";

/** Why a run does not begin. */
export interface Obstacle {
  readonly code: "BATTERY" | "NETWORK";
  readonly reason: string;
}

/** What {@link findObstacle} looks at. */
export interface ObstacleDeps {
  readonly fs: FileSystem;
  readonly os: string;
  readonly runProgram: RunProgram;
}

/** What keeps a run with these settings from beginning now; undefined when nothing does. */
export async function findObstacle(
  deps: ObstacleDeps,
  settings: Pick<Settings, "schedule.on_battery" | "schedule.network">,
): Promise<Obstacle | undefined> {
  if (!settings["schedule.on_battery"] && await isOnBattery(deps)) {
    return { code: "BATTERY", reason: "the computer runs on its battery" };
  }
  if (settings["schedule.network"] && deps.os === "linux" && !hasNetwork(deps.fs)) {
    return { code: "NETWORK", reason: "there is no network" };
  }
  return undefined;
}

async function isOnBattery({ fs, os, runProgram }: ObstacleDeps): Promise<boolean> {
  if (os === "linux") return drawsOnBattery(fs, "/sys/class/power_supply");
  if (os !== "darwin") return false; // Windows' Task Scheduler sees to it
  const end = await runProgram("pmset", { args: ["-g", "batt"] });
  return end?.stdout.includes("'Battery Power'") === true;
}

/**
 * Whether a battery is being emptied and nothing feeds the computer.
 *
 * Source: Linux, Documentation/ABI/testing/sysfs-class-power.
 */
export function drawsOnBattery(fs: FileSystem, path: string): boolean {
  const supplies = namesIn(fs, path).map((name) => {
    const read = (file: string) => readText(fs, `${path}/${name}`, file)?.trim();
    return {
      type: read("type"),
      isOnline: read("online") === "1",
      isEmptied: read("status") === "Discharging",
      // A mouse has a battery too.
      isDevice: read("scope") === "Device",
    };
  });
  if (supplies.some(({ type, isOnline }) => type !== "Battery" && isOnline)) return false;
  return supplies.some(({ type, isEmptied, isDevice }) =>
    type === "Battery" && isEmptied && !isDevice
  );
}

/** Whether there is a way to other computers: a default route. */
function hasNetwork(fs: FileSystem): boolean {
  const ipv4 = readText(fs, "/proc/self/net", "route");
  const ipv6 = readText(fs, "/proc/self/net", "ipv6_route");
  if (ipv4 === undefined && ipv6 === undefined) return true; // nobody can tell
  return hasDefaultRoute({ ipv4: ipv4 ?? "", ipv6: ipv6 ?? "" });
}

/**
 * Whether one of the kernel's two tables has a default route that is up.
 *
 * Source: Linux, fib_route_seq_show() and rt6_info_route().
 */
export function hasDefaultRoute({ ipv4, ipv6 }: { ipv4: string; ipv6: string }): boolean {
  const rows = (text: string) => text.trim().split("\n").map((line) => line.trim().split(/\s+/));
  const isUp = (flags: string | undefined) => (Number.parseInt(flags ?? "0", 16) & 1) === 1;
  return rows(ipv4).some(([, destination, , flags]) => destination === "00000000" && isUp(flags)) ||
    rows(ipv6).some((row) =>
      /^0{32}$/.test(row[0] ?? "") && row[1] === "00" && isUp(row[8]) && row[9] !== "lo"
    );
}

function namesIn(fs: FileSystem, path: string): readonly string[] {
  return inDir(fs, path, (dir) => fs.readDir(dir).names) ?? [];
}

function readText(fs: FileSystem, path: string, name: string): string | undefined {
  return inDir(fs, path, (dir) => [...fileChunks(fs, dir, name)].map(decodeName).join(""));
}

/** Undefined when something of it is not there. */
function inDir<T>(fs: FileSystem, path: string, use: (dir: Dir) => T): T | undefined {
  try {
    const dir = fs.openRoot(fs.realPath(path));
    try {
      return use(dir);
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}
