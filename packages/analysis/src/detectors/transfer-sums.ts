import type { Connection } from "@weir/model";
import { EvidenceCollector } from "../evidence.ts";
import { unreliableBecause } from "../grade-words.ts";
import { isClosedAtEnd, lostByClient, lostByServer, zeroWindowNs } from "../measures.ts";

/** What one side of an edge sent, and how far it read. */
interface SideSums {
  /** Data segments it sent. */
  segments: number;
  /** Of those, sent again because the first one did not arrive; repeats of data that had arrived are left out. */
  lost: number;
  fast: number;
  /** Of what it sent: lost before the vantage, and behind it. */
  lostBefore: number;
  lostAfter: number;
  /** Its own receive window at zero. */
  zeroWindowNs: number;
  zeroWindows: number;
  probes: number;
  windowFull: number;
}

/** Everything about data getting through that is summed per edge. */
export interface Transfer {
  readonly client: SideSums;
  readonly server: SideSums;
  connections: number;
  longestStallNs: number;
  /** A window was at zero when the capture ended. */
  isClosedAtEnd: boolean;
  /** Connections with repeats in which the capture itself lacks or repeats packets. */
  unreliable: number;
  calls: number;
  failedCalls: number;
  readonly closed: EvidenceCollector;
  readonly lossy: EvidenceCollector;
}

export function newTransfer(): Transfer {
  return {
    client: newSide(),
    server: newSide(),
    connections: 0,
    longestStallNs: 0,
    isClosedAtEnd: false,
    unreliable: 0,
    calls: 0,
    failedCalls: 0,
    closed: new EvidenceCollector(),
    lossy: new EvidenceCollector(),
  };
}

function newSide(): SideSums {
  return {
    segments: 0,
    lost: 0,
    fast: 0,
    lostBefore: 0,
    lostAfter: 0,
    zeroWindowNs: 0,
    zeroWindows: 0,
    probes: 0,
    windowFull: 0,
  };
}

export function addConnection(transfer: Transfer, connection: Connection): void {
  const { client, server } = transfer;
  const lostBefore = client.lost + server.lost;
  transfer.connections += 1;
  transfer.longestStallNs = Math.max(transfer.longestStallNs, connection.longestStallNs);
  addClient(client, connection);
  addServer(server, connection);
  if (zeroWindowNs(connection) > 0 || connection.clientZeroWindows + connection.serverZeroWindows > 0) {
    transfer.closed.connection(connection);
    if (isClosedAtEnd(connection)) transfer.isClosedAtEnd = true;
  }
  if (client.lost + server.lost === lostBefore) return;
  transfer.lossy.connection(connection);
  if (unreliableBecause(connection) !== undefined) transfer.unreliable += 1;
}

function addClient(side: SideSums, connection: Connection): void {
  side.segments += connection.clientDataSegments;
  side.lost += lostByClient(connection);
  side.fast += connection.clientFastRetransmissions;
  side.lostBefore += connection.clientLostBefore;
  side.lostAfter += connection.clientLostAfter;
  side.zeroWindowNs += connection.clientZeroWindowNs;
  side.zeroWindows += connection.clientZeroWindows;
  side.probes += connection.clientZeroWindowProbes;
  side.windowFull += connection.clientWindowFull;
}

function addServer(side: SideSums, connection: Connection): void {
  side.segments += connection.serverDataSegments;
  side.lost += lostByServer(connection);
  side.fast += connection.serverFastRetransmissions;
  side.lostBefore += connection.serverLostBefore;
  side.lostAfter += connection.serverLostAfter;
  side.zeroWindowNs += connection.serverZeroWindowNs;
  side.zeroWindows += connection.serverZeroWindows;
  side.probes += connection.serverZeroWindowProbes;
  side.windowFull += connection.serverWindowFull;
}

/** One sum over both sides. */
export function both({ client, server }: Transfer, sum: keyof SideSums): number {
  return client[sum] + server[sum];
}

/** Share of data segments that were lost and sent again. */
export function lossRatio(transfer: Transfer): number {
  const segments = both(transfer, "segments");
  return segments === 0 ? 0 : both(transfer, "lost") / segments;
}
