import { ROUTES, type RouteName } from "@weir/http-contract";
import { callRecord, connectionRecord, type Evidence, findingRecord } from "@weir/model";
import { notFound, type Store } from "@weir/storage";
import type { Context } from "hono";
import { connectionPcapng } from "../../packets/download.ts";
import { readLadder } from "../../packets/ladder.ts";
import type { AuditLog } from "../doors/audit-log.ts";
import { noteOf } from "../doors/handlers.ts";
import type { Caller } from "../doors/rights.ts";
import type { Handler } from "../handler.ts";
import { oneOf } from "../one-of.ts";
import type { PacketFiles } from "./packet-files.ts";
import { aboutConnections, type CallRow, type ConnectionRow, rowOfCall } from "./words.ts";

/** Connections of a finding whose packets are handed out together. */
const MAX_CONNECTIONS = 50;

/** Handlers of the packets behind a connection, a call or a finding. */
export function packetHandlers(store: Store, files: PacketFiles, audit: AuditLog) {
  const connectionOf = async (context: Context) =>
    (await oneOf(store, context, connectionRecord, "connectionId", "connection_id")) as unknown as ConnectionRow;
  const rowOf = async (connectionId: string) => {
    const row = await store.byId(connectionRecord, "connection_id", connectionId);
    return row as unknown as ConnectionRow | undefined;
  };
  /** A capture file of these connections' packets; `title` is what people are told of them. */
  const handOut = async (
    context: Context,
    caller: Caller,
    title: string,
    rows: readonly [ConnectionRow, ...ConnectionRow[]],
  ) => {
    const source = await files.of(rows);
    await noteOf(audit, context, caller)("payloadsRead");
    const bytes = await connectionPcapng(source, aboutConnections(title, rows));
    return context.body(bytes as Uint8Array<ArrayBuffer>, 200, {
      "content-type": ROUTES.downloadPackets.response,
      "content-disposition": `attachment; filename="${title.replace(/[^\w.-]+/g, "_")}.pcapng"`,
    });
  };

  return {
    async getLadder(context) {
      const { limit } = ROUTES.getLadder.query.parse(context.req.query());
      const row = await connectionOf(context);
      return context.json(await readLadder(row.connectionId, await files.of([row]), limit));
    },
    async downloadPackets(context, caller) {
      const row = await connectionOf(context);
      return handOut(context, caller, `connection ${row.connectionId}`, [row]);
    },
    async downloadCallPackets(context, caller) {
      const call = await oneOf(store, context, callRecord, "callId", "call_id");
      return handOut(context, caller, `call ${String(call["callId"])}`, [rowOfCall(call as unknown as CallRow)]);
    },
    async downloadFindingPackets(context, caller) {
      const finding = await oneOf(store, context, findingRecord, "findingId", "finding_id");
      const { connectionIds } = finding["evidence"] as Evidence;
      const found = await Promise.all(connectionIds.slice(0, MAX_CONNECTIONS).map(rowOf));
      const [first, ...others] = found.filter((row) => row !== undefined);
      if (first === undefined) throw notFound("connections of the finding", String(finding["findingId"]));
      return handOut(context, caller, `finding ${String(finding["title"])}`, [first, ...others]);
    },
  } as const satisfies Partial<Record<RouteName, Handler>>;
}
