import { type CloseReason, Direction } from "@weir/model";
import { Complete } from "./completeness.ts";
import type { TcpConnection } from "./connection.ts";
import { CLIENT, ConnectionFlag, SERVER, SideInt } from "./memory.ts";

/**
 * How a connection ended and by whose doing. A reset by the client after the server's last data is how probes and connection pools
 * hang up: normal, and told apart. `isReplaced` and `isIdle` say that the engine gave the connection up.
 */
export function closeReasonOf(connection: TcpConnection, ended: "captureEnd" | "idle" | "replaced"): CloseReason {
  const { completeness } = connection;
  const [clientFins, serverFins] = [connection.int(CLIENT + SideInt.fins), connection.int(SERVER + SideInt.fins)];
  const sawData = (completeness & Complete.data) !== 0;
  if (connection.firstResetFrom !== undefined) return afterReset(connection, sawData);
  if (clientFins > 0 && serverFins > 0) return "closed";
  if (connection.unreachable !== "" && !sawData) return "unreachable";
  // A client that goes on after its SYN was answered, even where the capture shows only one direction.
  if (completeness === Complete.syn && connection.int(SERVER + SideInt.packets) === 0) return "noAnswer";
  const unfinished = (completeness & Complete.synAck) !== 0 && (completeness & (Complete.ack | Complete.data)) === 0;
  if (unfinished) return "handshakeIncomplete";
  if (clientFins > 0) return "halfClosedByClient";
  if (serverFins > 0) return "halfClosedByServer";
  if (ended === "replaced") return "replaced";
  return ended === "idle" ? "idle" : "open";
}

function afterReset(connection: TcpConnection, sawData: boolean): CloseReason {
  const { completeness, firstResetFrom } = connection;
  const serverFins = connection.int(SERVER + SideInt.fins);
  const byClient = firstResetFrom === Direction.toServer;
  const sawSynAck = (completeness & Complete.synAck) !== 0;
  const sawSyn = (completeness & Complete.syn) !== 0;
  if (sawSyn && !sawSynAck && !sawData) return byClient ? "resetByClient" : "refused";
  if (connection.int(CLIENT + SideInt.fins) > 0 && serverFins > 0) return "closed";
  if (connection.has(ConnectionFlag.resetTooEarly)) return byClient ? "resetByClient" : "resetByServer";
  if (byClient && (connection.lastDataFrom === Direction.toClient || serverFins > 0)) return "closedWithReset";
  return byClient ? "resetByClient" : "resetByServer";
}
