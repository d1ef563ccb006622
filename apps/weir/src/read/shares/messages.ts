import type { AnalysisConfig } from "@weir/analysis";
import type { Capture } from "@weir/model";
import type { Filter } from "@weir/query";
import type { SharedFileMemory } from "../../capture-source/shared-file.ts";
import type { ConnectionFormat } from "../options.ts";

/** What a worker is told when it starts. */
export interface ShareOrder {
  readonly file: SharedFileMemory;
  /** Which of the file's workers it is. */
  readonly index: number;
  readonly captureId: string;
  readonly rows: RowForm;
  readonly filter: Filter | undefined;
  /** Names for addresses, from the user. */
  readonly names: ReadonlyMap<string, string>;
  /** Thresholds of the verdicts. */
  readonly config: AnalysisConfig;
  /** Only one of so many packets was captured, by choice. */
  readonly sampling: number | undefined;
  /** One integer for each worker: how many of its parts were taken. A worker waits there. */
  readonly taken: SharedArrayBuffer;
}

/** How rows are written. */
export interface RowForm {
  readonly format: ConnectionFormat;
  readonly isColoured: boolean;
  /** Stands in a row for its stream number, which only who hears of all shares can tell. Its text is in nothing that comes before the stream number. */
  readonly mark: number;
  /** A stream number takes up at least so many characters: columns of a table have a width. */
  readonly numberWidth: number;
}

/** Stream numbers as the shares give them, by transport; which transport is its place here. */
export const SHARED_TRANSPORTS = ["tcp", "udp", "icmp", "sctp"] as const;
export type SharedTransport = (typeof SHARED_TRANSPORTS)[number];

/** Rows as text, one after another, and where in the text what is. The memory is handed over. */
export interface RowBatch {
  readonly text: Uint8Array<ArrayBuffer>;
  /** {@link ROW_INTS} integers for each row, by {@link RowInt}. */
  readonly rows: Int32Array<ArrayBuffer>;
}

/** What is said of a row. Places are bytes of the text. */
export const RowInt = {
  /** The stream number that its share gave it. */
  stream: 0,
  /** Place of its transport in {@link SHARED_TRANSPORTS}. */
  transport: 1,
  /** Where the mark stands: once, or twice in a row with an id that contains it. NO_MARK where not. */
  firstMark: 2,
  secondMark: 3,
  /** Where the row ends and the next one begins. */
  end: 4,
} as const;
export const ROW_INTS = 5;
export const NO_MARK = -1;

/** What a worker has to say since it last said something. */
export interface SharePart {
  readonly kind: "part";
  /** Packets of the capture that it is done with: it will tell of no new stream that begins in them. */
  readonly packets: number;
  /** The streams that began, in order, by transport as in {@link SHARED_TRANSPORTS}. */
  readonly streams: readonly Int32Array<ArrayBuffer>[];
  readonly batch: RowBatch | undefined;
}

/** What a worker says. */
export type ShareMessage =
  | SharePart
  | { readonly kind: "done"; readonly capture: Capture }
  | { readonly kind: "failed"; readonly code: string; readonly message: string; readonly hint: string };
