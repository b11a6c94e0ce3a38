import { CommandFailed, outputOf } from "./measure.ts";

/** Where and with what was measured. */
export interface Machine {
  /** When the bench began, ISO 8601. */
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  /** Type of the file system that was worked on. */
  readonly fileSystem: string;
  /** Whether `cp --reflink=always` works there. */
  readonly reflinks: boolean;
  /** Processes that wanted to run in the last minute before the bench. */
  readonly loadBefore: number;
  /** What each program says of its version. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Asks the machine; `base` is the directory that is worked in. */
export async function describeMachine(
  base: string,
  { binary, image }: { binary: string; image: string | undefined },
): Promise<Machine> {
  const type = (await outputOf(["stat", "-f", "-c", "%T", base])).trim().replace(
    "ext2/ext3",
    "ext4",
  );
  return {
    date: new Date().toISOString(),
    // Deno itself reads nothing in /proc without all permissions.
    cpu: cpuName(await outputOf(["cat", "/proc/cpuinfo"])),
    cores: navigator.hardwareConcurrency,
    memoryGib: Math.round(Deno.systemMemoryInfo().total / 2 ** 30),
    system: `Linux ${Deno.osRelease()}`,
    fileSystem: image === undefined ? type : `${image} in memory`,
    reflinks: await canReflink(base),
    loadBefore: Deno.loadavg()[0] ?? NaN,
    versions: await versions(binary),
  };
}

/** The first model name in the text of /proc/cpuinfo. */
export function cpuName(text: string): string {
  return /^model name\s*:\s*(.*)$/m.exec(text)?.[1] ?? "unknown processor";
}

async function canReflink(base: string): Promise<boolean> {
  const [from, to] = [`${base}/reflink-from`, `${base}/reflink-to`];
  Deno.writeTextFileSync(from, "x".repeat(8192));
  try {
    await outputOf(["cp", "--reflink=always", from, to]);
    return true;
  } catch (error) {
    if (error instanceof CommandFailed) return false;
    throw error;
  } finally {
    await outputOf(["rm", "-f", from, to]);
  }
}

async function versions(binary: string): Promise<Record<string, string>> {
  const commands: Record<string, readonly string[]> = {
    phlb: [binary, "--version"],
    cp: ["cp", "--version"],
    rsync: ["rsync", "--version"],
    restic: ["restic", "version"],
    borg: ["borg", "--version"],
    sha256sum: ["sha256sum", "--version"],
  };
  const found: Record<string, string> = {};
  for (const [name, command] of Object.entries(commands)) {
    found[name] = await firstLine(command) ?? "not installed";
  }
  return found;
}

async function firstLine(command: readonly string[]): Promise<string | undefined> {
  try {
    return (await outputOf(command)).split("\n")[0]?.replaceAll(/\s+/g, " ").trim();
  } catch (error) {
    if (error instanceof CommandFailed) return undefined;
    throw error;
  }
}
