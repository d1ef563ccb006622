import { NS_PER_S } from "@weir/base";
import type { Call, Connection } from "@weir/model";

/** How much each way of ending says that something is wrong, in the same measure as seconds of trouble. */
const CLOSE_BADNESS: Readonly<Partial<Record<Connection["closeReason"], number>>> = {
  refused: 3,
  noAnswer: 5,
  unreachable: 5,
  handshakeIncomplete: 3,
  resetByServer: 2,
  resetByClient: 1,
};

/**
 * Orders connections for a page, nothing else: seconds at zero window, retransmissions weighted by their share, failed
 * calls, and how it ended. Not a verdict; findings are.
 */
export function connectionBadness(connection: Connection): number {
  const stalledS = (connection.clientZeroWindowNs + connection.serverZeroWindowNs) / NS_PER_S;
  const resent = connection.clientRetransmissions + connection.serverRetransmissions + connection.synRetransmissions;
  const lossWeight = resent * (0.05 + Math.min(1, connection.retransmissionRatio));
  return stalledS + lossWeight + connection.callErrors * 0.5 + (CLOSE_BADNESS[connection.closeReason] ?? 0);
}

const STATUS_BADNESS: Readonly<Record<Call["status"], number>> = {
  timeout: 1000,
  serverError: 900,
  aborted: 800,
  clientError: 100,
  unknown: 0,
  ok: 0,
};

/** Orders calls for a page: failures first by kind, then the slow ones by duration. */
export function callBadness(call: Call): number {
  return STATUS_BADNESS[call.status] + (call.durationNs ?? 0) / NS_PER_S;
}
