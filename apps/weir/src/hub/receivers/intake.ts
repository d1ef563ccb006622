import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { WeirError } from "@weir/base";
import { ingestTable } from "@weir/model";
import type { EncodedReading } from "@weir/receive";
import type { Batcher } from "@weir/storage";
import { ReceiverCounts } from "./counts.ts";
import type { SenderDoor } from "./door.ts";
import { BadRequest, busy, requestFailure } from "./failure.ts";
import type { BodyRoom } from "./http/body-room.ts";
import type { BodyReaderName, How } from "./reading/body-readers.ts";
import type { ReadBody } from "./reading/orders.ts";
import type { ReadingPool } from "./reading/reading-pool.ts";

/** What was not kept of a request that was taken. */
export interface Taken {
  readonly rejectedItems: number;
  /** Reasons with counts, for the sender; empty where all was kept. */
  readonly message: string;
}

/** Where rows go: to the store, or first to where it is decided whether they are kept. */
export type RowSink = Pick<Batcher, "add" | "hasRoomFor">;

/** Senders give up after 10 seconds (OTLP's default): an answer must come before. */
const ANSWER_LIMIT_MS = 8_000;
/** Requests that are remembered: one that is sent again within them is not stored again. */
const REMEMBERED_REQUESTS = 4_000;

/** Takes what one receiver has read: rows to the store, the rest counted. */
export class Intake {
  readonly counts = new ReceiverCounts();
  readonly #sink: RowSink;
  readonly #door: SenderDoor;
  readonly #name: string;
  /** Undoes compression, and reads. */
  readonly pool: ReadingPool;
  /** For bodies while they come. */
  readonly room: BodyRoom;
  readonly #remembered = new Map<string, Promise<Taken>>();

  constructor(name: string, sink: RowSink, door: SenderDoor, pool: ReadingPool, room: BodyRoom) {
    this.#name = name;
    this.pool = pool;
    this.room = room;
    this.#sink = sink;
    this.#door = door;
  }

  /** Lets a sender in; see {@link SenderDoor}. */
  admit(authorization: string | undefined, address: string): Promise<void> {
    return this.#door.admitSender(authorization, address);
  }

  /** True where a request of this size can be taken now. */
  hasRoomFor(bytes: number): boolean {
    return this.#sink.hasRoomFor(bytes);
  }

  /** Reads a body, in another thread where it is large; see {@link ReadingPool}. */
  read<Name extends BodyReaderName>(
    name: Name,
    body: Uint8Array,
    how: How<Name>,
    howBytes?: number,
  ): Promise<ReadBody<Name>> {
    return this.pool.read(name, body, how, howBytes);
  }

  /**
   * Takes one request. Resolves when its rows are on disk: acknowledged by the store, or waiting to be sampled. A request that comes again, because its answer was late or lost, joins the first one.
   * Throws {@link BadRequest}, BUSY, and STORAGE_UNREACHABLE where the store does not answer in time.
   */
  async take(kind: string, body: Uint8Array, read: () => Promise<EncodedReading>): Promise<Taken> {
    this.counts.request(body.length);
    const key = createHash("sha256").update(`${this.#name} ${kind}\n`).update(body).digest("base64");
    const known = this.#remembered.get(key);
    if (known !== undefined) {
      this.counts.repeated();
      return inTime(known);
    }
    const taken = read().then((reading) => this.#keep(reading));
    this.#remember(key, taken);
    return inTime(taken);
  }

  /** Reads a body and takes it, where nothing else of it is answered. */
  takeBody<Name extends BodyReaderName>(kind: string, name: Name, body: Uint8Array, how: How<Name>): Promise<Taken> {
    return this.take(kind, body, async () => (await this.read(name, body, how)).reading);
  }

  /** Takes what nobody is answered for: what cannot be read or kept is lost, and counted. Resolves when the rows are stored or lost. */
  async takeUnanswered(bytes: number, read: () => EncodedReading | Promise<EncodedReading>): Promise<void> {
    this.counts.request(bytes);
    let reading: EncodedReading | undefined;
    try {
      const begun = read();
      reading = begun instanceof Promise ? await begun : begun;
      await this.#keep(reading);
    } catch (error) {
      const { reason, message } = requestFailure(error);
      if (reading?.kind === "received") {
        const items = reading.tables.reduce((sum, { rows }) => sum + rows, 0);
        this.counts.dropped(reason, items, message, Date.now());
      } else if (reason === "bug") throw error;
      else this.counts.turnedAway(reason, message, Date.now());
    }
  }

  async #keep(reading: EncodedReading): Promise<Taken> {
    if (reading.kind !== "received") throw new BadRequest(reading.kind, reading.reason);
    const { tables, rejections } = reading;
    const bytes = tables.reduce(
      (sum, { pieces }) => sum + pieces.reduce((all, piece) => all + piece.bytes.length, 0),
      0,
    );
    if (!this.#sink.hasRoomFor(bytes)) throw busy();
    const nowMs = Date.now();
    const notes = rejections.map(({ reason, items, example }) => {
      this.counts.dropped(reason, items, example, nowMs);
      return { items, text: `${items} ${reason} (${example})` };
    });
    const sent = tables.map(async ({ table, rows, pieces }) => {
      if (rows === 0) return;
      const refused = await this.#sink.add(ingestTable(table), pieces);
      this.counts.kept(table, rows - refused.rows);
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

  /** What failed for a reason that passes is forgotten: the next copy of it is a new request. What is refused for its bytes stays so. */
  #remember(key: string, taken: Promise<Taken>): void {
    this.#remembered.set(key, taken);
    taken.catch((error: unknown) => {
      if (!(error instanceof BadRequest)) this.#remembered.delete(key);
    });
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
