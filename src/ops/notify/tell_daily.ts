import type { Clock } from "../../base/clock.ts";
import type { StateTexts } from "../../base/state_texts.ts";
import { readJobRecord } from "../state/job_record.ts";
import { readTold, type ToldKey, type ToldRecord, writeTold } from "../state/told_record.ts";
import type { Channel } from "./channels.ts";
import type { Delivery } from "./news.ts";

/** What {@link TellDaily} needs from the outside. */
export interface DailyDeps {
  readonly clock: Pick<Clock, "now">;
  readonly state: StateTexts | undefined;
  readonly warn: (message: string) => void;
}

const HOUR_MS = 3_600_000;

/** A day, but for what a timer that comes every hour, or every day, may be early. */
const AGAIN_MS = 23 * HOUR_MS;

/** What is seen for less than that may pass: a run that is late is tried within the hour. */
const PATIENCE_MS = 2 * HOUR_MS;

/**
 * Tells something that lasts: each channel once, again after a day, and anew when there was a good
 * run in between. Where nothing can be remembered it is told each time: too often is better than
 * never.
 */
export class TellDaily {
  readonly #deps: DailyDeps;
  readonly #told: ToldKey;
  readonly #record: ToldRecord;
  readonly #now: Date;

  constructor(deps: DailyDeps, told: ToldKey) {
    this.#deps = deps;
    this.#told = told;
    this.#now = deps.clock.now();
    const { last_good } = readJobRecord(deps.state, told.key);
    const lastGood = last_good === null ? undefined : new Date(last_good.started_at);
    const { seenAt, toldAt } = readTold(deps.state, told);
    // A clock that was set back makes nothing recent.
    const counts = (time: Date) => time <= this.#now && (lastGood === undefined || lastGood < time);
    this.#record = {
      seenAt: seenAt !== undefined && counts(seenAt) ? seenAt : undefined,
      toldAt: new Map([...toldAt].filter(([, time]) => counts(time))),
    };
  }

  /** Those of the channels that are to be told now. */
  due(channels: readonly Channel[]): Channel[] {
    return channels.filter((channel) => {
      const time = this.#record.toldAt.get(channel);
      return time === undefined || this.#now.getTime() - time.getTime() >= AGAIN_MS;
    });
  }

  /** Notes that it was seen; whether that was already so hours ago. */
  isLasting(): boolean {
    const { seenAt } = this.#record;
    // Who remembers nothing would wait for ever.
    if (this.#deps.state === undefined) return true;
    if (seenAt === undefined) this.#write({ ...this.#record, seenAt: this.#now });
    return seenAt !== undefined && this.#now.getTime() - seenAt.getTime() >= PATIENCE_MS;
  }

  /** Sends to each of the channels; one that fails counts as not told. */
  async tell(
    channels: readonly Channel[],
    send: (channel: Channel) => Promise<readonly Delivery[]>,
  ): Promise<void> {
    const toldAt = new Map(this.#record.toldAt);
    for (const channel of channels) toldAt.set(channel, this.#now);
    const seenAt = this.#record.seenAt ?? this.#now;
    // Before it is sent: another run may be about to tell the same.
    this.#write({ seenAt, toldAt });
    const deliveries = (await Promise.all(channels.map(send))).flat();
    const failed = deliveries.filter(({ failure }) => failure !== undefined);
    if (failed.length === 0) return;
    for (const { channel } of failed) toldAt.delete(channel);
    this.#write({ seenAt, toldAt });
  }

  #write(record: ToldRecord): void {
    const { state, warn } = this.#deps;
    if (state === undefined) return;
    const refusal = writeTold(state, this.#told, record);
    if (refusal !== undefined) {
      warn(`Cannot remember in "${state.dir}" what was told, so it will be told again: ${refusal}`);
    }
  }
}
