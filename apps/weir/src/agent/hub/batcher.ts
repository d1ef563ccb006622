import type { BatchTable } from "@weir/http-contract";
import {
  callRecord,
  captureRecord,
  connectionRecord,
  deliveryRecord,
  findingRecord,
  profileRecord,
  type RecordDefinition,
  retryRecord,
  stackRecord,
} from "@weir/model";
import { nativeBlock } from "@weir/native";
import type { LiveRecord } from "../messages.ts";

/** One batch on its way to the hub. */
export interface Batch {
  readonly table: BatchTable;
  readonly captureId: string;
  /** Names it for good: sent again under the same token it is stored once. */
  readonly token: string;
  readonly records: number;
  readonly bytes: Uint8Array;
}

/** Records of one batch at most. */
const BATCH_RECORDS = 2_000;

/** Connections that are open are not stored. */
type StoredKind = Exclude<LiveRecord["kind"], "open">;

const TABLES: Readonly<Record<StoredKind, { readonly table: BatchTable; readonly definition: RecordDefinition }>> = {
  connection: { table: "connections", definition: connectionRecord },
  call: { table: "calls", definition: callRecord },
  retry: { table: "retries", definition: retryRecord },
  delivery: { table: "deliveries", definition: deliveryRecord },
  finding: { table: "findings", definition: findingRecord },
  stack: { table: "profile_stacks", definition: stackRecord },
  profile: { table: "profile_samples", definition: profileRecord },
  capture: { table: "captures", definition: captureRecord },
};

/** Gathers records into batches, one table each, columnar from here on. Connections go when they are over: a row is never changed. */
export class Batcher {
  readonly #captureId: string;
  readonly #give: (batch: Batch) => void;
  readonly #waiting = new Map<StoredKind, object[]>();
  #sequence = 0;

  constructor(captureId: string, give: (batch: Batch) => void) {
    this.#captureId = captureId;
    this.#give = give;
  }

  add(live: LiveRecord): void {
    if (live.kind === "open") return;
    if (live.kind === "connection" && live.report !== "end") return;
    const records = this.#waiting.get(live.kind) ?? [];
    if (records.length === 0) this.#waiting.set(live.kind, records);
    records.push(live.record);
    if (records.length >= BATCH_RECORDS) this.#send(live.kind);
  }

  /** Sends what has gathered. */
  flush(): void {
    for (const kind of [...this.#waiting.keys()]) this.#send(kind);
  }

  #send(kind: StoredKind): void {
    const records = this.#waiting.get(kind) ?? [];
    this.#waiting.delete(kind);
    const { table, definition } = TABLES[kind];
    this.#sequence += 1;
    this.#give({
      table,
      captureId: this.#captureId,
      token: `${this.#captureId}:${table}:${this.#sequence}`,
      records: records.length,
      bytes: nativeBlock(definition, records),
    });
  }
}
