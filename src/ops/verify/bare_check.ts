import { compareNames, joinRel } from "../../base/path_bytes.ts";
import { parseSums } from "../../store/checksum_file.ts";
import type { Position } from "../read/tree_sections.ts";
import { reasonOf } from "./finding.ts";
import type { CheckListener } from "./recorded_check.ts";
import type { TreeSection } from "./threads/verify_messages.ts";
import { OLD_SUM_SUFFIX } from "../../store/old_companion.ts";

/** How a tree without a manifest is checked. */
export interface BareRules {
  /** PyHardLinkBackup 0.x made it: each file has its `.sha512`. */
  readonly isOld: boolean;
  /** What was checked before. */
  readonly after: Position | undefined;
}

/** Hex digits of a SHA-512, and room for a newline. */
const OLD_BYTES = [128, 130] as const;

/**
 * Checks the sections of a tree without a manifest, in their order: all there is to go by are its own
 * checksum files. Files that these name and that are not there are missing.
 */
export class BareCheck {
  readonly #listener: CheckListener;
  readonly #rules: BareRules;
  #relPath: string | undefined;
  readonly #names = new Set<string>();
  #sums: TreeSection["sums"] = new Map();

  constructor(listener: CheckListener, rules: BareRules) {
    this.#listener = listener;
    this.#rules = rules;
  }

  section(section: TreeSection): void {
    const { relPath, names, stats, records } = section;
    if (relPath !== this.#relPath) {
      this.end();
      this.#relPath = relPath;
    }
    for (const { relPath: path, message } of section.problems) {
      this.#listener.onFinding(path, { code: "unreadable", reason: reasonOf(message) });
    }
    if (!section.continues) this.#listener.onEntry(undefined);
    if (section.sums.size > 0) this.#sums = section.sums;
    for (const [i, name] of names.entries()) {
      const row = i + 1;
      const path = joinRel(relPath, name);
      this.#names.add(name);
      const isFile = stats.type(row) === "file";
      const sizeBytes = stats.sizeBytes(row);
      this.#listener.onEntry(isFile ? sizeBytes : undefined);
      if (!isFile) continue;
      const digest = records[row]?.digest ?? records[row]?.sha512 ?? "";
      if (digest === "" && this.#isOrphan(name, sizeBytes)) {
        const lost = path.slice(0, -OLD_SUM_SUFFIX.length);
        const reason = `it is missing, its "${OLD_SUM_SUFFIX}" is there`;
        this.#listener.onFinding(lost, { code: "missing", reason });
        continue;
      }
      this.#listener.onFile({ dir: relPath, name, stats, row, digest, mode: undefined });
    }
  }

  /** Tells what the checksum file of the last directory names and what is not there. */
  end(): void {
    const relPath = this.#relPath ?? "";
    const { after } = this.#rules;
    const known = after?.relPath === relPath ? after.name : undefined;
    for (const [fileName, found] of this.#sums) {
      if ("reason" in found) {
        const reason = found.reason;
        this.#listener.onFinding(joinRel(relPath, fileName), { code: "unreadable", reason });
        continue;
      }
      for (const { name } of parseSums(found.bytes).sums) {
        if (this.#names.has(name)) continue;
        if (known !== undefined && compareNames(name, known) <= 0) continue;
        const reason = `it is missing, ${fileName} has it`;
        this.#listener.onFinding(joinRel(relPath, name), { code: "missing", reason });
      }
    }
    this.#names.clear();
    this.#sums = new Map();
  }

  #isOrphan(name: string, sizeBytes: number): boolean {
    return this.#rules.isOld && name.endsWith(OLD_SUM_SUFFIX) && sizeBytes >= OLD_BYTES[0] &&
      sizeBytes <= OLD_BYTES[1];
  }
}
