import { type News, type NotifyDeps, SendError } from "./news.ts";

/** More does not fit. */
const MAX_CHARS = 400;

/** A balloon, in what every Windows has. */
const BALLOON = `
Add-Type -AssemblyName System.Windows.Forms, System.Drawing
$icon = New-Object System.Windows.Forms.NotifyIcon
$icon.Icon = [System.Drawing.SystemIcons]::Information
$icon.Visible = $true
$icon.ShowBalloonTip(10000, $env:PHLB_TITLE, $env:PHLB_TEXT, 'None')
Start-Sleep -Seconds 5
$icon.Dispose()
`;

/**
 * Shows the news on the desktop, by the first of the programs for it that is there: a system has
 * one of them.
 *
 * @throws {SendError}
 */
export async function sendDesktop(
  { runProgram }: Pick<NotifyDeps, "runProgram">,
  news: News,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  for (const { program, args, env = {} } of programs(news)) {
    const end = await runProgram(program, { args, env, signal });
    if (end === undefined) continue;
    if (end.code === 0) return;
    const said = end.stderr.trim().split("\n")[0] ?? "";
    throw new SendError(`${program} ended with exit code ${end.code}${said && `: ${said}`}`);
  }
  throw new SendError("there is no notify-send, osascript or powershell");
}

interface DesktopProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function programs({ kind, subject, text }: News): DesktopProgram[] {
  const body = text.slice(0, MAX_CHARS);
  const urgency = kind === "failure" || kind === "overdue" ? "critical" : "normal";
  return [
    {
      program: "notify-send",
      // Source: Desktop Notifications 1.2: the body is markup.
      args: ["--app-name=phlb", `--urgency=${urgency}`, "--", subject, escaped(body)],
    },
    {
      program: "osascript",
      args: [
        ...["-e", "on run argv"],
        ...["-e", "display notification (item 2 of argv) with title (item 1 of argv)"],
        ...["-e", "end run"],
        ...[subject, body],
      ],
    },
    {
      program: "powershell",
      args: ["-NoProfile", "-NonInteractive", "-Command", BALLOON],
      env: { PHLB_TITLE: subject, PHLB_TEXT: body },
    },
  ];
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
