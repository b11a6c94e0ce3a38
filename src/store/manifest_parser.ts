import { compareNames, comparePaths, joinRel } from "../base/path_bytes.ts";
import { StatTable } from "../fs/stat_table.ts";
import { pathText } from "./entry_text.ts";
import { EXTRAS, HeaderReader, MANIFEST_VERSION } from "./manifest_header.ts";
import { EntryParser, LineError } from "./manifest_line.ts";
import { MAX_LINE_BYTES } from "./manifest_text.ts";
import type { EntryRecord, ManifestSection } from "./section.ts";
import { SECTION_NAMES, SectionDraft } from "./section_draft.ts";
import { unvis } from "./vis.ts";

/** More than there are keywords in any mtree. */
const MAX_DEFAULTS = 100;

const HASH = 0x23;
const HASH_LENGTH = 1;

/** Which lines {@link ManifestParser.forDirectory} is to expect. */
export interface DirectoryLines {
  readonly relPath: string;
  readonly continues: boolean;
}

/** Puts the lines of a manifest together to sections. */
export class ManifestParser {
  /** Number of the line at hand. */
  line = 0;
  readonly #header = new HeaderReader();
  readonly #parser = new EntryParser();
  /** Row 0 is the entry at hand. */
  readonly #entry = new StatTable(1);
  readonly #stats = new StatTable(SECTION_NAMES + 1);
  readonly #defaults = new Map<string, string>();
  #completed: ManifestSection[] = [];
  #draft: SectionDraft | undefined;
  /** How the entries of the draft begin in their lines, still encoded: `./a\040b/`. */
  #prefix = "";
  /** Whether phlb wrote the manifest; known from the first line that is no comment. */
  #ours: boolean | undefined;
  #entries = 0;
  /** The comment above an entry: what mtree(5) has no keyword for. */
  #extras = "";
  /** In a manifest of ours: the directory met last and those above it, outermost first. */
  readonly #open: string[] = [];
  /** In another one: the directory that relative names are in. */
  #directory = "";
  /** Beginning of an entry that goes on in the next line. */
  #pending = "";

  /**
   * For the lines of one directory of a manifest that phlb wrote.
   *
   * @param place `continues` when the directory's own line is not among them
   */
  static forDirectory({ relPath, continues }: DirectoryLines): ManifestParser {
    const parser = new ManifestParser();
    parser.#ours = true;
    if (relPath !== "") parser.#open.push(parentOf(relPath));
    if (!continues) return parser;
    parser.#start(relPath, { continues });
    parser.#prefix = `${pathText(relPath)}/`;
    return parser;
  }

  /**
   * Takes whole lines.
   *
   * @throws {LineError} at the first that cannot be true
   */
  feed(text: string): void {
    for (let start = 0; start < text.length;) {
      const newline = text.indexOf("\n", start);
      const end = newline < 0 ? text.length : newline;
      this.line++;
      this.#takeLine(text.slice(start, end));
      start = end + 1;
    }
  }

  /** Hands out the sections that are complete by now. */
  completed(): ManifestSection[] {
    const sections = this.#completed;
    this.#completed = [];
    return sections;
  }

  /** Completes the section at hand, whether or not more of it was to come. */
  cut(): void {
    this.#draft?.finish();
    this.#draft = undefined;
  }

  /**
   * Takes notice that no line follows.
   *
   * @throws {LineError} when some are missing
   */
  end(): void {
    this.cut();
    const stated = this.#header.end;
    if (this.#header.header !== undefined && stated === undefined) {
      throw new LineError("the manifest ends too early");
    }
    if (stated !== undefined && stated !== this.#entries) {
      throw new LineError(`there should be ${stated} entries, not ${this.#entries}`);
    }
  }

