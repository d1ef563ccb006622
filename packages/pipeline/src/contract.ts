import type { FlowEngineOptions, FlowLimits } from "@weir/flow";
import type { Names } from "@weir/identity";
import type { Call, Connection, Delivery, Retry } from "@weir/model";
import type { ProbeMemory, Surroundings, TlsSecrets } from "@weir/protocols";
import type { Shard } from "@weir/wire";

/** What a report on a connection that is not over tells: its beginning, or its numbers so far. */
export type ConnectionReport = "start" | "update";

/** An open connection as those know it who only want to know whose it is: its ends, and when it began. */
export type OpenEnds = Pick<
  Connection,
  | "captureId"
  | "connectionId"
  | "transport"
  | "streamNumber"
  | "clientAddress"
  | "clientPort"
  | "clientService"
  | "serverAddress"
  | "serverPort"
  | "serverService"
  | "startedAt"
>;

/** Receives finished records, in the order in which they are finished. */
export interface RecordSink {
  connection(connection: Connection): void;
  call(call: Call): void;
  /** Several calls were attempts of one logical call; each of them has come as a call before. */
  retry?(retry: Retry): void;
  /** One call delivered a message that another one published; both have come as calls before. */
  delivery?(delivery: Delivery): void;
  /**
   * A connection has begun, or goes on: its numbers so far, after its first packet and then every minute in which something happened. Where it is absent
   * they are not made. The last word is `connection`'s, of a summary of attempts that of the summary.
   */
  update?(connection: Connection, report: ConnectionReport): void;
  /** The same moments, where nobody wants the numbers: told where `update` is absent, as making them is most of the work. */
  open?(ends: OpenEnds): void;
}

export interface PipelineOptions {
  readonly captureId: string;
  /** Who is behind an address; the pipeline teaches it what DNS answers say. */
  readonly names: Names;
  readonly probeMemory: ProbeMemory;
  /** Secrets to open TLS with; absent where there are none. */
  readonly tlsSecrets?: TlsSecrets | undefined;
  /** How protocols inside HTTP are read, where more is known about them than their bytes tell. */
  readonly httpApplications?: Surroundings["httpApplications"] | undefined;
  readonly sink: RecordSink;
  readonly limits?: Partial<FlowLimits>;
  /** False reads headers only: connections and their health, no calls. No stream is put in order then, which is quicker. */
  readonly dissect?: boolean;
  /** Texts from inside of TLS come later than their packets ({@link Pipeline.plainText}): sessions stay until the connection leaves. */
  readonly awaitsPlainText?: boolean;
  /** Where packets are seen: one that is seen at several places counts once. Where it is absent each counts. */
  readonly vantages?: FlowEngineOptions["vantages"];
  /** Which stream numbers it gives out, where several watch together. */
  readonly numbering?: FlowEngineOptions["numbering"];
  /** Reads one share of a capture that several workers read together. */
  readonly share?: PipelineShare;
}

/** One worker's share of a capture: its conversations, and who hears of the numbers that they are given for the time being. */
export interface PipelineShare extends Shard {
  readonly onStream: NonNullable<FlowEngineOptions["onStream"]>;
}
