import { MAP_GROUPINGS } from "@weir/model";
import { z } from "zod";
import { callSchema, connectionSchema, deliverySchema, findingSchema, retrySchema } from "../records.ts";
import { connectionVerdictSchema } from "../verdicts.ts";
import { ladderSchema, serviceMapSchema } from "../views.ts";
import { limit, listQuery, moment, PCAPNG_TYPE, page, scopeQuery } from "./query.ts";
import type { Route } from "./route.ts";

/** What was found in packets: findings, connections, calls, and the packets behind them. */
export const recordsRoutes = {
  listFindings: {
    method: "get",
    path: "/api/findings",
    summary: "Findings, worst first",
    query: listQuery,
    response: page(findingSchema),
    status: 200,
  },
  getFinding: {
    method: "get",
    path: "/api/findings/{findingId}",
    summary: "One finding",
    response: findingSchema,
    status: 200,
  },
  downloadFindingPackets: {
    method: "get",
    path: "/api/findings/{findingId}/packets.pcapng",
    right: "readPayloads",
    summary: "The packets of the connections that prove it, the first 50 of them, as a capture file",
    response: PCAPNG_TYPE,
    status: 200,
  },
  serviceMap: {
    method: "get",
    path: "/api/map",
    summary:
      "Services and the edges between them. Whole minutes without a filter are answered from sums, so a long range is quick",
    query: scopeQuery.extend({
      from: moment.describe("Only connections and calls that began then or later"),
      to: moment.describe("Only those that began before"),
      group: z
        .enum(MAP_GROUPINGS)
        .optional()
        .describe("Edges between Kubernetes namespaces, Deployments, nodes or zones instead of services"),
      flows: z
        .stringbool()
        .default(false)
        .describe("Also what routers and switches counted of each edge, in records that came then; not with group"),
    }),
    response: serviceMapSchema,
    status: 200,
  },
  listConnections: {
    method: "get",
    path: "/api/connections",
    summary: "Connections that match a filter",
    query: listQuery.extend({
      sort: z.enum(["time", "duration", "retransmissions", "bytes", "errors"]).default("time"),
    }),
    response: page(connectionSchema),
    status: 200,
  },
  getConnection: {
    method: "get",
    path: "/api/connections/{connectionId}",
    summary: "One connection with its health",
    response: connectionSchema,
    status: 200,
  },
  getVerdicts: {
    method: "get",
    path: "/api/connections/{connectionId}/verdicts",
    summary: "What the verdict trees say about it, question by question; empty for other transports than TCP",
    response: z.object({ items: z.array(connectionVerdictSchema) }),
    status: 200,
  },
  getLadder: {
    method: "get",
    path: "/api/connections/{connectionId}/packets",
    summary: "Its packets, for a ladder diagram",
    query: z.object({ limit }),
    response: ladderSchema,
    status: 200,
  },
  downloadPackets: {
    method: "get",
    path: "/api/connections/{connectionId}/packets.pcapng",
    right: "readPayloads",
    summary: "Its packets as a capture file, with names of addresses; packet ids are the capture's packet numbers",
    response: PCAPNG_TYPE,
    status: 200,
  },
  listCalls: {
    method: "get",
    path: "/api/calls",
    summary: "Calls that match a filter",
    query: listQuery.extend({
      connection: z.string().optional(),
      sort: z.enum(["time", "duration", "status"]).default("time"),
    }),
    response: page(callSchema),
    status: 200,
  },
  getCall: {
    method: "get",
    path: "/api/calls/{callId}",
    summary: "One call with headers and bodies",
    response: callSchema,
    status: 200,
  },
  downloadCallPackets: {
    method: "get",
    path: "/api/calls/{callId}/packets.pcapng",
    right: "readPayloads",
    summary: "The packets of its connection from the call's first to its last, as a capture file",
    response: PCAPNG_TYPE,
    status: 200,
  },
  listRetries: {
    method: "get",
    path: "/api/retries",
    summary: "Logical calls that took several attempts",
    query: listQuery.omit({ filter: true }).extend({
      call: z.string().optional().describe("Only the one that this call is an attempt of"),
      sort: z.enum(["time", "duration", "attempts"]).default("duration"),
    }),
    response: page(retrySchema),
    status: 200,
  },
  listDeliveries: {
    method: "get",
    path: "/api/deliveries",
    summary: "Messages that one call published and another one delivered",
    query: listQuery.omit({ filter: true }).extend({
      call: z.string().optional().describe("Only those that this call published or delivered"),
      sort: z.enum(["time", "queue"]).default("queue"),
    }),
    response: page(deliverySchema),
    status: 200,
  },
} as const satisfies Record<string, Route>;
