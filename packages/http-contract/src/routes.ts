import { parseUnixNs } from "@weir/base";
import { MAP_GROUPINGS, RECORD_WORDS } from "@weir/model";
import { z } from "zod";
import {
  agentReportAnswerSchema,
  agentReportSchema,
  agentSchema,
  BATCH_TYPE,
  batchQuery,
  pinQuery,
} from "./agents/agents.ts";
import { joinedTraceSchema } from "./joined-trace.ts";
import { flameQuery, flameSchema, profileKindSchema, profileWindow } from "./profiles.ts";
import { answerSchema, questionSchema, sqlAnswerSchema, sqlSchema } from "./questions.ts";
import { receiversSchema } from "./receivers.ts";
import {
  auditSchema,
  callSchema,
  captureSchema,
  connectionSchema,
  deliverySchema,
  findingSchema,
  retrySchema,
} from "./records.ts";
import type { Right } from "./right.ts";
import { sessionSchema } from "./session.ts";
import { logRecordSchema, openPage, telemetryQuery, traceSchema, traceSummarySchema } from "./telemetry.ts";
import { connectionVerdictSchema } from "./verdicts.ts";
import { completionSchema, filterFieldSchema, importStateSchema, ladderSchema, serviceMapSchema } from "./views.ts";

/** One operation of the HTTP API. The hub serves it, the console and the CLI call it, OpenAPI is generated from it. */
export interface Route {
  readonly method: "get" | "post" | "delete";
  /** With `{name}` parameters, as OpenAPI writes them. */
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodObject;
  /** Content type of a raw request body. */
  readonly requestBody?: string;
  /** Shape of a JSON request body. */
  readonly requestJson?: z.ZodType;
  /** Content type of the same answer line by line, for those who accept it. */
  readonly streamedAs?: string;
  /** JSON answer, or the content type of a raw one. */
  readonly response: z.ZodType | string;
  readonly status: 200 | 202;
  /** What a caller needs to be allowed; `nothing` where everybody may ask. To read where a route only reads, else to write. */
  readonly right?: Right | "nothing";
}

/** What a caller of a route needs to be allowed. */
export function rightOf({ method, right }: Route): Right | "nothing" {
  return right ?? (method === "get" ? "read" : "write");
}

const limit = z.coerce.number().int().min(1).max(1000).default(100);
/** What every list takes: which capture (all when absent), which filter, how many, where to go on. */
const listQuery = z.object({
  capture: z.string().optional(),
  filter: z.string().optional(),
  limit,
  offset: z.coerce.number().int().min(0).default(0),
});
const scopeQuery = listQuery.pick({ capture: true, filter: true });
const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), total: z.number().int() });

/** What tools call pcapng files; IANA has no name for them. */
export const PCAPNG_TYPE = "application/x-pcapng";

const moment = z
  .string()
  .refine((text) => parseUnixNs(text) !== undefined, "a moment looks like 2026-03-01T12:00:00Z")
  .optional();

