import type { AnalysisConfig } from "@weir/analysis";
import type { Call, Capture, Connection, Delivery, Finding, Retry } from "@weir/model";

/** What the import worker is told when it starts. */
export interface ImportOrder {
  readonly file: string;
  /** Name that people gave the file. */
  readonly name: string;
  readonly captureId: string;
  /** Names for addresses, from configuration. */
  readonly names: ReadonlyMap<string, string>;
  /** Thresholds of findings and verdicts. */
  readonly config: AnalysisConfig;
  /** Tables of which the hub reads no record itself: their batches come as blocks. */
  readonly unread?: readonly BlockTable[];
}

/** Tables that most records of a capture are of. */
export type BlockTable = "connections" | "calls";

/** What the import worker says. Batches are acknowledged one by one with {@link BatchTaken}; the order is the capture's. */
export type ImportMessage =
  /** One block of ClickHouse's Native format; its memory is handed over. */
  | { readonly kind: "block"; readonly table: BlockTable; readonly block: Uint8Array }
  | { readonly kind: "connections"; readonly rows: readonly Connection[] }
  | { readonly kind: "calls"; readonly rows: readonly Call[] }
  | { readonly kind: "retries"; readonly rows: readonly Retry[] }
  | { readonly kind: "deliveries"; readonly rows: readonly Delivery[] }
  | { readonly kind: "findings"; readonly rows: readonly Finding[] }
  | { readonly kind: "progress"; readonly bytesRead: number; readonly packets: number }
  | { readonly kind: "done"; readonly capture: Capture }
  | { readonly kind: "failed"; readonly code: string; readonly message: string; readonly hint: string };

/** Says to the worker that one batch is safe in the store. */
export interface BatchTaken {
  readonly kind: "taken";
}
