import type { AnalysisConfig } from "@weir/analysis";
import type { OwnEndpoint, RingCounts, Vantage } from "@weir/capture";
import type { AddressName, NameSource } from "@weir/identity";
import type { Call, Capture, Connection, Delivery, Finding, ProfileSample, Retry, Stack } from "@weir/model";
import type { ConnectionReport, OpenEnds } from "@weir/pipeline";
import type { KeptEnds } from "./control/kept-edges.ts";
import type { HistoryCounts } from "./history/history-writer.ts";
import type { Segment } from "./history/segment.ts";
import type { VantageCounts } from "./seen-vantages.ts";
import type { ShedLevel } from "./shedding.ts";

/** One of several capture workers, which share the packets. */
export interface WorkerShare {
  readonly index: number;
  readonly count: number;
  /** Number of the group of its first ring; further rings have the next ones. */
  readonly group: number;
}

/** What an address is called, and by whom it is known; a cluster's objects where nothing is said. */
export interface LearnedName extends AddressName {
  readonly source?: NameSource;
}

/** What one worker has read. */
export interface WorkerCounts {
  readonly packets: number;
  /** Packets that found no room in its rings. */
  readonly drops: number;
  readonly ringBacklogRatio: number;
  readonly shedding: ShedLevel;
}

/** What of the settings the capture worker does. */
export interface CaptureSettings {
  readonly expression: string | undefined;
  readonly snapBytes: number;
  /** One of so many connections is read whole. */
  readonly sampleOneOf: number;
  /** False where nobody wants calls' bodies: they are left out before they are handed over. */
  readonly keepsBodies: boolean;
}

/** Records that there are many of, and that not everybody takes. */
export interface WantedRecords {
  /** Connections that begin or go on, with their numbers; without them their ends are told, so that it is found out whose they are. */
  readonly reports: boolean;
  readonly calls: boolean;
}

/** What the capture worker is told when it starts. */
export interface AgentOrder {
  readonly captureId: string;
  readonly name: string;
  readonly names: ReadonlyMap<string, string>;
  readonly config: AnalysisConfig;
  readonly vantages: readonly Vantage[];
  /** What is captured at first. */
  readonly settings: CaptureSettings;
  readonly ringBytes: number;
  readonly isPromiscuous: boolean;
  readonly dissect: boolean;
  /** Which records somebody takes beside the last words on connections and what was found; others are not handed over. */
  readonly wants: WantedRecords;
  /** Texts from inside of TLS come as well, at first. */
  readonly awaitsPlainText: boolean;
  /** Which of several workers it is; absent where it is the only one. */
  readonly share?: WorkerShare | undefined;
  /** Folder of the packet history; absent where none is kept. */
  readonly history: string | undefined;
  /** Number of the bell that tells the worker of commands while it waits for packets; absent where there is none. */
  readonly bellFd?: number | undefined;
  /** Ends of our own connections and datagrams, which are left out. */
  readonly own: readonly OwnEndpoint[];
}

/** A record on its way out. */
export type LiveRecord =
  | { readonly kind: "connection"; readonly record: Connection; readonly report: ConnectionReport | "end" }
  /** A connection has begun, or goes on: in place of a report that nobody takes. */
  | { readonly kind: "open"; readonly record: OpenEnds }
  | { readonly kind: "call"; readonly record: Call }
  | { readonly kind: "retry"; readonly record: Retry }
  | { readonly kind: "delivery"; readonly record: Delivery }
  | { readonly kind: "finding"; readonly record: Finding }
  | { readonly kind: "stack"; readonly record: Stack }
  | { readonly kind: "profile"; readonly record: ProfileSample }
  | { readonly kind: "capture"; readonly record: Capture };

/** How capturing goes. */
export interface CaptureStatus {
  readonly rings: readonly RingCounts[];
  /** The interfaces that packets were seen on, the busiest first. */
  readonly vantages: readonly VantageCounts[];
  /** Those who share the packets; one where it reads them alone. */
  readonly workers: readonly WorkerCounts[];
  readonly packets: number;
  readonly wireBytes: number;
  readonly capturedBytes: number;
  readonly cutPackets: number;
  readonly undecodedPackets: number;
  readonly damagedPackets: number;
  /** Packets that were left out by overload, or by choice. */
  readonly skippedPackets: number;
  readonly checksumPendingPackets: number;
  readonly superFramePackets: number;
  readonly openConnections: number;
  readonly engineBytes: number;
  readonly connections: number;
  readonly calls: number;
  readonly ringBacklogRatio: number;
  readonly shedding: { readonly level: ShedLevel; readonly steps: number };
  /** Texts from inside of TLS that found no room, or no connection. */
  readonly droppedTexts: number;
  /** Records that wait to be taken, and those that were left out because too many did. */
  readonly queue: { readonly records: number; readonly dropped: number };
  /** Absent where no packets are kept. */
  readonly history: HistoryCounts | undefined;
}

/** What the capture worker says. Batches are acknowledged one by one with {@link RecordsTaken}. */
export type AgentMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "records"; readonly records: readonly LiveRecord[] }
  | { readonly kind: "status"; readonly status: CaptureStatus; readonly capture: Capture }
  /** Names that its packets have told, for those who share the packets. */
  | { readonly kind: "learned"; readonly names: readonly LearnedName[] }
  | { readonly kind: "segment"; readonly segment: Segment }
  | { readonly kind: "historyFlushed" }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly code: string; readonly message: string; readonly hint: string };

/** One end of a connection. */
interface End {
  readonly address: string;
  readonly port: number;
}

/** What a process wrote to a TLS connection or read from it. */
export interface PlainText {
  readonly atUnixNs: bigint;
  /** Who sent it. */
  readonly from: End;
  readonly to: End;
  /** Bytes of this direction that were lost before these, and that were left out behind them. */
  readonly missingBefore: number;
  readonly bytes: Uint8Array;
  readonly missingBehind: number;
}

/** What is said to the capture worker. */
export type AgentCommand =
  | { readonly kind: "taken" | "flushHistory" | "stop" }
  /** What addresses are called, as it was learned while capturing. */
  | { readonly kind: "names"; readonly names: readonly LearnedName[] }
  /** What is captured from now on, and whether texts from inside of TLS come. */
  | { readonly kind: "settings"; readonly settings: CaptureSettings; readonly awaitsPlainText: boolean }
  /** Whose packets are read whole from now on, whatever is sampled. */
  | { readonly kind: "keepWhole"; readonly ends: readonly KeptEnds[] }
  | { readonly kind: "texts"; readonly texts: readonly PlainText[] };
