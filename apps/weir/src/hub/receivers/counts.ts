import type { ReceiverCounts as CountsView } from "@weir/http-contract";

/** Why a whole request was turned away. What the sender may send again is not lost. */
export type TurnedAway =
  | "malformed"
  | "tooLarge"
  | "unsupported"
  | "unauthenticated"
  | "forbidden"
  | "busy"
  | "notAcknowledged";

interface Drop {
  items: number;
  example: string;
  lastAtMs: number;
}

/** What one receiver took and what it did not, since the hub started. */
export class ReceiverCounts {
  readonly #kept = new Map<string, number>();
  readonly #drops = new Map<string, Drop>();
  readonly #turnedAway = new Map<TurnedAway, Drop>();
  #requests = 0;
  #bytes = 0;
  #repeated = 0;

  /** A request of so many bytes, as it was before compression. */
  request(bytes: number): void {
    this.#requests += 1;
    this.#bytes += bytes;
  }

  /** A request that was sent again although it was taken, or is on its way. */
  repeated(): void {
    this.#repeated += 1;
  }

  kept(table: string, items: number): void {
    this.#kept.set(table, (this.#kept.get(table) ?? 0) + items);
  }

  /** Items that are lost, with what was wrong with the first of them. */
  dropped(reason: string, items: number, example: string, nowMs: number): void {
    note(this.#drops, reason, items, example, nowMs);
  }

  turnedAway(reason: TurnedAway, example: string, nowMs: number): void {
    note(this.#turnedAway, reason, 1, example, nowMs);
  }

  view(): CountsView {
    return {
      requests: this.#requests,
      bytes: this.#bytes,
      repeatedRequests: this.#repeated,
      kept: [...this.#kept].map(([table, items]) => ({ table, items })),
      drops: [...this.#drops].map(([reason, { items, ...rest }]) => ({ reason, items, ...seen(rest) })),
      turnedAway: [...this.#turnedAway].map(([reason, { items, ...rest }]) => ({
        reason,
        requests: items,
        ...seen(rest),
      })),
    };
  }
}

function note<Reason>(counts: Map<Reason, Drop>, reason: Reason, items: number, example: string, nowMs: number): void {
  const known = counts.get(reason);
  counts.set(reason, { items: (known?.items ?? 0) + items, example, lastAtMs: nowMs });
}

function seen({ example, lastAtMs }: Omit<Drop, "items">): { example: string; lastAt: string } {
  return { example, lastAt: new Date(lastAtMs).toISOString() };
}
