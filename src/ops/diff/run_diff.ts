import type { Settings } from "../../config/schema.ts";
import type { StartReader } from "../compare/reader_thread.ts";
import type { OpsDeps } from "../ops_deps.ts";
import type { Change } from "./change.ts";
import { readContents } from "./content_judge.ts";
import { type DiffQuery, type DiffResult, diffSnapshots } from "./diff.ts";

/** What threads of a comparison go by. */
export type ReadingSettings = Pick<
  Settings,
  "performance.file_system" | "performance.fence" | "performance.buffer"
>;

/** A {@link DiffQuery} as a command has it. */
export interface DiffRequest extends DiffQuery {
  readonly settings: ReadingSettings;
}

/** {@link diffSnapshots}, with threads that read what nobody wrote down. */
export async function runDiff(
  { settings, ...query }: DiffRequest,
  deps: OpsDeps & { readonly startReader: StartReader },
  onChange: (change: Change) => void,
): Promise<DiffResult> {
  const { fs, signal, onEvent, startReader } = deps;
  return await diffSnapshots(query, {
    ...deps,
    judgeContents: (pair) =>
      readContents(pair, {
        startReader,
        signal,
        fileSystem: fs.kind,
        fence: settings["performance.fence"],
        bufferBytes: settings["performance.buffer"],
        onProblem: (problem) => onEvent({ kind: "problem", problem }),
      }),
  }, onChange);
}
