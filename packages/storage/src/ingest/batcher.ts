import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { WeirError } from "@weir/base";
import type { IngestTable } from "@weir/model";
import type { EncodedRows } from "@weir/native";
import type { Store } from "../store.ts";
import { type BatchLimits, type Refused, TableQueue } from "./table-queue.ts";

export type { Refused };

/** Rows per insert: small inserts cost the engine more than their rows do, some ten milliseconds each. */
const LIMITS: BatchLimits = {
  ...{ maxRows: 10_000, maxBytes: 16 << 20, maxInFlight: 2 },
  ...{ lingerMs: 1_000, manyRows: 1_000, manyLingerMs: 200 },
};
/** What may wait for the store in all tables, as it is held: encoded. More is refused, and the senders keep it. */
const MAX_QUEUED_BYTES = 256 << 20;
/** How long a stopping hub waits for its store. */
const CLOSE_LIMIT_MS = 10_000;

/** What waits for the store. */
export interface BatcherState {
  readonly queuedRows: number;
  readonly queuedBytes: number;
  readonly maxQueuedBytes: number;
  /** What the store says where it cannot take rows now. */
  readonly problem?: string;
}

/** Gathers rows into batches. Who adds rows learns when the store has acknowledged them; until then they are the sender's. */
export class Batcher {
  readonly #store: Store;
  readonly #limits: BatchLimits;
  readonly #maxQueuedBytes: number;
  readonly #queues = new Map<string, TableQueue>();
  /** Tokens of this process: no other batch has them. */
  readonly #tokenPrefix = randomBytes(8).toString("hex");
  #queuedRows = 0;
  #queuedBytes = 0;

  constructor(store: Store, limits: Partial<BatchLimits & { readonly maxQueuedBytes: number }> = {}) {
    this.#store = store;
    this.#limits = { ...LIMITS, ...limits };
    this.#maxQueuedBytes = limits.maxQueuedBytes ?? MAX_QUEUED_BYTES;
  }

  /** True where `bytes` more can wait. */
  hasRoomFor(bytes: number): boolean {
    return this.#queuedBytes === 0 || this.#queuedBytes + bytes <= this.#maxQueuedBytes;
  }

  get state(): BatcherState {
    const problem = [...this.#queues.values()].find((queue) => queue.problem !== undefined)?.problem;
    return {
      queuedRows: this.#queuedRows,
      queuedBytes: this.#queuedBytes,
      maxQueuedBytes: this.#maxQueuedBytes,
      ...(problem === undefined ? {} : { problem }),
    };
  }

  /** Adds rows of one table. Resolves when the store has acknowledged them, with what it would not take. BUSY where too much waits already. */
  async add(table: IngestTable, pieces: readonly EncodedRows[]): Promise<Refused> {
    const rows = pieces.reduce((sum, piece) => sum + piece.rows, 0);
    const bytes = pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);
    if (!this.hasRoomFor(bytes)) throw busy();
    return this.#counted(rows, bytes, async () => {
      const parts = await Promise.all(pieces.map((piece) => this.#queueOf(table).add(piece)));
      return {
        rows: parts.reduce((sum, refused) => sum + refused.rows, 0),
        example: parts.find(({ example }) => example !== "")?.example ?? "",
      };
    });
  }

  /**
   * Adds rows that are durable elsewhere as a batch of their own, under a token of the caller's: the same token again adds nothing. Never BUSY: who has them on a disk adds one batch after the
   * other.
   */
  addAlone(table: IngestTable, piece: EncodedRows, token: string): Promise<Refused> {
    return this.#counted(piece.rows, piece.bytes.length, () => this.#queueOf(table).addAlone(piece, token));
  }

  async #counted(rows: number, bytes: number, add: () => Promise<Refused>): Promise<Refused> {
    this.#queuedRows += rows;
    this.#queuedBytes += bytes;
    try {
      return await add();
    } finally {
      this.#queuedRows -= rows;
      this.#queuedBytes -= bytes;
    }
  }

  /** Sends what waits. What the store does not take within a limit is not acknowledged: its senders keep it. */
  async close(): Promise<void> {
    const queues = [...this.#queues.values()];
    const limit = new AbortController();
    const giveUp = sleep(CLOSE_LIMIT_MS, undefined, { signal: limit.signal, ref: false }).then(
      () => {
        for (const queue of queues) queue.abandon();
      },
      () => undefined,
    );
    await Promise.all(queues.map((queue) => queue.close()));
    limit.abort();
    await giveUp;
  }

  #queueOf(table: IngestTable): TableQueue {
    const known = this.#queues.get(table.table);
    if (known !== undefined) return known;
    const queue = new TableQueue(table, this.#store, this.#limits, this.#tokenPrefix);
    this.#queues.set(table.table, queue);
    return queue;
  }
}

function busy(): WeirError {
  return new WeirError("BUSY", "more waits for the store than a hub holds", "Send it again in a few seconds");
}