  #takeLine(raw: string): void {
    if (raw.charCodeAt(0) === HASH) return this.#takeComment(raw);
    const line = this.#ours === true ? raw : this.#wholeEntry(raw);
    if (line === "") return;
    this.#ours ??= this.#isOurs();
    if (line.startsWith("/")) this.#takeCommand(line);
    else this.#takeEntry(line);
  }

  #takeComment(line: string): void {
    if (line.startsWith(EXTRAS)) this.#extras = line;
    else this.#header.add(line);
  }

  /** Lines of other programs may be indented, and go on behind a backslash. */
  #wholeEntry(raw: string): string {
    const line = this.#pending + raw.replaceAll("\t", " ").trim();
    if (line.length > MAX_LINE_BYTES) throw new LineError("the line is too long");
    const goesOn = line.endsWith("\\");
    this.#pending = goesOn ? `${line.slice(0, -1)} ` : "";
    return goesOn ? "" : line;
  }

  #isOurs(): boolean {
    const version = this.#header.header?.formatVersion;
    if (version !== undefined && version > MANIFEST_VERSION) {
      throw new LineError(`format ${version} is newer than ${MANIFEST_VERSION} of this program`);
    }
    return version !== undefined;
  }

  #takeCommand(line: string): void {
    const [command, ...words] = line.split(" ").filter((word) => word !== "");
    if (command !== "/set" && command !== "/unset") throw new LineError("the path is absolute");
    for (const word of words) {
      if (word.startsWith("#")) return;
      const equals = word.indexOf("=");
      if (command === "/set") this.#setDefault(word.slice(0, equals), word.slice(equals + 1));
      else if (word === "all") this.#defaults.clear();
      else this.#defaults.delete(word);
    }
  }

  #setDefault(keyword: string, value: string): void {
    this.#defaults.set(keyword, value);
    if (this.#defaults.size > MAX_DEFAULTS) throw new LineError("too many keywords are set");
  }

  #takeEntry(line: string): void {
    const space = line.indexOf(" ");
    const path = space < 0 ? line : line.slice(0, space);
    if (path === ".." && this.#ours === false) return this.#goUp();
    const record = this.#parse(line, path);
    this.#entries++;
    if (this.#entry.isDir(0)) return this.#enter(path, record);
    const below = this.#prefix.length;
    if (!path.startsWith(this.#prefix) || path.indexOf("/", below) >= 0) this.#findParent(path);
    this.#addName(nameOf(path.slice(path.lastIndexOf("/") + 1)), record);
  }

  #parse(line: string, path: string): EntryRecord | undefined {
    this.#parser.start({ stats: this.#entry, row: 0 });
    for (const [keyword, value] of this.#defaults) this.#parser.takeKeyword(keyword, value);
    const complete = this.#ours === true;
    if (complete) this.#parser.take(this.#extras, { from: HASH_LENGTH, complete });
    this.#extras = "";
    this.#parser.take(line, { from: path.length, complete });
    return this.#parser.finish();
  }

  #addName(name: string, record: EntryRecord | undefined): void {
    const draft = this.#draft ?? this.#start(this.#directory, { continues: true });
    const last = draft.lastName;
    if (this.#ours === true && last !== undefined && compareNames(last, name) >= 0) {
      throw new LineError("the names are not in order");
    }
    draft.add(name, { entry: this.#entry, record });
  }

  /** A line of type `dir`: a section begins. */
  #enter(path: string, record: EntryRecord | undefined): void {
    const relPath = this.#resolve(path);
    if (this.#ours === true) this.#checkOrder(relPath);
    this.#start(relPath, { continues: false }).setDirectory(this.#entry, record);
    const relative = this.#ours === false && !path.includes("/");
    if (relative) this.#directory = relPath;
    this.#prefix = relative ? "" : `${path}/`;
  }

  #checkOrder(relPath: string): void {
    const last = this.#open.at(-1);
    if (last === undefined ? relPath !== "" : comparePaths(last, relPath) >= 0) {
      throw new LineError("the directories are not in order");
    }
    const parent = parentOf(relPath);
    while (this.#open.length > 0 && relPath !== "" && this.#open.at(-1) !== parent) {
      this.#open.pop();
    }
    if (this.#open.length === 0 && relPath !== "") {
      throw new LineError("the directory above is not listed");
    }
    this.#open.push(relPath);
  }

  /** The entry at hand is not in the directory of the line before. */
  #findParent(path: string): void {
    if (this.#ours === true) throw new LineError("the entry is not in the directory above it");
    const parent = parentOf(this.#resolve(path));
    if (this.#draft?.relPath !== parent) this.#start(parent, { continues: true });
    this.#prefix = path.slice(0, path.lastIndexOf("/") + 1);
  }

  #goUp(): void {
    this.cut();
    this.#directory = parentOf(this.#directory);
    this.#prefix = "";
  }

  #start(relPath: string, { continues }: { continues: boolean }): SectionDraft {
    this.cut();
    this.#draft = new SectionDraft(relPath, {
      continues,
      stats: this.#stats,
      done: (section) => this.#completed.push(section),
    });
    return this.#draft;
  }

  /** The path below the root that the first word of a line stands for. */
  #resolve(path: string): string {
    if (path === ".") return "";
    if (!path.includes("/")) {
      if (this.#ours === true) throw new LineError("the path is not complete");
      return joinRel(this.#directory, nameOf(path));
    }
    const parts = path.split("/");
    return (parts[0] === "." ? parts.slice(1) : parts).map(nameOf).join("/");
  }
}

/**
 * Decodes one component of a path.
 *
 * @throws {LineError} when it leads out of its directory
 */
export function nameOf(text: string): string {
  const name = unvis(text);
  if (name === "" || name === "." || name === ".." || name.includes("/") || name.includes("\0")) {
    throw new LineError("the path leads elsewhere");
  }
  return name;
}

function parentOf(relPath: string): string {
  return relPath.slice(0, Math.max(relPath.lastIndexOf("/"), 0));
}
