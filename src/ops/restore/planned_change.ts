import { joinRel } from "../../base/path_bytes.ts";
import type { EntryType } from "../../fs/stat_table.ts";
import { ACTION } from "./plan_entry.ts";
import type { PlanStep } from "./planner.ts";

/** What a restore does with one path of the target. */
export type ChangeKind =
  | "create"
  | "replace"
  /** Mode, owner, times or attributes alone. */
  | "attributes"
  /** It is as it should be. */
  | "unchanged"
  /** It stays, whatever it is. */
  | "keep"
  | "remove"
  /** Something is in the way, and so it is not restored. */
  | "conflict";

/** One line of a plan. */
export interface PlannedChange {
  readonly kind: ChangeKind;
  /** Undefined for what is removed. */
  readonly type: EntryType | undefined;
  /** Below the target, `""` for the target itself. */
  readonly relPath: string;
  readonly sizeBytes: number;
}

const KINDS = new Map<number | undefined, ChangeKind>([
  [ACTION.create, "create"],
  [ACTION.replace, "replace"],
  [ACTION.metadata, "attributes"],
  [ACTION.same, "unchanged"],
  [ACTION.keep, "keep"],
  [ACTION.conflict, "conflict"],
]);

type SectionStep = Extract<PlanStep, { kind: "section" }>;

/** The lines of a plan, step by step. */
export class PlanLister {
  /** Directories that are open and that nothing was wanted of yet. */
  #unlisted: PlannedChange[] = [];

  /** What a step does; directories before what is in them. */
  *list(step: PlanStep): Generator<PlannedChange> {
    if (step.kind === "leave") {
      this.#unlisted = this.#unlisted.filter(({ relPath }) => relPath !== step.relPath);
      for (const name of step.extra) {
        const relPath = joinRel(step.relPath, name);
        yield { kind: "remove", type: undefined, relPath, sizeBytes: 0 };
      }
      return;
    }
    const { dir } = step;
    if (dir !== undefined && (step.selected.hasDirLine || dir.action !== "enter")) {
      this.#unlisted.push(dirChange(step));
    }
    const { selected: { relPath, section, wantsDir }, actions } = step;
    if (wantsDir || actions.some((action) => action !== ACTION.none)) {
      yield* this.#unlisted;
      this.#unlisted = [];
    }
    for (const [i, action] of actions.entries()) {
      const kind = KINDS.get(action);
      if (kind === undefined) continue;
      const type = section.stats.type(i + 1);
      const sizeBytes = type === "file" ? section.stats.sizeBytes(i + 1) : 0;
      yield { kind, type, relPath: joinRel(relPath, section.names[i] ?? ""), sizeBytes };
    }
  }
}

function dirChange({ dir, selected }: SectionStep): PlannedChange {
  const { relPath } = selected;
  const kind: ChangeKind = dir?.action === "make"
    ? "create"
    : dir?.action === "replace" || dir?.action === "conflict"
    ? dir.action
    : dir?.metadata === undefined
    ? "keep"
    : "attributes";
  return { kind, type: "dir", relPath, sizeBytes: 0 };
}
