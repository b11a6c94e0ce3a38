/** How many hard links a file system allows. */
export interface LinkLimit {
  readonly links: number;
  /** Whether it counts for the names in one directory, not for all of an inode. */
  readonly isPerDirectory: boolean;
}

/** Share of the limit from which on a file is worth telling. */
const NEAR = 0.9;

/**
 * By magic number. Source: Linux `linux/magic.h` and each file system's own limit: EXT4_LINK_MAX,
 * BTRFS_LINK_MAX, XFS_MAXLINK, MINIX2_LINK_MAX is of no interest; MS-FSCC for NTFS (1,024 with the
 * name it was made by). ext2 and ext3 share ext4's number and allow 32,000.
 */
const LIMITS: Readonly<Record<number, LinkLimit>> = {
  0xef53: { links: 65_000, isPerDirectory: false },
  0x9123683e: { links: 65_535, isPerDirectory: true },
  0x58465342: { links: 2_147_483_647, isPerDirectory: false },
  0x5346544e: { links: 1_023, isPerDirectory: false },
  0x7366746e: { links: 1_023, isPerDirectory: false },
  0x65735546: { links: 1_023, isPerDirectory: false },
};

/** The limit of a file system by its magic number (`statfs.f_type`); undefined when unknown. */
export function linkLimitOf(typeId: number): LinkLimit | undefined {
  return LIMITS[typeId];
}

/** From how many links on a file is near the limit. */
export function nearLinks({ links }: LinkLimit): number {
  return Math.ceil(links * NEAR);
}
