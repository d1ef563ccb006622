import { z } from "zod";
import { joinSummarySchema } from "../join-summary.ts";
import { joinedTraceSchema } from "../joined-trace.ts";
import { callProfilesSchema, flameQuery, flameSchema, profileKindSchema, profileWindow } from "../profiles.ts";
import { logRecordSchema, openPage, telemetryQuery, traceSchema, traceSummarySchema } from "../telemetry.ts";
import { moment } from "./query.ts";
import type { Route } from "./route.ts";

/** What applications said: traces, logs, profiles. */
export const telemetryRoutes = {
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
  joinTraces: {
    method: "get",
    path: "/api/join",
    summary:
      "Traces of a period joined with what the wire carried of them, added up by edge: what fits, what only one side tells, what contradicts; clocks, and findings",
    query: z.object({
      from: moment.describe("Default: an hour before the end"),
      to: moment.describe("Default: behind the last span"),
      traces: z.coerce.number().int().min(1).max(2_000).default(200).describe("Traces that are joined at most"),
    }),
    response: joinSummarySchema,
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
  listCallProfiles: {
    method: "get",
    path: "/api/calls/{callId}/profiles",
    summary: "What profiles there are of the process that served a call, at that time",
    response: callProfilesSchema,
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
} as const satisfies Record<string, Route>;
