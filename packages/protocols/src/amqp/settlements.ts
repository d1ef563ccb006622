import { PendingTable } from "../common/pending-table.ts";
import type { OpenCall } from "./open-call.ts";

/** Messages that wait to be settled at most, on all channels of a connection. */
export const MAX_SETTLEMENTS = 2048;

/**
 * Messages of one direction that wait to be acknowledged by their delivery tags, which count up on each channel. One acknowledgement may stand for
 * all up to its tag.
 */
export class Settlements {
  readonly #waiting: PendingTable<string, OpenCall>;
  /** Tags that wait, per channel, ascending as they were given. */
  readonly #tags = new Map<number, Set<number>>();

  constructor(giveUp: (call: OpenCall) => void) {
    this.#waiting = new PendingTable(MAX_SETTLEMENTS, (call) => {
      this.#tags.get(call.channel)?.delete(Number(call.attributes[TAG_ATTRIBUTE]));
      giveUp(call);
    });
  }

  put(tag: number, call: OpenCall): void {
    call.attributes[TAG_ATTRIBUTE] = String(tag);
    this.#waiting.put(keyOf(call.channel, tag), call);
    const tags = this.#tags.get(call.channel);
    if (tags === undefined) this.#tags.set(call.channel, new Set([tag]));
    else tags.add(tag);
  }

  /** What is settled by an acknowledgement; tag 0 with `isMultiple` is everything that waits on the channel. */
  settle(channel: number, tag: number, isMultiple: boolean): readonly OpenCall[] {
    const tags = this.#tags.get(channel);
    if (tags === undefined) return [];
    const settled: OpenCall[] = [];
    for (const candidate of isMultiple ? tags : [tag]) {
      if (tag !== 0 && candidate > tag) break;
      const call = this.#waiting.take(keyOf(channel, candidate));
      if (call !== undefined) settled.push(call);
      tags.delete(candidate);
    }
    if (tags.size === 0) this.#tags.delete(channel);
    return settled;
  }

  /** Everything that waits on a channel, or on all. */
  drain(channel?: number): readonly OpenCall[] {
    if (channel !== undefined) return this.settle(channel, 0, true);
    this.#tags.clear();
    return this.#waiting.drain();
  }

  /** Calls that wait, oldest first. */
  *calls(): Iterable<OpenCall> {
    for (const key of this.#waiting.keys()) {
      const call = this.#waiting.find(key);
      if (call !== undefined) yield call;
    }
  }
}

const TAG_ATTRIBUTE = "messaging.rabbitmq.message.delivery_tag";

function keyOf(channel: number, tag: number): string {
  return `${channel}/${tag}`;
}
