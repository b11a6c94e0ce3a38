/**
 * A lane: one worker thread (or, in tests, a plain function) that answers calls in the order they
 * were made. Main stays free for signals and the display; the synchronous disk work runs in lanes.
 *
 * @module
 */
import { FsError } from "../fs/file_system.ts";
import { Cancelled } from "./cancel.ts";

/** A thread that answers calls first in, first out. */
export interface Lane<Call, Answer> {
  /** Sends a call; rejects with what the handler threw ({@link FsError}s keep their code). */
  call(message: Call, transfer?: Transferable[]): Promise<Answer>;
  close(): void;
}

/** What a lane's handler does with one call. */
export type Handler<Call, Answer> = (
  message: Call,
) => { answer: Answer; transfer?: Transferable[] };

type Reply<Answer> = { readonly answer: Answer } | { readonly error: PlainError };

interface PlainError {
  readonly kind: "fs" | "cancelled" | "other";
  readonly message: string;
  readonly code: string;
  readonly op: string;
  readonly path: string;
  readonly stack: string;
}

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** A lane on a worker thread of its own; {@link WorkerLane.greet} comes before any call. */
export class WorkerLane<Call, Answer> implements Lane<Call, Answer> {
  readonly #worker: Worker;
  #onFailure: ((error: Error) => void) | undefined;
  readonly #waiting: Waiting<Answer>[] = [];
  #head = 0;
  #failure: Error | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(new Error(`A worker thread failed: ${event.message}`));
    };
  }

  /** Starts the far end with its first message and resolves with what it reports. */
  async greet<Start, Report>(start: Start): Promise<Report> {
    const { promise, resolve, reject } = Promise.withResolvers<Report>();
    this.#worker.onmessage = (event: MessageEvent<Reply<Report>>) => {
      if ("error" in event.data) reject(revive(event.data.error));
      else resolve(event.data.answer);
    };
    this.#onFailure = reject;
    this.#worker.postMessage(start);
    const report = await promise;
    this.#worker.onmessage = (event: MessageEvent<Reply<Answer>>) => this.#settle(event.data);
    return report;
  }

  call(message: Call, transfer: Transferable[] = []): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(message, transfer);
    });
  }

  close(): void {
    this.#fail(new Cancelled());
    this.#worker.terminate();
  }

  #settle(reply: Reply<Answer>): void {
    const waiting = this.#waiting[this.#head++];
    if (this.#head > 64) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    if ("error" in reply) waiting?.reject(revive(reply.error));
    else waiting?.resolve(reply.answer);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#onFailure?.(error);
    const waiting = this.#waiting.splice(0).slice(this.#head);
    this.#head = 0;
    for (const { reject } of waiting) reject(error);
  }
}

/**
 * A lane whose thread is started by its first call: a run that needs none of its kind is spared the
 * time and memory.
 */
export class LazyLane<Call, Answer> implements Lane<Call, Answer> {
  readonly #start: () => Promise<Lane<Call, Answer>>;
  #started: Promise<Lane<Call, Answer>> | undefined;
  #closed = false;

  constructor(start: () => Promise<Lane<Call, Answer>>) {
    this.#start = start;
  }

  async call(message: Call, transfer?: Transferable[]): Promise<Answer> {
    if (this.#closed) throw new Cancelled();
    this.#started ??= this.#start();
    const lane = await this.#started;
    return await lane.call(message, transfer);
  }

  close(): void {
    this.#closed = true;
    this.#started?.then((lane) => lane.close(), () => undefined);
  }
}

/** A lane without a thread: the handler runs in the caller's, one call at a time. */
export function inlineLane<Call, Answer>(handler: Handler<Call, Answer>): Lane<Call, Answer> {
  let last: Promise<unknown> = Promise.resolve();
  return {
    call(message) {
      const turn = last.then(() => handler(structuredClone(message)).answer);
      last = turn.catch(() => undefined);
      return turn;
    },
    close() {},
  };
}

/** The part of a worker's global scope that a lane needs. */
export interface LaneScope {
  onmessage: unknown;
  postMessage(message: unknown, transfer: Transferable[]): void;
}

/**
 * Makes this worker the far end of a {@link WorkerLane}: the first message starts it, and its
 * answer (what `start` reports) tells the near end that it is ready.
 */
export function serveLane<Start, Report, Call, Answer>(
  scope: LaneScope,
  start: (message: Start) => { report: Report; handler: Handler<Call, Answer> },
): void {
  scope.onmessage = (first: MessageEvent<Start>) => {
    answerCall(scope, () => {
      const { report, handler } = start(first.data);
      scope.onmessage = (event: MessageEvent<Call>) => answerCall(scope, () => handler(event.data));
      return { answer: report };
    });
  };
}

function answerCall<Answer>(
  scope: LaneScope,
  handle: () => { answer: Answer; transfer?: Transferable[] },
): void {
  try {
    const { answer, transfer } = handle();
    scope.postMessage({ answer }, transfer ?? []);
  } catch (error) {
    scope.postMessage({ error: plain(error) }, []);
  }
}

function plain(error: unknown): PlainError {
  const base = { code: "", op: "", path: "", stack: "" };
  if (error instanceof FsError) {
    const { message, code, op, path } = error;
    return { ...base, kind: "fs", message, code, op, path };
  }
  if (error instanceof Cancelled) return { ...base, kind: "cancelled", message: error.message };
  if (error instanceof Error) {
    return { ...base, kind: "other", message: error.message, stack: error.stack ?? "" };
  }
  return { ...base, kind: "other", message: String(error) };
}

function revive(error: PlainError): Error {
  if (error.kind === "cancelled") return new Cancelled();
  if (error.kind === "fs") {
    return new FsError({ ...error, reason: error.message });
  }
  const revived = new Error(error.message);
  if (error.stack !== "") revived.stack = error.stack;
  return revived;
}
