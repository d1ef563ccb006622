import type { Call, Connection } from "@weir/model";

/** The part of a connection's record that says whether it came to work. */
export type ConnectionAround = Pick<
  Connection,
  | "connectionId"
  | "captureId"
  | "clientAddress"
  | "serverAddress"
  | "serverPort"
  | "clientService"
  | "serverService"
  | "protocol"
  | "closeReason"
  | "startedAt"
  | "durationNs"
>;

/** From when to when a capture watched. */
export interface Watched {
  readonly captureId: string;
  readonly startedAt: bigint;
  readonly endedAt: bigint;
}

/** What the wire saw about the time of a trace, whether or not it carries the trace's context. */
export interface WireAround {
  readonly calls: readonly Call[];
  readonly connections: readonly ConnectionAround[];
  readonly captures: readonly Watched[];
}

export const NOTHING_AROUND: WireAround = { calls: [], connections: [], captures: [] };
