import { join } from "node:path";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { companionName } from "../../store/layout.ts";
import { checkSignature, type SignatureState } from "../../store/signature.ts";
import type { TargetState } from "./target_state.ts";
import type { SignatureCheck } from "./verify_options.ts";

/** What {@link verifySignatures} works with. */
export interface VerifySignaturesOptions {
  readonly fs: FileSystem;
  readonly check: SignatureCheck;
  /** Absolute. */
  readonly root: string;
  readonly rootDir: Dir;
  readonly targets: readonly TargetState[];
  /** Awaited before each manifest. */
  readonly onTurn: () => Promise<void>;
}

/**
 * Checks that the manifest of each target was signed by somebody who may.
 *
 * @throws {SSH_KEYGEN_MISSING}
 */
export async function verifySignatures(options: VerifySignaturesOptions): Promise<void> {
  for (const target of options.targets) {
    await options.onTurn();
    const state = await signatureOf(target, options);
    if (state.kind === "good") target.signer = state.signer;
    else target.report("", { code: "signature", reason: state.reason });
  }
}

async function signatureOf(
  { address: { ref } }: TargetState,
  { fs, check, root, rootDir }: VerifySignaturesOptions,
): Promise<SignatureState> {
  const { sshKeygen, allowedSigners } = check;
  if (!ref.companions.has("manifest")) return bad("it has no manifest that could be signed");
  if (!ref.companions.has("signature")) return bad("its manifest is not signed");
  const signature = join(root, ref.name, companionName(ref.time, "signature"));
  if (!signature.isWellFormed()) return bad("its name cannot be passed to ssh-keygen");
  const dir = openDirPath(fs, rootDir, ref.name);
  try {
    const content = () => fileChunks(fs, dir, companionName(ref.time, "manifest"));
    const state = await checkSignature(sshKeygen, { allowedSigners, signature, content });
    if (state.kind === "good") return state;
    return bad(`the signature of its manifest is not good: ${state.reason}`);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return bad(`its manifest cannot be read: ${error.message}`);
  } finally {
    fs.closeDir(dir);
  }
}

function bad(reason: string): SignatureState {
  return { kind: "bad", reason };
}
