import type { Spec } from "./setting_spec.ts";

/** The keys of the `[snapshot]` table, see `SCHEMA`. */
export const SNAPSHOT_SCHEMA = {
  "snapshot.time_format": {
    type: "string",
    rule: "time-format",
    default: "%Y-%m-%d-%H%M%S",
    description: "How a snapshot's directory is named after its local time. " +
      "%Y, %m, %d, %H, %M, %S and plain text.",
    example: "%Y%m%d-%H%M%S",
    predecessor: "SUB_DIR_FORMATTER",
  },
  "snapshot.dir_mode": {
    type: "mode",
    default: "0700",
    description: "Permissions of the directories that phlb itself makes: the name's directory " +
      "and .phlb. Directories in a snapshot have those of the source.",
    example: "0755",
    predecessor: "DEFAULT_NEW_PATH_MODE",
  },
  "snapshot.protect": {
    type: "choice",
    choices: ["none", "readonly", "immutable"],
    default: "none",
    description: 'Whether stored files are kept from being changed by mistake: "readonly" takes ' +
      'their write bits away, "immutable" makes them so that root cannot change or remove them ' +
      "either (chattr +i, on Linux, as root). phlb restore gives back what each file had.",
    example: "readonly",
  },
  "snapshot.manifest_level": {
    type: "integer",
    default: 1,
    min: 1,
    max: 9,
    description: "How hard manifests are compressed: 1 is fastest, 9 smallest.",
    example: 6,
  },
  "snapshot.sign_key": {
    type: "path",
    description: "Private key of OpenSSH that the manifest of each snapshot is signed with, by " +
      "ssh-keygen. One with a passphrase has to be known to the agent.",
    example: "~/.ssh/id_ed25519",
  },
  "snapshot.allowed_signers": {
    type: "path",
    description: "File with the keys that phlb verify trusts, as ssh-keygen wants it: an address " +
      "and a public key in each line. When it is set, every manifest has to be signed.",
    example: "~/.ssh/allowed_signers",
    flag: "--allowed-signers",
  },
} as const satisfies Readonly<Record<string, Spec>>;
