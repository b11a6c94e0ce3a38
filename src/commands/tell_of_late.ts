import type { OverdueDeps, Suspect } from "../ops/notify/tell_overdue.ts";
import { hasChannels } from "../ops/notify/channels.ts";
import { chooseLocale, loadFigures } from "../ui/figures.ts";
import type { Reporter } from "../ui/reporter.ts";
import type { CommandDeps } from "./command_deps.ts";
import { stateTexts } from "./state_texts.ts";

/**
 * Notifies of those jobs that are overdue, in the language of each, see `tellOverdue()`. Nothing is
 * loaded when there is nobody to notify.
 */
export async function tellOfLate(
  suspects: readonly Suspect[],
  { reporter, deps }: { readonly reporter: Reporter; readonly deps: CommandDeps },
): Promise<void> {
  const heard = suspects.filter(({ job }) => hasChannels(job.settings));
  if (heard.length === 0 || deps.signal.aborted) return;
  const [{ tellOverdue }, { openFileSystem }] = await Promise.all([
    import("../ops/notify/tell_overdue.ts"),
    import("../fs/open_file_system.ts"),
  ]);
  const { clock, cwd, host } = deps;
  const { fs } = openFileSystem("auto");
  try {
    await tellOverdue({
      ...{ fs, clock, cwd, host },
      state: stateTexts(deps),
      notify: notifier({ reporter, deps }),
      warn: (message) => reporter.handle({ kind: "log", level: "warning", message }),
    }, heard);
  } finally {
    fs.closeAll();
  }
}

function notifier(
  { reporter, deps }: { readonly reporter: Reporter; readonly deps: CommandDeps },
): OverdueDeps["notify"] {
  const { env, files, runProgram, host, signal, operations } = deps;
  return async (news, options) => {
    const figures = await loadFigures(chooseLocale(options.job.settings.locale, env));
    const [subject, text] = [figures.tell(news.subject), figures.tell(news.text)];
    return await operations.notify(
      {
        ...{ env, runProgram, host, signal },
        readText: (path) => files.readText(path),
        onEvent: (event) => reporter.handle(event),
      },
      { ...news, subject, text },
      options,
    );
  };
}
