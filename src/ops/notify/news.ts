import type { BackupEvent } from "../../backup/events.ts";
import type { RunProgram } from "../../base/run_program.ts";
import type { Job } from "../../config/config.ts";
import type { Channel } from "./channels.ts";

/** What a notification is about. */
export type NewsKind = "failure" | "problem" | "overdue" | "success" | "start" | "test";

/** What somebody is to know. */
export interface News {
  readonly kind: NewsKind;
  /** One line. */
  readonly subject: string;
  /** Lines without a newline at the end. */
  readonly text: string;
  /** Of the backup that this is about, where there is one. */
  readonly exitCode?: number;
  readonly problems?: number;
  /** Absolute. */
  readonly snapshotPath?: string;
  readonly error?: string;
}

/** What notifications are sent with. */
export interface NotifyDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readText: (path: string) => string | undefined;
  readonly runProgram: RunProgram;
  readonly host: { readonly name: string };
  /** Gives up what is being sent. */
  readonly signal: AbortSignal;
  /** Is told what became of each, and warned of each that failed. */
  readonly onEvent: (
    event: Extract<BackupEvent, { readonly kind: "notification" | "log" }>,
  ) => void;
}

/** Whose channels are used. */
export interface NotifyOptions {
  readonly job: Job;
  /** Only this one. */
  readonly channel?: Channel;
}

/** What became of a notification on one channel. */
export interface Delivery {
  readonly channel: Channel;
  /** Why it could not be sent, the end of a sentence; undefined when it was. */
  readonly failure: string | undefined;
}

/** Why something could not be sent: the end of a sentence, in which there may still be secrets. */
export class SendError extends Error {}
