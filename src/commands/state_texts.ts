import { isAbsolute, join } from "node:path";
import type { StateTexts } from "../base/state_texts.ts";
import type { Machine } from "./machine.ts";

/** Where root's own state lies. Source: Filesystem Hierarchy Standard 3.0, 5.8. */
const SYSTEM_DIR = "/var/lib/phlb";

/** The place for what this machine remembers of its backups; undefined for a user without a home. */
export function stateTexts(machine: Pick<Machine, "env" | "home" | "uid" | "files">):
  | StateTexts
  | undefined {
  const dir = stateDir(machine);
  if (dir === undefined) return undefined;
  const { files } = machine;
  return {
    dir,
    read: (name) => {
      try {
        return files.readText(join(dir, name));
      } catch (error) {
        if (error instanceof Error) return undefined;
        throw error;
      }
    },
    write: (name, text) => files.replaceText(join(dir, name), text, 0o600),
  };
}

/** `$XDG_STATE_HOME/phlb`, for root `/var/lib/phlb`, for others `~/.local/state/phlb`. */
function stateDir({ env, home, uid }: Pick<Machine, "env" | "home" | "uid">): string | undefined {
  const base = env["XDG_STATE_HOME"];
  // Source: XDG Base Directory Specification 0.8: a relative path there is to be ignored.
  if (base !== undefined && isAbsolute(base)) return join(base, "phlb");
  if (uid === 0) return SYSTEM_DIR;
  const local = env["LOCALAPPDATA"];
  if (uid === null && local !== undefined && isAbsolute(local)) return join(local, "phlb", "state");
  return home === undefined ? undefined : join(home, ".local", "state", "phlb");
}
