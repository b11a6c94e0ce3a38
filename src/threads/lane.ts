/**
 * A lane: one worker thread (or, in tests, a plain function) that answers calls in the order they
 * were made. Main stays free for signals and the display; the synchronous disk work runs in lanes.
 *
 * @module
 */
import { FsError } from "../fs/file_system.ts";
import { Cancelled } from "./cancel.ts";
import {
  addCall,
  type CallTime,
  kindOf,
  type LaneWork,
  type MeterReading,
  noWork,
  timeSince,
} from "./lane_work.ts";

/** A thread that answers calls first in, first out. */
export interface Lane<Call, Answer> {
  /** Sends a call; rejects with what the handler threw ({@link FsError}s keep their code). */
  call(message: Call, transfer?: Transferable[]): Promise<Answer>;
  /** What its thread has done so far; undefined for a lane without a thread of its own. */
  readonly work?: LaneWork | undefined;
  /**
   * Ends the lane: calls that wait or come later reject with {@link Cancelled}. Resolves when the
   * thread has closed what it had open; at once when it is busy, and then does so behind the
   * caller's back: a call that hangs must not keep anybody waiting. Never rejects.
   */
  close(): Promise<void>;
}

/** What a lane's handler does with one call. */
export type Handler<Call, Answer> = (
  message: Call,
) => { answer: Answer; transfer?: Transferable[] };

/** What goes to the far end: the start once, then calls, then the end. */
type Request<Start, Call> =
  | { readonly start: Start }
  | { readonly call: Call }
  | { readonly close: true };

type Reply<Answer> =
  | { readonly answer: Answer; readonly time: CallTime | undefined }
  | { readonly error: PlainError }
  | { readonly closed: true };

interface PlainError {
  readonly kind: "fs" | "cancelled" | "other";
  readonly message: string;
  readonly code: string;
  readonly op: string;
  readonly path: string;
  readonly stack: string;
}

interface Waiting<Answer> {
  readonly kind: string;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** A lane on a worker thread of its own; {@link WorkerLane.greet} comes before any call. */
export class WorkerLane<Call, Answer> implements Lane<Call, Answer> {
  readonly #worker: Worker;
  readonly work = noWork();
  #onFailure: ((error: Error) => void) | undefined;
  readonly #waiting: Waiting<Answer>[] = [];
  #head = 0;
  #failure: Error | undefined;
  #state: "new" | "starting" | "ready" = "new";
  #closed: Promise<void> | undefined;

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
      if ("error" in event.data) this.#fail(revive(event.data.error));
      else if ("answer" in event.data) resolve(event.data.answer);
    };
    this.#onFailure = reject;
    this.#state = "starting";
    this.#post({ start });
    const report = await promise;
    this.#state = "ready";
    this.#worker.onmessage = (event: MessageEvent<Reply<Answer>>) => this.#settle(event.data);
    return report;
  }

  call(message: Call, transfer: Transferable[] = []): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ kind: kindOf(message), resolve, reject });
      this.#post({ call: message }, transfer);
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #close(): Promise<void> {
    const isGone = this.#failure !== undefined || this.#state === "new";
    const isBusy = this.#state === "starting" || this.#waiting.length > this.#head;
    this.#fail(new Cancelled());
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = () => {
      this.#worker.terminate();
      resolve();
    };
    if (isGone) {
      end();
      return promise;
    }
    this.#onFailure = end;
    this.#worker.onmessage = (event: MessageEvent<Reply<Answer>>) => {
      if ("closed" in event.data) end();
    };
    this.#post({ close: true });
    return isBusy ? Promise.resolve() : promise;
  }

  #post(request: Request<unknown, Call>, transfer: Transferable[] = []): void {
    this.#worker.postMessage(request, transfer);
  }

  #settle(reply: Reply<Answer>): void {
    const waiting = this.#waiting[this.#head++];
    if (this.#head > 64) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    if ("error" in reply) waiting?.reject(revive(reply.error));
    else if ("answer" in reply && waiting !== undefined) {
      if (reply.time !== undefined) addCall(this.work, waiting.kind, reply.time);
      waiting.resolve(reply.answer);
    }
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
  #lane: Lane<Call, Answer> | undefined;
  #closed = false;

  constructor(start: () => Promise<Lane<Call, Answer>>) {
    this.#start = start;
  }

  get work(): LaneWork | undefined {
    return this.#lane?.work;
  }

  async call(message: Call, transfer?: Transferable[]): Promise<Answer> {
    if (this.#closed) throw new Cancelled();
    this.#started ??= this.#begin();
    const lane = await this.#started;
    return await lane.call(message, transfer);
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.#lane?.close() ?? Promise.resolve();
  }

  async #begin(): Promise<Lane<Call, Answer>> {
    this.#lane = await this.#start();
    // As with any busy lane, nobody waits for the end of one that was closed meanwhile.
    if (this.#closed) void this.#lane.close();
    return this.#lane;
  }
}

/**
 * A lane without a thread: the handler runs in the caller's, one call at a time. `onClose` is what
 * closes what the handler left open.
 */
export function inlineLane<Call, Answer>(
  handler: Handler<Call, Answer>,
  onClose: () => void = () => {},
): Lane<Call, Answer> {
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  return {
    call(message) {
      const turn = last.then(() => {
        if (closed) throw new Cancelled();
        return handler(structuredClone(message)).answer;
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    close() {
      if (!closed) onClose();
      closed = true;
      return Promise.resolve();
    },
  };
}

/** The part of a worker's global scope that a lane needs. */
export interface LaneScope {
  onmessage: unknown;
  postMessage(message: unknown, transfer: Transferable[]): void;
}

/** What a started worker does. */
export interface Served<Report, Call, Answer> {
  /** Told to the near end. */
  readonly report: Report;
  readonly handler: Handler<Call, Answer>;
  /** Called once, after the last call; must close what is open, because the process would keep it. */
  readonly close: () => void;
  /** Read before and after each call; undefined: nobody wants to know. */
  readonly meter?: () => MeterReading;
}

/**
 * Makes this worker the far end of a {@link WorkerLane}: the first message starts it, and its
 * answer (what `start` reports) tells the near end that it is ready. A `start` that throws leaves
 * nothing open.
 */
export function serveLane<Start, Report, Call, Answer>(
  scope: LaneScope,
  start: (message: Start) => Served<Report, Call, Answer>,
): void {
  let served: Served<Report, Call, Answer> | undefined;
  scope.onmessage = ({ data }: MessageEvent<Request<Start, Call>>) => {
    if ("close" in data) {
      scope.onmessage = null;
      served?.close();
      scope.postMessage({ closed: true }, []);
      return;
    }
    const handle = () => {
      if ("start" in data) {
        served = start(data.start);
        return { answer: served.report };
      }
      if (served === undefined) throw new Error("A call came before the start");
      return served.handler(data.call);
    };
    answerCall(scope, handle, served?.meter);
  };
}

function answerCall(
  scope: LaneScope,
  handle: () => { answer: unknown; transfer?: Transferable[] },
  meter: (() => MeterReading) | undefined,
): void {
  const began = meter?.();
  try {
    const { answer, transfer } = handle();
    const time = began === undefined ? undefined : timeSince(began, meter?.());
    scope.postMessage({ answer, time }, transfer ?? []);
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
