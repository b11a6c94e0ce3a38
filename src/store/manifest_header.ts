/**
 * The comments at the top of a manifest: which snapshot it is of and where it comes from.
 *
 * @module
 */
import { type ForgottenPath, formatForgotten, MAX_FORGOTTEN, parseForgotten } from "./forgotten.ts";
import { parseProtection, type RealProtection } from "./protection.ts";
import { unvis, vis } from "./vis.ts";

/** Version of the manifest format that this program writes. */
export const MANIFEST_VERSION = 1;

/** What a manifest says of itself. */
export interface ManifestHeader {
  /** Format of the manifest. */
  readonly formatVersion: number;
  /** The program that wrote it. */
  readonly phlbVersion: string;
  /** Absolute path of the source. */
  readonly source: string;
  /** `<name>/<time>`. */
  readonly snapshot: string;
  /** ISO 8601 with the offset from UTC. */
  readonly startedAt: string;
  readonly hostname: string;
  /** The manifest of the snapshot before, so that the manifests form a chain. */
  readonly previous: PreviousManifest | undefined;
  /** SHA-256 of the files that this one replaced, oldest first: the next manifest may know those. */
  readonly rewritten?: readonly string[];
  /** How the stored files are kept from being changed; absent: not at all. */
  readonly protect?: RealProtection | undefined;
  /** When `phlb rebuild` made it from what the snapshot holds, like `startedAt`. */
  readonly rebuiltAt?: string | undefined;
  /** What was taken out of the snapshot since, in that order. */
  readonly forgotten?: readonly ForgottenPath[];
}

/** Which manifest came before. */
export interface PreviousManifest {
  /** Its file name. */
  readonly fileName: string;
  /** SHA-256 of its file as it lies on disk, in hex. */
  readonly sha256: string;
}

/** First line of every mtree(5) file that says so. */
const SIGNATURE = "#mtree";

/** Begins a line of ours. */
const OURS = "# phlb ";

/** Begins the line with the digests of what a manifest replaced. */
export const REWRITTEN = `${OURS}rewritten `;

/** Begins a line that tells of a path that was taken out of the snapshot. */
const FORGOTTEN = `${OURS}forgotten `;

/** Begins the last line. */
export const END = `${OURS}end `;

/** The lines that tell of what was taken out, each ended by a newline. */
export function forgottenLines(forgotten: readonly ForgottenPath[]): string {
  return forgotten.map((one) => `${FORGOTTEN}${formatForgotten(one)}\n`).join("");
}

/**
 * How the comment above an entry begins. Other programs skip it; at the end of the entry's own line
 * libarchive 3.6 would take it for a bad keyword.
 */
export const EXTRAS = "# ctime=";

/** Keys with several words, each written as it is to stand there. */
const WORDS: ReadonlySet<string> = new Set(["previous", "rewritten"]);

/** The lines, each ended by a newline. */
export function formatHeader(header: ManifestHeader): string {
  const { previous, rewritten = [], rebuiltAt, protect, forgotten = [] } = header;
  const fields: [string, string][] = [
    ["manifest", String(header.formatVersion)],
    ["version", header.phlbVersion],
    ["source", header.source],
    ["snapshot", header.snapshot],
    ["started", header.startedAt],
    ["host", header.hostname],
  ];
  if (protect !== undefined) fields.push(["protect", protect]);
  if (previous !== undefined) {
    fields.push(["previous", `${vis(previous.fileName)} ${previous.sha256}`]);
  }
  if (rebuiltAt !== undefined) fields.push(["rebuilt", rebuiltAt]);
  if (rewritten.length > 0) fields.push(["rewritten", rewritten.join(" ")]);
  const lines = fields.map(([key, value]) =>
    `${OURS}${key} ${WORDS.has(key) ? value : vis(value)}\n`
  );
  return `${SIGNATURE}\n${lines.join("")}${forgottenLines(forgotten)}`;
}

/**
 * The last line; a manifest of ours without it was cut off.
 *
 * @param entries how many lines describe an entry
 */
export function formatEnd(entries: number): string {
  return `${END}${entries}\n`;
}

/** All that is kept of the comments of a manifest, however many it has. */
const KEYS: ReadonlySet<string> = new Set([
  "manifest",
  "version",
  "source",
  "snapshot",
  "started",
  "host",
  "protect",
  "previous",
  "rebuilt",
  "rewritten",
  "end",
]);

/** Gathers a header from the comments of a manifest. */
export class HeaderReader {
  readonly #fields = new Map<string, string>();
  readonly #forgotten: ForgottenPath[] = [];

  /** Takes a line that begins with `#`. */
  add(line: string): void {
    if (!line.startsWith(OURS)) return;
    if (line.startsWith(FORGOTTEN)) return this.#addForgotten(line.slice(FORGOTTEN.length));
    const rest = line.slice(OURS.length);
    const space = rest.indexOf(" ");
    if (space < 0) return;
    const key = rest.slice(0, space);
    if (KEYS.has(key) && !this.#fields.has(key)) this.#fields.set(key, rest.slice(space + 1));
  }

  #addForgotten(value: string): void {
    const forgotten = parseForgotten(value);
    if (forgotten === undefined || this.#forgotten.length >= MAX_FORGOTTEN) return;
    this.#forgotten.push(forgotten);
  }

  /** The number in the last line, undefined as long as it was not seen. */
  get end(): number | undefined {
    const end = this.#fields.get("end");
    return end === undefined ? undefined : Number(end);
  }

  /** Undefined for a manifest that phlb did not write. */
  get header(): ManifestHeader | undefined {
    const formatVersion = Number(this.#fields.get("manifest"));
    if (!Number.isInteger(formatVersion)) return undefined;
    const text = (key: string) => unvis(this.#fields.get(key) ?? "");
    const rewritten = this.#fields.get("rewritten");
    const rebuilt = this.#fields.get("rebuilt");
    const protect = parseProtection(this.#fields.get("protect"));
    return {
      formatVersion,
      phlbVersion: text("version"),
      source: text("source"),
      snapshot: text("snapshot"),
      startedAt: text("started"),
      hostname: text("host"),
      previous: previousOf(this.#fields.get("previous")),
      ...(rewritten === undefined ? {} : { rewritten: rewritten.split(" ") }),
      ...(protect === undefined ? {} : { protect }),
      ...(rebuilt === undefined ? {} : { rebuiltAt: unvis(rebuilt) }),
      ...(this.#forgotten.length === 0 ? {} : { forgotten: [...this.#forgotten] }),
    };
  }
}

function previousOf(value: string | undefined): PreviousManifest | undefined {
  const [fileName, sha256] = value?.split(" ") ?? [];
  if (fileName === undefined || sha256 === undefined) return undefined;
  return { fileName: unvis(fileName), sha256 };
}
