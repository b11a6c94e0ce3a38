import { STAT, StatTable } from "../../fs/stat_table.ts";
import { linkLimitOf } from "../stats/link_limit.ts";
import { type ProbePlace, refusalOf, touch, works } from "./probe_place.ts";
import type { LinkTraits } from "./traits.ts";

/** Where nobody knows the limit, so many links are tried. Source: NTFS has 1,024, AWS EFS 177. */
const TRIED_LINKS = 1200;

/** ext2 and ext3 share ext4's number. Source: Linux EXT2_LINK_MAX and EXT3_LINK_MAX. */
const OLD_EXT_LINKS = 32_000;

/** Tries hard links, renames, locks and durability. `typeName` is what the system calls it. */
export function probeLinks(place: ProbePlace, typeName: string | undefined): LinkTraits {
  touch(place, "file");
  const hardLinks = probeHardLinks(place);
  const limit = hardLinks === "yes" ? linkLimit(place, typeName) : NO_LIMIT;
  return {
    hard_links: hardLinks,
    link_limit: limit.links,
    link_limit_per_directory: limit.isPerDirectory,
    exclusive_create: refusalOf(() => touch(place, "file"))?.code === "EEXIST",
    ...probeRenames(place),
    locks: probeLocks(place),
    durable: probeDurability(place),
  };
}

const NO_LIMIT = { links: null, isPerDirectory: false };

/** Some servers make a copy and call it a link: nothing but the inode is believed. */
function probeHardLinks({ fs, dir }: ProbePlace): LinkTraits["hard_links"] {
  if (!works(() => fs.link(dir, "file", dir, "linked"))) return "no";
  const stats = new StatTable(2);
  fs.lstat(dir, "file", stats, 0);
  fs.lstat(dir, "linked", stats, 1);
  const isSame = stats.inodeKey(0) === stats.inodeKey(1) && stats.get(1, STAT.nlink) === 2;
  return isSame ? "yes" : "copies";
}

function linkLimit(
  place: ProbePlace,
  typeName: string | undefined,
): { readonly links: number | null; readonly isPerDirectory: boolean } {
  if (typeName === "ext2" || typeName === "ext3") {
    return { links: OLD_EXT_LINKS, isPerDirectory: false };
  }
  const known = linkLimitOf(place.fs.space(place.dir).typeId);
  if (known !== undefined) return known;
  return { links: measureLimit(place), isPerDirectory: false };
}

/** How many names a file gets, null when it is more than {@link TRIED_LINKS}. */
function measureLimit({ fs, dir }: ProbePlace): number | null {
  const names: string[] = [];
  const fits = () => works(() => fs.link(dir, "file", dir, `link-${names.length}`));
  while (names.length < TRIED_LINKS && fits()) names.push(`link-${names.length}`);
  for (const name of names) fs.unlink(dir, name);
  return names.length < TRIED_LINKS ? names.length + 2 : null;
}

function probeRenames(place: ProbePlace): Pick<LinkTraits, "rename_keeps" | "rename_replaces"> {
  const { fs, dir } = place;
  touch(place, "from");
  touch(place, "taken");
  const keeps = refusalOf(() => fs.rename(dir, "from", dir, "taken"))?.code === "EEXIST";
  return {
    rename_keeps: keeps && works(() => fs.rename(dir, "from", dir, "free")),
    rename_replaces: works(() => fs.replace(dir, "taken", dir, "free")),
  };
}

/** Whether a second handle is kept off a file that is locked. */
function probeLocks({ fs, dir }: ProbePlace): boolean {
  const held: { release(): void }[] = [];
  let isKeptOff = false;
  const done = works(() => {
    const first = fs.tryLock(dir, "lock");
    if (first === undefined) return;
    held.push(first);
    const second = fs.tryLock(dir, "lock");
    if (second === undefined) isKeptOff = true;
    else held.push(second);
  });
  for (const lock of held) lock.release();
  return done && isKeptOff;
}

function probeDurability({ fs, dir }: ProbePlace): boolean {
  return works(() => {
    const file = fs.createFile(dir, "durable");
    try {
      fs.write(file, new Uint8Array([1]), 0);
      fs.syncFile(file);
    } finally {
      fs.closeFile(file);
    }
    fs.syncDir(dir);
    fs.syncAll(dir);
  });
}
