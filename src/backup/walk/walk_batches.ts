import type { Lane } from "../../threads/lane.ts";
import type { WalkCall } from "../threads/thread_messages.ts";
import { fromMessage, type WalkedMessage, type WalkedSection } from "./walked.ts";

/** Batches that the walker is asked for in advance. */
const AHEAD = 4;

/** The walk of a walker lane, batch by batch, with the walker a few batches ahead of the caller. */
export async function* walkBatches(
  lane: Lane<WalkCall, WalkedMessage[] | undefined>,
): AsyncGenerator<WalkedSection[]> {
  const asked: Promise<WalkedMessage[] | undefined>[] = [];
  const ask = () => {
    const answer = lane.call("next");
    answer.catch(() => undefined); // reported when its turn comes
    asked.push(answer);
  };
  for (let i = 0; i < AHEAD; i++) ask();
  for (;;) {
    const batch = await asked.shift();
    if (batch === undefined) return;
    ask();
    yield batch.map(fromMessage);
  }
}
