import type { Attributes } from "./file_system.ts";
import type { AttributeCall } from "./posix_attributes.ts";

/** A file that was just created, and what it is to have. */
export interface NewFile {
  readonly dir: { readonly fd: number };
  readonly fd: number;
  /** What it was created with. */
  readonly mode: number;
  readonly attributes: Attributes;
}

/** Where a directory has its default ACL, as a C string. Source: acl(5). */
const DEFAULT_ACL = new TextEncoder().encode("system.posix_acl_default\0");
const NO_ROOM = new Uint8Array(1);

/**
 * What the files that are created in one directory have by themselves. Owner and mode need two calls
 * for each file, and mostly they are right already: what the system made of the first files tells of
 * the next. Only for a directory into which nobody else can interfere.
 */
export class NewFiles {
  #owner: { readonly uid: number; readonly gid: number } | undefined;
  /** Permission bits that were seen to stay when they were asked for, and those that were not. */
  #kept = 0;
  #masked = 0;
  /** A default ACL decides about modes: nothing can be foretold. */
  #hasAcl = false;

  /** The attributes without those that the file has already. */
  stillToGive(call: AttributeCall, file: NewFile): Attributes {
    const { mode, attributes } = file;
    if (attributes.mode !== mode || attributes.owner === undefined) return attributes;
    const isUnknown = (mode & ~(this.#kept | this.#masked)) !== 0;
    if (this.#owner === undefined || (isUnknown && !this.#hasAcl)) this.#learn(call, file);
    const { owner, mode: _, ...others } = attributes;
    const hasOwner = owner.uid === this.#owner?.uid && owner.gid === this.#owner.gid;
    const hasMode = !this.#hasAcl && (mode & ~this.#kept) === 0;
    return { ...others, ...(hasOwner ? {} : { owner }), ...(hasMode ? {} : { mode }) };
  }

  #learn({ libc, stat }: AttributeCall, { dir, fd, mode }: NewFile): void {
    this.#hasAcl ||= this.#owner === undefined &&
      libc.fgetxattr(dir.fd, DEFAULT_ACL, NO_ROOM, 0n) >= 0;
    if (!stat.byDescriptor(fd)) return;
    const found = stat.permissions;
    this.#owner = { uid: stat.uid, gid: stat.gid };
    this.#kept |= mode & found;
    this.#masked |= mode & ~found;
  }
}
