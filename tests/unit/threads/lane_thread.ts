/// <reference lib="deno.worker" />
/** A worker for the tests of lanes: does what each call asks for. */
import { Cancelled } from "../../../src/threads/cancel.ts";
import { serveLane } from "../../../src/threads/lane.ts";
import { FsError } from "../../../src/fs/file_system.ts";

declare const self: DedicatedWorkerGlobalScope;

/** What the worker is started with. */
export interface LaneStart {
  readonly greeting: string;
  /** One Int32, counts how often the far end was told to close what it has open. */
  readonly closed?: SharedArrayBuffer;
  /** The start itself fails with this code. */
  readonly refuse?: string;
}

/** What it can be asked to do. */
export type LaneCall =
  | { readonly kind: "echo"; readonly value: number }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "fs-error"; readonly code: string }
  | { readonly kind: "cancelled" }
  | { readonly kind: "bug" }
  /** Answers when the number in `gate` is no longer 0. */
  | { readonly kind: "wait"; readonly gate: SharedArrayBuffer }
  /** Never answers: waits for a flag that nobody raises. */
  | { readonly kind: "hang" }
  /** Fails outside of any call. */
  | { readonly kind: "crash" };

/** A number for `echo`, the sum for `bytes`. */
export type LaneAnswer = number;

serveLane(self, (start: LaneStart) => {
  if (start.refuse !== undefined) throw fsError(start.refuse);
  const { closed } = start;
  return {
    report: `${start.greeting} to you`,
    handler: (call: LaneCall) => handle(call),
    close: () => void (closed !== undefined && Atomics.add(new Int32Array(closed), 0, 1)),
  };
});

function handle(call: LaneCall): { answer: LaneAnswer } {
  if (call.kind === "fs-error") throw fsError(call.code);
  if (call.kind === "cancelled") throw new Cancelled();
  if (call.kind === "bug") throw new TypeError("a bug in the thread");
  if (call.kind === "wait") Atomics.wait(new Int32Array(call.gate), 0, 0);
  if (call.kind === "hang") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  if (call.kind === "crash") queueMicrotask(() => JSON.parse("{"));
  if (call.kind === "bytes") return { answer: call.bytes.reduce((sum, byte) => sum + byte, 0) };
  return { answer: call.kind === "echo" ? call.value : 0 };
}

function fsError(code: string): FsError {
  return new FsError({ code, op: "link", path: "a\udcff/b", reason: "No space left on device" });
}
