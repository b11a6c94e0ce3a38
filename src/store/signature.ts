/**
 * Signatures of manifests, made and checked by OpenSSH, so that whoever has `ssh-keygen` needs
 * neither phlb nor its source to check them.
 *
 * @module
 */
import { AppError, EXIT } from "../base/app_error.ts";
import { printable } from "../base/path_bytes.ts";
import type { SshKeygen, SshKeygenEnd } from "../base/ssh_keygen.ts";

/** Keeps a signature from being taken for one of something else. Source: ssh-keygen(1), -n. */
export const SIGNATURE_NAMESPACE = "phlb";

/** What is to be signed, and with which private key. */
export interface SignRequest {
  readonly keyFile: string;
  readonly content: Iterable<Uint8Array<ArrayBuffer>>;
}

/**
 * The signature of a content, as text.
 *
 * @throws {SSH_KEYGEN_MISSING} {SIGN_FAILED}
 */
export async function sign(
  sshKeygen: SshKeygen,
  { keyFile, content }: SignRequest,
): Promise<string> {
  // With -P it does not ask for a passphrase: it would read one from the content.
  const args = ["-Y", "sign", "-n", SIGNATURE_NAMESPACE, "-P", "", "-f", keyFile];
  const end = await sshKeygen(args, content);
  if (end === undefined) throw noSshKeygen("sign manifests");
  if (end.code === 0 && end.stdout.startsWith("-----BEGIN SSH SIGNATURE-----")) return end.stdout;
  throw signFailed(keyFile, reasonOf(end));
}

/** A signature to be checked. */
export interface SignatureQuery {
  /** Keys that are trusted, in the format "ALLOWED SIGNERS" of ssh-keygen(1). */
  readonly allowedSigners: string;
  /** Path of the signature. */
  readonly signature: string;
  readonly content: () => Iterable<Uint8Array<ArrayBuffer>>;
}

/** What came out of a check. */
export type SignatureState =
  | { readonly kind: "good"; readonly signer: string }
  | { readonly kind: "bad"; readonly reason: string };

/**
 * Whether one of the allowed signers made a signature of just that content.
 *
 * @throws {SSH_KEYGEN_MISSING}
 */
export async function checkSignature(
  sshKeygen: SshKeygen,
  { allowedSigners, signature, content }: SignatureQuery,
): Promise<SignatureState> {
  const of = ["-n", SIGNATURE_NAMESPACE, "-s", signature, "-f", allowedSigners];
  const found = await sshKeygen(["-Y", "find-principals", ...of], []);
  if (found === undefined) throw noSshKeygen("check signatures");
  const [signer = ""] = found.stdout.split("\n");
  if (found.code !== 0 || signer === "") {
    const isUnknown = found.stderr.trim() === "No principal matched.";
    const reason = isUnknown ? "the key that signed it is not an allowed one" : reasonOf(found);
    return { kind: "bad", reason };
  }
  const checked = await sshKeygen(["-Y", "verify", ...of, "-I", signer], content());
  if (checked === undefined) throw noSshKeygen("check signatures");
  if (checked.code === 0) return { kind: "good", signer };
  const isOther = checked.stderr.includes("incorrect signature");
  const reason = isOther ? "it was changed after it had been signed" : reasonOf(checked);
  return { kind: "bad", reason };
}

/** The first line of what ssh-keygen says: what it was about comes after the cause. */
function reasonOf({ stderr, code }: SshKeygenEnd): string {
  const lines = stderr.split("\n").map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("Signing data on"));
  const text = lines[0] ?? `it ended with ${code}`;
  return `ssh-keygen says: ${printable(text)}`;
}

function signFailed(keyFile: string, reason: string): AppError {
  const hint = reason.includes("passphrase")
    ? "The key has a passphrase: add it to the agent with ssh-add, and give phlb SSH_AUTH_SOCK"
    : "snapshot.sign_key names a private key of OpenSSH that this user may read; " +
      "ssh-keygen -t ed25519 makes one";
  return new AppError(`Cannot sign with the key "${printable(keyFile)}": ${reason}`, {
    code: "SIGN_FAILED",
    exitCode: EXIT.failed,
    hint,
  });
}

function noSshKeygen(action: string): AppError {
  return new AppError(`Cannot ${action}: there is no ssh-keygen that can be run`, {
    code: "SSH_KEYGEN_MISSING",
    exitCode: EXIT.failed,
    hint: "Install OpenSSH's client programs (the package openssh-client), or leave the keys " +
      "snapshot.sign_key and snapshot.allowed_signers unset",
  });
}
