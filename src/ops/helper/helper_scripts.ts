/**
 * Small scripts to start phlb with from a file manager, for three kinds of shell.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";

/** The shells there are scripts for. */
export const HELPER_SHELLS = ["sh", "powershell", "cmd"] as const;

/** One of {@link HELPER_SHELLS}. */
export type HelperShell = (typeof HELPER_SHELLS)[number];

/** A script. */
export interface HelperScript {
  /** Name of its file. */
  readonly name: string;
  readonly text: string;
}

interface Helper {
  readonly name: string;
  readonly what: string;
  readonly args: readonly string[];
  /** Whether it works on the directory that it lies in. */
  readonly isHere: boolean;
}

const HELPERS: readonly Helper[] = [
  {
    name: "phlb-backup-this-directory",
    what: "Backs up the directory that this script lies in.",
    args: ["backup", "."],
    isHere: true,
  },
  {
    name: "phlb-edit-config",
    what: "Opens the configuration in your editor; creates it if need be.",
    args: ["config"],
    isHere: true,
  },
  {
    name: "phlb-verify-latest",
    what: "Reads the newest snapshot and proves that it is what was stored.",
    args: ["verify", "latest"],
    isHere: true,
  },
  {
    name: "phlb-show-status",
    what: "Tells when each job ran last, and whether one is overdue.",
    args: ["status"],
    isHere: true,
  },
];

const EXTENSIONS: Readonly<Record<HelperShell, string>> = {
  sh: "sh",
  powershell: "ps1",
  cmd: "cmd",
};

/**
 * The scripts for some shells; `program` is what runs phlb.
 *
 * @throws {HELPER_UNWRITABLE} when the program's path cannot stand in one
 */
export function helperScripts(
  program: readonly string[],
  shells: readonly HelperShell[],
): HelperScript[] {
  return shells.flatMap((shell) =>
    HELPERS.map((helper) => ({
      name: `${helper.name}.${EXTENSIONS[shell]}`,
      text: sealed(RENDER[shell](program, helper), shell),
    }))
  );
}

type Render = (program: readonly string[], helper: Helper) => string[];

const RENDER: Readonly<Record<HelperShell, Render>> = {
  sh: (program, { what, args }) => [
    "#!/bin/sh",
    `# ${what} More options may follow.`,
    'cd -- "$(dirname -- "$0")" || exit 1',
    `${[...program, ...args].map(shellWord).join(" ")} "$@"`,
    "code=$?",
    "# Started by a double click, the window would close before anybody could read it.",
    'if [ -t 0 ] && [ "${SHLVL:-1}" -le 1 ]; then',
    '  printf "Press Enter to close this window "',
    "  read -r _",
    "fi",
    'exit "$code"',
  ],
  powershell: (program, { what, args }) => [
    `# ${what} More options may follow.`,
    "Set-Location -LiteralPath $PSScriptRoot",
    `& ${[...program, ...args].map(powershellWord).join(" ")} @args`,
    "exit $LASTEXITCODE",
  ],
  cmd: (program, { what, args }) => [
    "@echo off",
    `rem ${what} More options may follow.`,
    "chcp 65001 >nul",
    'cd /d "%~dp0"',
    `${[...program, ...args].map(cmdWord).join(" ")} %*`,
    "set code=%ERRORLEVEL%",
    "pause",
    "exit /b %code%",
  ],
};

function shellWord(word: string): string {
  refuseControl(word);
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function powershellWord(word: string): string {
  refuseControl(word);
  return /^[A-Za-z][\w.-]*$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`;
}

function cmdWord(word: string): string {
  refuseControl(word);
  if (/^[\w.:\\/-]+$/.test(word)) return word;
  return `"${word.replaceAll("%", "%%")}"`;
}

function refuseControl(word: string): void {
  if (printable(word) === word && word.isWellFormed()) return;
  throw new AppError(`Cannot write a script that starts "${printable(word)}"`, {
    code: "HELPER_UNWRITABLE",
    exitCode: EXIT.usage,
    hint: "Put phlb where its path has no control characters",
  });
}

const SEAL = "phlb helper, sha256";

/** Windows' shells want their own line ends. */
function sealed(lines: readonly string[], shell: HelperShell): string {
  const end = shell === "sh" ? "\n" : "\r\n";
  const comment = shell === "cmd" ? "rem" : "#";
  const body = lines.map((line) => line + end).join("");
  const seal = `${comment} ${SEAL} ${digestOf(body)}${end}`;
  const first = body.indexOf(end) + end.length;
  return body.slice(0, first) + seal + body.slice(first);
}

/** Whether a script is as some phlb wrote it, and nobody changed it since. */
export function isUnchanged(text: string): boolean {
  const match = new RegExp(`^(?:#|rem) ${SEAL} ([0-9a-f]{64})\r?\n`, "m").exec(text);
  if (match === null) return false;
  const body = text.slice(0, match.index) + text.slice(match.index + match[0].length);
  return digestOf(body) === match[1];
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
