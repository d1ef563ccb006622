import { type CloseReason, type ConnectionHealth, Direction } from "@weir/model";
import type { FlowConnection } from "./connection.ts";
import {
  CLIENT,
  ConnectionFlag,
  highHalf,
  Int,
  lowHalf,
  NEVER,
  Real,
  SERVER,
  SideInt,
} from "./memory/connection-record.ts";
import { TROUBLE_CLIENT, TROUBLE_SERVER, Trouble, TroubleInt } from "./memory/trouble-record.ts";
import { Mark, RESENT } from "./tcp/analysis.ts";
import { Complete } from "./tcp/completeness.ts";
import { distance } from "./tcp/sequence.ts";

/** Why the engine lets a connection go. */
export type Ended = "captureEnd" | "idle" | "replaced" | "limit";

/** Sent again so often without an answer, a side's peer is gone (Linux gives up after 15, Windows after 5). */
const GAVE_UP_AFTER = 3;
/** SYN-ACKs after an ACK from which more than lost ACKs is behind it (Linux sends its SYN-ACK five times again). */
const SYN_ACKS_IN_VAIN = 4;

/**
 * How a connection ended and by whose doing. A reset by the client after the server's last data is how probes and connection pools hang up: normal,
 * and told apart.
 */
export function closeReasonOf(connection: FlowConnection, ended: Ended): CloseReason {
  if (!connection.isReliable) return connection.unreachable === "" ? lastWord(ended) : "unreachable";
  const { completeness } = connection;
  const clientFins = lowHalf(connection.int(CLIENT + SideInt.closes));
  const serverFins = lowHalf(connection.int(SERVER + SideInt.closes));
  const sawData = (completeness & Complete.data) !== 0;
  if (connection.firstResetFrom !== undefined) return afterReset(connection, sawData, clientFins, serverFins);
  if (clientFins > 0 && serverFins > 0) return "closed";
  if (connection.unreachable !== "" && !sawData) return "unreachable";
  // A client that goes on after its SYN was answered, even where the capture shows only one direction.
  if (completeness === Complete.syn && connection.int(SERVER + SideInt.packets) === 0) return "noAnswer";
  if ((completeness & Complete.synAck) !== 0) {
    if ((completeness & (Complete.ack | Complete.data)) === 0) return "handshakeIncomplete";
    if (isAcceptQueueFull(connection)) return "acceptQueueFull";
  }
  return gaveUp(connection) ?? withoutEnd(clientFins, serverFins, ended);
}

/** Who began to end a connection; empty where nobody did. */
export function closerOf(connection: FlowConnection): ConnectionHealth["closedBy"] {
  if (connection.real(Real.closedAtNs) === NEVER) return "";
  return connection.has(ConnectionFlag.closedByServer) ? "server" : "client";
}

function withoutEnd(clientFins: number, serverFins: number, ended: Ended): CloseReason {
  if (clientFins > 0) return "halfClosedByClient";
  if (serverFins > 0) return "halfClosedByServer";
  return lastWord(ended);
}

function lastWord(ended: Ended): CloseReason {
  return ended === "captureEnd" ? "open" : ended;
}

/** The server sent its SYN-ACK again although it was acknowledged, and never said more: Linux drops the ACK where the accept queue is full. */
function isAcceptQueueFull(connection: FlowConnection): boolean {
  const synAcks = highHalf(connection.int(Int.syns));
  const isSilent = connection.int(SERVER + SideInt.packets) <= synAcks;
  return isSilent && connection.trouble(Trouble.synAcksAfterAck) >= SYN_ACKS_IN_VAIN;
}

/** One side sent again, or asked whether the other is there, and that was the last that was heard. */
function gaveUp(connection: FlowConnection): CloseReason | undefined {
  if (hasGivenUp(connection, CLIENT, SERVER)) return "timedOutByClient";
  if (hasGivenUp(connection, SERVER, CLIENT)) return "timedOutByServer";
  const asksInVain =
    asksForLife(connection, CLIENT, TROUBLE_CLIENT, TROUBLE_SERVER) ||
    asksForLife(connection, SERVER, TROUBLE_SERVER, TROUBLE_CLIENT);
  return asksInVain ? "keepAliveFailed" : undefined;
}

function hasGivenUp(connection: FlowConnection, side: number, other: number): boolean {
  if ((connection.int(side + SideInt.lastMarks) & RESENT) === 0) return false;
  const trouble = side === CLIENT ? TROUBLE_CLIENT : TROUBLE_SERVER;
  const timeouts = connection.trouble(trouble + TroubleInt.timeoutRetransmissions);
  const lastAck = connection.int(other + SideInt.lastAck);
  return timeouts >= GAVE_UP_AFTER && distance(lastAck, connection.int(side + SideInt.next)) > 0;
}

function asksForLife(connection: FlowConnection, side: number, trouble: number, answers: number): boolean {
  if ((connection.int(side + SideInt.lastMarks) & Mark.keepAlive) === 0) return false;
  const asked = connection.trouble(trouble + TroubleInt.keepAlives);
  return asked - connection.trouble(answers + TroubleInt.keepAliveAcks) >= GAVE_UP_AFTER;
}

function afterReset(connection: FlowConnection, sawData: boolean, clientFins: number, serverFins: number): CloseReason {
  const { completeness, firstResetFrom } = connection;
  const byClient = firstResetFrom === Direction.toServer;
  const sawSynAck = (completeness & Complete.synAck) !== 0;
  const sawSyn = (completeness & Complete.syn) !== 0;
  if (sawSyn && !sawSynAck && !sawData) return byClient ? "resetByClient" : "refused";
  if (clientFins > 0 && serverFins > 0) return "closed";
  if (sawSynAck && !sawData && clientFins + serverFins === 0)
    return byClient ? "handshakeResetByClient" : "handshakeResetByServer";
  if (connection.has(ConnectionFlag.resetTooEarly)) return byClient ? "resetByClient" : "resetByServer";
  if (byClient && (connection.lastDataFrom === Direction.toClient || serverFins > 0)) return "closedWithReset";
  if (!byClient && clientFins > 0) return "resetAfterClientFin";
  if (byClient && serverFins > 0) return "resetAfterServerFin";
  return byClient ? "resetByClient" : "resetByServer";
}
