import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { WeirError } from "@weir/base";
import type { Reading, Received } from "@weir/receive";
import type { Batcher } from "@weir/storage";
import { ReceiverCounts } from "./counts.ts";
import type { SenderDoor } from "./door.ts";
import { BadRequest, requestFailure } from "./failure.ts";

/** What was not kept of a request that was taken. */
export interface Taken {
  readonly rejectedItems: number;
  /** Reasons with counts, for the sender; empty where all was kept. */
  readonly message: string;
}

/** Senders give up after 10 seconds (OTLP's default): an answer must come before. */
const ANSWER_LIMIT_MS = 8_000;
/** Requests that are remembered: one that is sent again within them is not stored again. */
const REMEMBERED_REQUESTS = 4_000;

/** Takes what one receiver has read: rows to the store, the rest counted. */
export class Intake {
  readonly counts = new ReceiverCounts();
  readonly #batcher: Batcher;
  readonly #door: SenderDoor;
  readonly #name: string;
  readonly #remembered = new Map<string, Promise<Taken>>();

  constructor(name: string, batcher: Batcher, door: SenderDoor) {
    this.#name = name;
    this.#batcher = batcher;
    this.#door = door;
  }

  /** Lets a sender in; see {@link SenderDoor}. */
  admit(authorization: string | undefined, address: string): Promise<void> {
    return this.#door.admitSender(authorization, address);
  }

  /** True where a request of this size can be taken now. */
  hasRoomFor(bytes: number): boolean {
    return this.#batcher.hasRoomFor(bytes);
  }

  /**
   * Takes one request. Resolves when the store has acknowledged its rows. A request that comes again, because its answer was late or lost, joins the first one.
   * Throws {@link BadRequest}, BUSY, and STORAGE_UNREACHABLE where the store does not answer in time.
   */
  async take(kind: string, body: Uint8Array, read: () => Reading): Promise<Taken> {
    this.counts.request(body.length);
    const key = createHash("sha256").update(`${this.#name} ${kind}\n`).update(body).digest("base64");
    const known = this.#remembered.get(key);
    if (known !== undefined) {
      this.counts.repeated();
      return inTime(known);
    }
    const reading = read();
    if (reading.kind === "malformed") throw new BadRequest("malformed", reading.reason);
    if (!this.#batcher.hasRoomFor(body.length)) throw busy();
    const taken = this.#keep(reading, body.length);
    this.#remember(key, taken);
    return inTime(taken);
  }

  /** Takes what nobody is answered for: what cannot be kept is lost, and counted. Resolves when the rows are stored or lost; never fails. */
  async takeUnanswered(bytes: number, read: () => Reading): Promise<void> {
    this.counts.request(bytes);
    const reading = read();
    if (reading.kind === "malformed") {
      this.counts.turnedAway("malformed", reading.reason, Date.now());
      return;
    }
    try {
      await this.#keep(reading, bytes);
    } catch (error) {
      const items = reading.tables.reduce((sum, { rows }) => sum + rows.length, 0);
      const failure = requestFailure(error);
      this.counts.dropped(failure.reason, items, failure.message, Date.now());
    }
  }

  async #keep({ tables, rejections }: Received, bytes: number): Promise<Taken> {
    const nowMs = Date.now();
    const notes = rejections.map(({ reason, items, example }) => {
      this.counts.dropped(reason, items, example, nowMs);
      return { items, text: `${items} ${reason} (${example})` };
    });
    const rowsInAll = tables.reduce((sum, { rows }) => sum + rows.length, 0);
    const sent = tables.map(async ({ table, rows }) => {
      if (rows.length === 0) return;
      const refused = await this.#batcher.add(table, rows, Math.ceil((bytes * rows.length) / rowsInAll));
      this.counts.kept(table.table, rows.length - refused.rows);
      if (refused.rows === 0) return;
      this.counts.dropped("refusedByStore", refused.rows, refused.example, Date.now());
      notes.push({ items: refused.rows, text: `${refused.rows} refusedByStore (${refused.example})` });
    });
    await Promise.all(sent);
    return {
      rejectedItems: notes.reduce((sum, { items }) => sum + items, 0),
      message: notes.map(({ text }) => text).join("; "),
    };
  }

  /** What failed is forgotten: the next copy of it is a new request. */
  #remember(key: string, taken: Promise<Taken>): void {
    this.#remembered.set(key, taken);
    taken.catch(() => this.#remembered.delete(key));
    if (this.#remembered.size <= REMEMBERED_REQUESTS) return;
    for (const oldest of this.#remembered.keys()) {
      this.#remembered.delete(oldest);
      break;
    }
  }
}

async function inTime(taken: Promise<Taken>): Promise<Taken> {
  const limit = new AbortController();
  const late = sleep(ANSWER_LIMIT_MS, undefined, { signal: limit.signal, ref: false }).then(() => {
    throw new WeirError(
      "STORAGE_UNREACHABLE",
      "the store has not acknowledged it yet",
      "Send it again: it is stored once",
    );
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([taken, late]);
  } finally {
    limit.abort();
  }
}

/** What a request is turned away with while too much waits for the store. */
export function busy(): WeirError {
  return new WeirError("BUSY", "more waits for the store than a hub holds", "Send it again in a few seconds");
}
