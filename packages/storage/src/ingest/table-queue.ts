import { setTimeout as sleep } from "node:timers/promises";
import { WeirError } from "@weir/base";
import type { IngestTable } from "@weir/model";
import { type EncodedRows, halves } from "@weir/native";
import type { Store } from "../store.ts";
import { isRefusal } from "./refusal.ts";

/** Rows that the store would not take, of those that were added. */
export interface Refused {
  readonly rows: number;
  /** What it said of the first of them. */
  readonly example: string;
}
export const NONE_REFUSED: Refused = { rows: 0, example: "" };

export interface BatchLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
  /** Longest wait of a row for others to join it. */
  readonly lingerMs: number;
  /** The same where so many are together already: what an insert costs by itself is little for each of them. */
  readonly manyRows: number;
  readonly manyLingerMs: number;
  /** Batches of one table on their way to the store at once. */
  readonly maxInFlight: number;
}

/** Rows that were added together, and who waits for them. */
interface Entry {
  readonly piece: EncodedRows;
  readonly resolve: (refused: Refused) => void;
  readonly reject: (error: Error) => void;
}
interface Batch {
  readonly token: string;
  readonly entries: Entry[];
  readonly begunAtMs: number;
  rows: number;
  bytes: number;
}

/** Pauses between tries of a batch that the store could not take now. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/** Batches for one table: the one that is being filled, those that wait, and those on their way. */
export class TableQueue {
  readonly #table: IngestTable;
  readonly #store: Store;
  readonly #limits: BatchLimits;
  readonly #tokenPrefix: string;
  #batches = 0;
  #open: Batch | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer ends. */
  #sealAtMs = 0;
  readonly #waiting: Batch[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #isClosing = false;
  /** What the store said when it last could not take a batch; undefined while it can. */
  problem: string | undefined;

  constructor(table: IngestTable, store: Store, limits: BatchLimits, tokenPrefix: string) {
    this.#table = table;
    this.#store = store;
    this.#limits = limits;
    this.#tokenPrefix = tokenPrefix;
  }

  /** Adds a piece; resolves when the store has acknowledged it. A piece is never cut, but where the store refuses it. */
  add(piece: EncodedRows): Promise<Refused> {
    const { maxRows, maxBytes, lingerMs, manyRows, manyLingerMs } = this.#limits;
    const { rows, bytes } = piece;
    if (this.#open !== undefined && (this.#open.rows + rows > maxRows || this.#open.bytes + bytes.length > maxBytes)) {
      this.#seal();
    }
    return new Promise((resolve, reject) => {
      this.#open ??= this.#begin();
      this.#open.entries.push({ piece, resolve, reject });
      this.#open.rows += rows;
      this.#open.bytes += bytes.length;
      if (this.#open.rows >= maxRows || this.#open.bytes >= maxBytes) this.#seal();
      else this.#sealWithin(this.#open.rows >= manyRows ? Math.min(manyLingerMs, lingerMs) : lingerMs);
    });
  }

  /** Adds a piece that is a batch by themselves, under a token of the caller's: the same token again adds nothing. */
  addAlone(piece: EncodedRows, token: string): Promise<Refused> {
    const { rows, bytes } = piece;
    return new Promise((resolve, reject) => {
      const entries = [{ piece, resolve, reject }];
      this.#waiting.push({ token, entries, begunAtMs: performance.now(), rows, bytes: bytes.length });
      this.#sendNext();
    });
  }

  /** Sends what there is and waits for it. After `signal` no batch is tried again. */
  async close(): Promise<void> {
    this.#seal();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Gives up what the store does not take at once. */
  abandon(): void {
    this.#isClosing = true;
  }

  #begin(): Batch {
    this.#batches += 1;
    const token = `${this.#tokenPrefix}:${this.#table.table}:${this.#batches}`;
    return { token, entries: [], begunAtMs: performance.now(), rows: 0, bytes: 0 };
  }

  /** Sends the open batch so long after its first row came, or earlier where that was said. */
  #sealWithin(lingerMs: number): void {
    const sealAtMs = (this.#open?.begunAtMs ?? 0) + lingerMs;
    if (this.#timer !== undefined && this.#sealAtMs <= sealAtMs) return;
    clearTimeout(this.#timer);
    this.#sealAtMs = sealAtMs;
    this.#timer = setTimeout(() => this.#seal(), Math.max(0, sealAtMs - performance.now()));
  }

  #seal(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#open !== undefined) this.#waiting.push(this.#open);
    this.#open = undefined;
    this.#sendNext();
  }

  #sendNext(): void {
    if (this.#underWay.size >= this.#limits.maxInFlight) return;
    const batch = this.#waiting.shift();
    if (batch === undefined) return;
    const sending = this.#send(batch).finally(() => {
      this.#underWay.delete(sending);
      this.#sendNext();
    });
    this.#underWay.add(sending);
    this.#sendNext();
  }

  /** Sends a batch until the store has it: always with the same token, so that nothing is stored twice. */
  async #send({ token, entries }: Batch): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.#insert(entries, token);
        this.problem = undefined;
        return;
      } catch (error) {
        this.problem = error instanceof Error ? error.message : String(error);
        if (this.#isClosing) {
          const lost = new WeirError(
            "STORAGE_UNREACHABLE",
            "the hub stops and its store does not take rows",
            "Send them again when it is up",
            { cause: error },
          );
          for (const { reject } of entries) reject(lost);
          return;
        }
        await sleep(pauseMs);
      }
    }
  }

  /** One insert; where the store refuses the rows themselves, each half by itself, until what it refuses stands alone. */
  async #insert(entries: readonly Entry[], token: string): Promise<void> {
    const pieces = entries.map(({ piece }) => piece);
    try {
      await this.#store.insertEncoded(this.#table, pieces, token);
      for (const { resolve } of entries) resolve(NONE_REFUSED);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      for (const [index, entry] of entries.entries()) {
        entry.resolve(await this.#insertApart(entry.piece, `${token}.${index}`));
      }
    }
  }

  async #insertApart(piece: EncodedRows, token: string): Promise<Refused> {
    try {
      await this.#store.insertEncoded(this.#table, [piece], token);
      return NONE_REFUSED;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (piece.rows === 1) return { rows: 1, example: error.message.slice(0, 300) };
      const [leftPiece, rightPiece] = halves(this.#table, piece);
      const left = await this.#insertApart(leftPiece, `${token}a`);
      const right = await this.#insertApart(rightPiece, `${token}b`);
      return { rows: left.rows + right.rows, example: left.example || right.example };
    }
  }
}
