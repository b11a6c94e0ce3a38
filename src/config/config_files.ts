import { dirname, isAbsolute, join, resolve } from "node:path";
import type { ConfigDeps, ConfigFile } from "./config.ts";

/** The name of a configuration file in the directories from the current one up. */
export const CONFIG_FILE_NAME = "phlb.toml";

/** The variable that names the one configuration file to use. */
export const CONFIG_VARIABLE = "PHLB_CONFIG";

/** Where configuration is looked for, and whether it stands alone. */
export interface SearchPlan {
  /** Absolute, nearest first, each once. */
  readonly paths: readonly string[];
  /** True when the user named one file: it must exist, and no other is read. */
  readonly explicit: boolean;
}

/**
 * Where to look: the file that the user named, or `phlb.toml` from the current directory up, then
 * the user's own files.
 */
export function searchPlan(deps: Omit<ConfigDeps, "reader">, configFile?: string): SearchPlan {
  const named = configFile ?? deps.env[CONFIG_VARIABLE];
  if (named !== undefined && named !== "") {
    return { paths: [resolve(deps.cwd, named)], explicit: true };
  }
  const user = userConfigPath(deps);
  const home = deps.home === undefined ? [] : [join(deps.home, CONFIG_FILE_NAME)];
  const paths = [...upwards(deps.cwd), ...(user === undefined ? [] : [user]), ...home];
  return { paths: [...new Set(paths)], explicit: false };
}

/** `$XDG_CONFIG_HOME/phlb/config.toml`; `undefined` for a user without a home. */
export function userConfigPath(
  { env, home }: Pick<ConfigDeps, "env" | "home">,
): string | undefined {
  const base = env["XDG_CONFIG_HOME"];
  // Source: XDG Base Directory Specification 0.8: a relative path there is to be ignored.
  if (base !== undefined && isAbsolute(base)) return join(base, "phlb", "config.toml");
  return home === undefined ? undefined : join(home, ".config", "phlb", "config.toml");
}

/** Every place that is looked at, nearest first, and whether there is a file; reads no contents. */
export function configPaths(deps: ConfigDeps, configFile?: string): ConfigFile[] {
  return searchPlan(deps, configFile).paths.map((path) => ({ path, found: exists(deps, path) }));
}

/** The file to open in an editor: the nearest one there is, else the user's own, to be created. */
export function configToEdit(deps: ConfigDeps, configFile?: string): ConfigFile {
  const plan = searchPlan(deps, configFile);
  const files = configPaths(deps, configFile);
  const [first] = plan.explicit ? files : files.filter(({ found }) => found);
  return first ?? { path: userConfigPath(deps) ?? join(deps.cwd, CONFIG_FILE_NAME), found: false };
}

/** A file that is there but cannot be read is there. */
function exists({ reader }: ConfigDeps, path: string): boolean {
  try {
    return reader.readText(path) !== undefined;
  } catch {
    return true;
  }
}

function upwards(directory: string): string[] {
  const parent = dirname(directory);
  const here = join(directory, CONFIG_FILE_NAME);
  return parent === directory ? [here] : [here, ...upwards(parent)];
}
