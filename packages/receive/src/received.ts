import type { IngestTable } from "@weir/model";

/** Why an item of a request was not kept. */
export const REJECT_REASONS = [
  /** Its bytes or its JSON could not be read. */
  "unreadable",
  /** Its trace id is missing, all zeros or of a wrong length. */
  "invalidTraceId",
  /** Its span id is missing, all zeros or of a wrong length. */
  "invalidSpanId",
  /** A metric without data, or of a kind that is not known. */
  "unknownMetricKind",
  /** A series without the label `__name__`. */
  "unnamedMetric",
  /** A flow record whose layout the device has not described yet. */
  "unknownTemplate",
  /** A flow record of something else than IP. */
  "notIp",
  /** Counters of interfaces, which sFlow sends beside samples of packets. */
  "counterSample",
  /** A sample of sFlow of another kind. */
  "unknownSample",
  /** An action that changes or deletes what is there. */
  "unsupportedAction",
  /** A kind of item that has no table: sessions, replays, attachments … */
  "unsupportedItem",
  /** Beyond what one request may hold. */
  "tooMany",
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** Items that were not kept for one reason. */
export interface Rejection {
  readonly reason: RejectReason;
  readonly items: number;
  /** What was wrong with the first of them. */
  readonly example: string;
}

/** Rows for one table. */
export interface TableRows {
  readonly table: IngestTable;
  readonly rows: readonly object[];
}

/** A request, read: rows to keep and what could not be kept. */
export interface Received {
  readonly tables: readonly TableRows[];
  readonly rejections: readonly Rejection[];
}

/** A request that is no request of this protocol at all. */
export interface Malformed {
  readonly kind: "malformed";
  readonly reason: string;
}
export type Reading = ({ readonly kind: "received" } & Received) | Malformed;

/** Counts items that are not kept, by reason. */
export class Rejections {
  readonly #byReason = new Map<RejectReason, { items: number; example: string }>();

  add(reason: RejectReason, example: string, items = 1): void {
    const known = this.#byReason.get(reason);
    if (known === undefined) this.#byReason.set(reason, { items, example });
    else known.items += items;
  }

  list(): readonly Rejection[] {
    return [...this.#byReason].map(([reason, { items, example }]) => ({ reason, items, example }));
  }
}
