import { type BatchTable, readNativeBlock } from "@weir/http-contract";
import { type Call, type Connection, callRecord, connectionRecord } from "@weir/model";
import type { Exports } from "../export/exports.ts";

/** Batches of agents that are remembered: one that is sent again, because its answer was lost, goes out once. */
const REMEMBERED_BATCHES = 10_000;

/** What the hub has stored, handed on to others: connections that are over, and calls. */
export class RecordExports {
  readonly #exports: Exports;
  readonly #remembered = new Set<string>();
  readonly #log: (line: string) => void;

  constructor(exports: Exports, log: (line: string) => void) {
    this.#exports = exports;
    this.#log = log;
  }

  connections(rows: readonly Connection[]): void {
    for (const row of rows) this.#exports.connection(row, "end");
  }

  calls(rows: readonly Call[]): void {
    for (const row of rows) this.#exports.call(row);
  }

  /** A batch of an agent, which the store has taken unread. */
  block(table: BatchTable, token: string, block: Uint8Array): void {
    if (this.#exports.endpoints.length === 0 || (table !== "connections" && table !== "calls")) return;
    if (this.#isKnown(token)) return;
    const rows = readNativeBlock(table === "calls" ? callRecord : connectionRecord, block);
    if (rows === undefined) this.#log(`a batch of ${table} is not sent on: it is of another version of Weir`);
    else if (table === "calls") this.calls(rows as Call[]);
    else this.connections(rows as Connection[]);
  }

  #isKnown(token: string): boolean {
    if (this.#remembered.has(token)) return true;
    this.#remembered.add(token);
    if (this.#remembered.size > REMEMBERED_BATCHES)
      for (const oldest of this.#remembered) {
        this.#remembered.delete(oldest);
        break;
      }
    return false;
  }
}
