import { addressBytes } from "@weir/identity";
import type { Connection } from "@weir/model";
import type { Traffic } from "../metrics/edge-metrics.ts";

export type Side = "client" | "server";

/** One direction of a connection, as a flow record tells it: from whom to whom, how much. */
export interface FlowHalf {
  readonly side: Side;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly isIpv6: boolean;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly bytes: number;
  readonly packets: number;
  /** IANA's number of the reason why the record was made (flowEndReason). */
  readonly endReason: number;
}

/** flowEndReason (136). */
const END_REASON = { idle: 1, activeTimeout: 2, ended: 3, forced: 4, lackOfResources: 5 } as const;

/**
 * The directions of a connection in which packets went since it was told last, the client's first. `isOver` is false of a connection that goes on. None where its addresses are
 * not known, as of many attempts that are summed up.
 */
export function flowHalves(connection: Connection, traffic: Traffic, isOver: boolean): FlowHalf[] {
  const client = addressBytes(connection.clientAddress);
  const server = addressBytes(connection.serverAddress);
  if (client === undefined || server === undefined || client.length !== server.length) return [];
  const { clientPort, serverPort } = connection;
  const shared = {
    isIpv6: client.length === 16,
    endReason: isOver ? endReasonOf(connection) : END_REASON.activeTimeout,
  };
  const halves: readonly FlowHalf[] = [
    {
      ...shared,
      side: "client",
      source: client,
      destination: server,
      sourcePort: clientPort,
      destinationPort: serverPort,
      bytes: traffic.clientBytes,
      packets: traffic.clientPackets,
    },
    {
      ...shared,
      side: "server",
      source: server,
      destination: client,
      sourcePort: serverPort,
      destinationPort: clientPort,
      bytes: traffic.serverBytes,
      packets: traffic.serverPackets,
    },
  ];
  return halves.filter(({ packets }) => packets > 0);
}

function endReasonOf({ closeReason }: Connection): number {
  if (closeReason === "idle") return END_REASON.idle;
  if (closeReason === "open") return END_REASON.forced;
  return closeReason === "limit" ? END_REASON.lackOfResources : END_REASON.ended;
}
