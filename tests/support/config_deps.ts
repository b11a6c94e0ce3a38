import type { Config, ConfigDeps, Flags } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load_config.ts";

/** A configuration as it would be found on some machine, all in memory. */
export interface ConfigSetting {
  /** Text by absolute path; an `Error` is thrown when the file is read. */
  readonly files?: Readonly<Record<string, string | Error>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: Flags;
  readonly cwd?: string;
  /** `null` for a user without a home directory. */
  readonly home?: string | null;
  readonly configFile?: string;
}

/** The user works in `/home/ann/work` unless told otherwise. */
export function configDeps({ files = {}, env = {}, cwd, home }: ConfigSetting): ConfigDeps {
  const readText = (path: string) => {
    const text = files[path];
    if (text instanceof Error) throw text;
    return text;
  };
  return {
    reader: { readText },
    env,
    cwd: cwd ?? "/home/ann/work",
    home: home === null ? undefined : home ?? "/home/ann",
  };
}

/** `loadConfig()` on such a machine. */
export function load(setting: ConfigSetting): Config {
  return loadConfig(configDeps(setting), setting.flags ?? {}, { configFile: setting.configFile });
}

/** The message of what `act` throws. */
export function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
  throw new Error("Nothing was thrown");
}
