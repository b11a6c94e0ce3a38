import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import { compareVersions, parseVersion, type SemanticVersion } from "../base/semantic_version.ts";
import { VERSION } from "../base/version.ts";
import { chooseLocale } from "../ui/figures.ts";
import { jsonLine } from "../ui/json_lines.ts";
import { loadWords } from "../ui/words.ts";
import { printable } from "../base/path_bytes.ts";
import type { CommandDeps } from "./command_deps.ts";

const TIMEOUT_MS = 15_000;

/** GitHub's description of a release has its notes in it. */
const MAX_ANSWER_BYTES = 1 << 20;

/** What was asked for beside the check itself. */
export interface VersionCheckOptions {
  readonly url?: string | undefined;
  readonly config?: string | undefined;
  readonly json?: true | undefined;
}

/**
 * Asks `update.url` for the newest release: exit code 0 when this is it, or is newer, 3 when there
 * is a newer one.
 *
 * @throws {AppError} UPDATE_URL_UNSET, RELEASE_UNREACHABLE, RELEASE_UNREADABLE, INTERRUPTED
 */
export async function checkVersion(
  options: VersionCheckOptions,
  deps: CommandDeps,
): Promise<ExitCode> {
  const url = await releaseUrl(options, deps);
  const newest = parseAnswer(await ask(url, deps), url);
  const own = parseVersion(VERSION);
  if (own === undefined) throw new Error(`"${VERSION}" is no version`);
  const order = compareVersions(own, newest);
  const isNewest = order >= 0;
  const { tell } = await loadWords(chooseLocale("", deps.env));
  const line = options.json === true
    ? jsonLine({
      message_type: "version_check",
      version: VERSION,
      newest: newest.text,
      is_newest: isNewest,
      url,
    })
    : `${tell(verdict(newest, order))}\n`;
  deps.terminal.out.write(line);
  return isNewest ? EXIT.ok : EXIT.problems;
}

function verdict({ text }: SemanticVersion, order: number): string {
  if (order === 0) return `phlb ${VERSION} is the newest release`;
  if (order > 0) return `phlb ${VERSION} is newer than the newest release, ${text}`;
  return `phlb ${text} has been released, this is ${VERSION}`;
}

async function releaseUrl(
  { url, config }: VersionCheckOptions,
  { env, cwd, home, files }: CommandDeps,
): Promise<string> {
  const { loadConfig } = await import("../config/load_config.ts");
  const given = url === undefined ? {} : { "update.url": url };
  const { main } = loadConfig({ reader: files, env, cwd, home }, given, { configFile: config });
  const wanted = main.settings["update.url"];
  if (wanted !== undefined) return wanted;
  throw new AppError("Cannot check the version: no address of releases is given", {
    code: "UPDATE_URL_UNSET",
    exitCode: EXIT.usage,
    hint: "Give it with --url, or set `url` below [update] in phlb.toml",
  });
}

async function ask(url: string, { fetchText, signal }: CommandDeps): Promise<string> {
  const call = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES, signal };
  const answer = await fetchText(url, call);
  if (signal.aborted) {
    throw new AppError("The check was interrupted", {
      code: "INTERRUPTED",
      exitCode: EXIT.interrupted,
    });
  }
  if ("text" in answer && answer.status === 200) return answer.text;
  const reason = "reason" in answer ? answer.reason : `the server answers ${answer.status}`;
  throw new AppError(`Cannot ask "${printable(url)}" for the newest release: ${reason}`, {
    code: "RELEASE_UNREACHABLE",
    exitCode: EXIT.failed,
    hint: "Is this machine online, and is the address (update.url) right?",
  });
}

function parseAnswer(text: string, url: string): SemanticVersion {
  const version = parseVersion(versionIn(text));
  if (version !== undefined) return version;
  throw new AppError(`Cannot understand what "${printable(url)}" says of the newest release`, {
    code: "RELEASE_UNREADABLE",
    exitCode: EXIT.failed,
    hint: 'It must be JSON with "tag_name" or "version", or text that begins with the version',
  });
}

/** `""` where nothing can be a version. */
function versionIn(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text.trimStart().split(/\s/, 1)[0] ?? "";
  }
  if (typeof value !== "object" || value === null) return "";
  const found = "tag_name" in value ? value.tag_name : "version" in value ? value.version : "";
  return typeof found === "string" ? found : "";
}
