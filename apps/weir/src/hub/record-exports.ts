import type { BatchTable } from "@weir/http-contract";
import { type Call, type Connection, callRecord, connectionRecord, type Finding, findingRecord } from "@weir/model";
import { readNativeBlock } from "@weir/native";
import type { Exports } from "../export/exports.ts";
import type { StoredRows } from "../import/run-import.ts";
import type { SentBatches } from "./sent-batches.ts";

/** Tables whose batches are sent on. */
const SENT_ON = { calls: callRecord, connections: connectionRecord, findings: findingRecord } as const;

/** Batches of agents that are remembered: one that is sent again, because its answer was lost, goes out once. */
const REMEMBERED_BATCHES = 10_000;

/** What the hub has stored, handed on to others: connections that are over, calls and findings. */
export class RecordExports {
  readonly #exports: Pick<Exports, "connection" | "call" | "finding" | "endpoints">;
  readonly #sent: SentBatches;
  readonly #remembered = new Set<string>();
  readonly #log: (line: string) => void;

  constructor(
    exports: Pick<Exports, "connection" | "call" | "finding" | "endpoints">,
    sent: SentBatches,
    log: (line: string) => void,
  ) {
    this.#exports = exports;
    this.#sent = sent;
    this.#log = log;
  }

  /** True where nothing goes on to anybody. */
  get isIdle(): boolean {
    return this.#exports.endpoints.length === 0;
  }

  /** What a run of an import has stored. A batch that an earlier run of it sent is not sent again. */
  ofImport(captureId: string): StoredRows {
    this.#sent.begin(captureId);
    const once = async (token: string, send: () => void) => {
      if (this.isIdle || (await this.#sent.has(captureId, token))) return;
      send();
      await this.#sent.add(captureId, token);
    };
    return {
      connections: (rows, token) => once(token, () => this.#connections(rows)),
      calls: (rows, token) => once(token, () => this.#calls(rows)),
      findings: (rows, token) => once(token, () => this.findings(rows)),
      whole: () => this.#sent.end(captureId),
    };
  }

  #connections(rows: readonly Connection[]): void {
    for (const row of rows) this.#exports.connection(row, "end");
  }

  #calls(rows: readonly Call[]): void {
    for (const row of rows) this.#exports.call(row);
  }

  /** Findings that are stored, and have not been before. */
  findings(rows: readonly Finding[]): void {
    for (const row of rows) this.#exports.finding(row);
  }

  /** A batch of an agent, which the store has taken unread. */
  block(table: BatchTable, token: string, block: Uint8Array): void {
    if (this.isIdle || !isSentOn(table) || this.#isKnown(token)) return;
    const rows = readNativeBlock(SENT_ON[table], block);
    if (rows === undefined) this.#log(`a batch of ${table} is not sent on: it is of another version of Weir`);
    else if (table === "calls") this.#calls(rows as Call[]);
    else if (table === "connections") this.#connections(rows as Connection[]);
    else this.findings(rows as Finding[]);
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

function isSentOn(table: BatchTable): table is keyof typeof SENT_ON {
  return table in SENT_ON;
}
