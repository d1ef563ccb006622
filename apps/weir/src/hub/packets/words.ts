import type { Call, Connection } from "@weir/model";
import type { FileNotes } from "../../packets/download.ts";

/** A connection as the store gives it: times are texts, of which nothing here knows. */
export type ConnectionRow = Pick<
  Connection,
  | "captureId"
  | "connectionId"
  | "transport"
  | "clientAddress"
  | "clientPort"
  | "clientService"
  | "serverAddress"
  | "serverPort"
  | "serverService"
  | "firstPacket"
  | "lastPacket"
  | "durationNs"
> & { readonly startedAt: string };

/** A call as the store gives it. It is told as soon as it is over, its connection much later. */
export type CallRow = Omit<ConnectionRow, "firstPacket" | "lastPacket" | "durationNs"> &
  Pick<Call, "requestPackets" | "responsePackets" | "durationNs" | "abandonedAfterNs">;

/** The piece of its connection that a call is. */
export function rowOfCall(call: CallRow): ConnectionRow {
  const packets = [...call.requestPackets, ...call.responsePackets];
  const durationNs = call.durationNs ?? call.abandonedAfterNs ?? 0;
  return { ...call, firstPacket: Math.min(...packets), lastPacket: Math.max(...packets), durationNs };
}

/** What a capture file says of the connections in it: who spoke with whom, and in which capture. */
export function aboutConnections(title: string, rows: readonly ConnectionRow[]): FileNotes {
  const lines = rows.map(
    ({ transport, clientService, clientAddress, clientPort, serverService, serverAddress, serverPort, startedAt }) =>
      `${transport} ${clientService} ${clientAddress}:${clientPort} → ${serverService} ${serverAddress}:${serverPort}, ${startedAt}`,
  );
  const names = new Map<string, string>();
  for (const { clientAddress, clientService, serverAddress, serverService } of rows) {
    names.set(clientAddress, clientService);
    names.set(serverAddress, serverService);
  }
  const captures = [...new Set(rows.map(({ captureId }) => captureId))];
  return {
    comment: [title, ...lines, `of capture ${captures.join(", ")}; packet ids are its packet numbers`].join("\n"),
    names: [...names].map(([address, name]) => ({ address, name })),
  };
}
