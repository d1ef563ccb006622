import type { Direction } from "@weir/model";
import type { AmqpSession, Delivery, Link } from "./sessions.ts";

/** Messages that wait to be settled at most, on all sessions of a connection. */
export const MAX_UNSETTLED = 2048;

/** Messages of both directions that wait to be settled by their delivery ids, for several of which one disposition may stand (§2.7.6). */
export class Unsettled {
  /** Oldest first. */
  readonly #waiting = new Set<Delivery>();
  readonly #giveUp: (delivery: Delivery) => void;

  constructor(giveUp: (delivery: Delivery) => void) {
    this.#giveUp = giveUp;
  }

  put(delivery: Delivery): void {
    const { session, sender, id, link } = delivery;
    const replaced = session.unsettled[sender].get(id);
    const [oldest] = this.#waiting;
    const over = replaced ?? (this.#waiting.size >= MAX_UNSETTLED ? oldest : undefined);
    if (over !== undefined) {
      this.#remove(over);
      this.#giveUp(over);
    }
    this.#waiting.add(delivery);
    session.unsettled[sender].set(id, delivery);
    link.unsettled.add(delivery);
  }

  /** What waits under the ids from `first` to `last`; it waits no more. */
  settle(session: AmqpSession, sender: Direction, first: number, last: number): readonly Delivery[] {
    const waiting = session.unsettled[sender];
    const settled: Delivery[] = [];
    if (last - first < waiting.size)
      for (let id = first; id <= last; id += 1) settled.push(...present(waiting.get(id)));
    else for (const [id, delivery] of waiting) if (id >= first && id <= last) settled.push(delivery);
    for (const delivery of settled) this.#remove(delivery);
    return settled;
  }

  /** What waits on a link, or on all; it waits no more. */
  drain(link?: Link): readonly Delivery[] {
    const all = [...(link?.unsettled ?? this.#waiting)];
    for (const delivery of all) this.#remove(delivery);
    return all;
  }

  /** Everything that waits, oldest first. */
  calls(): Iterable<Delivery> {
    return this.#waiting;
  }

  #remove(delivery: Delivery): void {
    const { session, sender, id, link } = delivery;
    this.#waiting.delete(delivery);
    session.unsettled[sender].delete(id);
    link.unsettled.delete(delivery);
  }
}

function present(delivery: Delivery | undefined): readonly Delivery[] {
  return delivery === undefined ? [] : [delivery];
}