export const ROUTES = {
  health: {
    method: "get",
    path: "/api/health",
    right: "nothing",
    summary: "Is the hub up, is its store, how much room is left",
    response: z.object({
      status: z.enum(["ok", "degraded"]),
      store: z.enum(["up", "down"]),
      version: z.string(),
      diskFreeBytes: z.number(),
      diskTotalBytes: z.number(),
      writing: z.enum(["ok", "refused"]).describe("refused: less than 5 % or 2 GB of the disk are free"),
      engine: z
        .object({
          restarts: z.number().int().describe("Times that it was started again after a crash"),
          memoryBytes: z.number().int().optional(),
          memoryLimitBytes: z.number().int(),
        })
        .optional()
        .describe("The embedded engine; absent with a ClickHouse of one's own"),
    }),
    status: 200,
  },
  listCaptures: {
    method: "get",
    path: "/api/captures",
    summary: "Captures, newest import first",
    response: page(captureSchema),
    status: 200,
  },
  uploadCapture: {
    method: "post",
    path: "/api/captures",
    summary:
      "Upload a capture file. Answers when the file is safe on disk; follow the import for the rest. The same content twice adds nothing",
    query: z.object({ name: z.string().default("upload.pcap") }),
    requestBody: "application/octet-stream",
    response: importStateSchema.extend({ duplicate: z.boolean() }),
    status: 202,
  },
  listImports: {
    method: "get",
    path: "/api/imports",
    summary: "Imports and where they stand, newest first",
    response: page(importStateSchema),
    status: 200,
  },
  getImport: {
    method: "get",
    path: "/api/imports/{captureId}",
    summary: "Where one import stands",
    response: importStateSchema,
    status: 200,
  },
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
  query: {
    method: "post",
    path: "/api/query",
    right: "read",
    summary:
      "Counts, sums, percentiles, rates and shares over records: grouped, over time, compared with an earlier period; or rows with chosen fields. As NDJSON (head, rows, end) for those who accept application/x-ndjson. Ends when the asker hangs up",
    requestJson: questionSchema,
    response: answerSchema,
    streamedAs: "application/x-ndjson",
    status: 200,
  },
  listReceivers: {
    method: "get",
    path: "/api/receivers",
    summary: "What the hub listens to, what came in, and what was not kept and why",
    response: receiversSchema,
    status: 200,
  },
  listAgents: {
    method: "get",
    path: "/api/agents",
    summary:
      "Agents that have reported since the hub started: what they can do, what they saw and lost; those that reported last first",
    response: page(agentSchema),
    status: 200,
  },
  reportAgent: {
    method: "post",
    path: "/api/agents/{agentId}/report",
    right: "ingest",
    summary: "What an agent says of itself every few seconds; answers with the hub's clock",
    requestJson: agentReportSchema,
    response: agentReportAnswerSchema,
    status: 200,
  },
  sendBatch: {
    method: "post",
    path: "/api/agents/{agentId}/batches/{table}",
    right: "ingest",
    summary:
      "One batch of an agent's records, columnar, passed to the store unread. Answers when the store has it on disk; the same token again adds nothing",
    query: batchQuery,
    requestBody: BATCH_TYPE,
    response: z.object({ taken: z.literal(true) }),
    status: 200,
  },
  answerAgentRequest: {
    method: "post",
    path: "/api/agents/{agentId}/answers/{requestId}",
    right: "ingest",
    summary: "What an agent was asked for in the answer to its report: packets as pcapng, or as JSON why it could not",
    requestBody: PCAPNG_TYPE,
    response: z.object({ taken: z.literal(true) }),
    status: 200,
  },
  pinPackets: {
    method: "post",
    path: "/api/agents/{agentId}/pins",
    summary: "Has an agent keep the packets of the last minutes until they are given up",
    query: pinQuery,
    response: z.object({ done: z.literal(true) }),
    status: 200,
  },
  unpinPackets: {
    method: "delete",
    path: "/api/agents/{agentId}/pins/{name}",
    summary: "Has an agent give up a window that it keeps",
    response: z.object({ done: z.literal(true) }),
    status: 200,
  },
  listTraces: {
    method: "get",
    path: "/api/traces",
    summary: "Traces that applications reported, newest first",
    query: telemetryQuery.extend({
      operation: z.string().optional().describe("Name of a span"),
      minDurationNs: z.coerce.number().int().min(0).default(0),
      errors: z.stringbool().default(false).describe("true: only traces with a failed span"),
    }),
    response: openPage(traceSummarySchema),
    status: 200,
  },
  getTrace: {
    method: "get",
    path: "/api/traces/{traceId}",
    summary: "One trace with its spans",
    response: traceSchema,
    status: 200,
  },
  getJoinedTrace: {
    method: "get",
    path: "/api/traces/{traceId}/wire",
    summary:
      "One trace joined with what the wire carried of it: every exchange with its class, and where its time went",
    response: joinedTraceSchema,
    status: 200,
  },
  listLogs: {
    method: "get",
    path: "/api/logs",
    summary: "Log records, newest first",
    query: telemetryQuery.extend({
      traceId: z.string().optional(),
      text: z.string().optional().describe("What the body contains, in any case"),
      minSeverity: z.coerce.number().int().min(0).max(24).default(0).describe("1 to 24; 17 and more are errors"),
    }),
    response: openPage(logRecordSchema),
    status: 200,
  },
  listProfiles: {
    method: "get",
    path: "/api/profiles",
    summary: "Of which services there are profiles, and what was measured",
    query: profileWindow,
    response: z.object({ items: z.array(profileKindSchema) }),
    status: 200,
  },
  getFlame: {
    method: "get",
    path: "/api/profiles/flame",
    summary: "Samples of one service added up by the functions that had called each other: a flame graph",
    query: flameQuery,
    response: flameSchema,
    status: 200,
  },
  sql: {
    method: "post",
    path: "/api/sql",
    right: "administer",
    summary:
      "Runs a SELECT in ClickHouse's SQL, as a database user who reads records and nothing else. With the embedded store only. Ends when the asker hangs up",
    requestJson: sqlSchema,
    response: sqlAnswerSchema,
    status: 200,
  },
  completeFilter: {
    method: "get",
    path: "/api/filter/complete",
    summary: "What can be written at the cursor of a filter: names, operators, values by frequency",
    query: z.object({
      record: z.enum(RECORD_WORDS).default("call"),
      text: z.string().max(4_096).default(""),
      cursor: z.coerce.number().int().min(0).optional().describe("Characters before the cursor; the end when absent"),
      capture: z.string().optional(),
    }),
    response: completionSchema,
    status: 200,
  },
  whoAmI: {
    method: "get",
    path: "/api/session",
    summary: "Who asks, and what they may do",
    right: "nothing",
    response: sessionSchema,
    status: 200,
  },
  signIn: {
    method: "post",
    path: "/api/session",
    summary: "Sign a browser in with a token; the answer sets a cookie that scripts cannot read",
    right: "nothing",
    requestBody: "application/json",
    response: sessionSchema,
    status: 200,
  },
  signOut: {
    method: "delete",
    path: "/api/session",
    summary: "Sign a browser out",
    right: "nothing",
    response: sessionSchema,
    status: 200,
  },
  listAudit: {
    method: "get",
    path: "/api/audit",
    summary: "Readings of payloads and changes, newest first",
    right: "administer",
    query: listQuery.pick({ limit: true, offset: true }),
    response: page(auditSchema),
    status: 200,
  },
  filterFields: {
    method: "get",
    path: "/api/filter/fields",
    summary: "Fields that filters can name",
    query: z.object({ record: z.enum(RECORD_WORDS).default("call") }),
    response: z.object({ items: z.array(filterFieldSchema) }),
    status: 200,
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
