import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FilterTable } from "./relations.ts";
import { whereSql } from "./sql.ts";
import { filterOf, testEnvironment } from "./testing/check.ts";
import { anyFilterText } from "./testing/filters.ts";

/** The condition with its parameters written in, for reading. */
function sql(text: string, table: FilterTable, scope?: string): string {
  const { where, params } = whereSql(filterOf(text), table, scope === undefined ? {} : { scope });
  return where.replace(/\{(filter\w+):\w+\}/g, (_, name: string) => JSON.stringify(params[name]));
}

describe("whereSql", () => {
  it("asks a table for its own columns", () => {
    expect(sql('client.service == "orders" && server.port in [80, 443]', "connections")).toBe(
      '((client_service = "orders") AND (server_port IN (80, 443)))',
    );
    expect(sql('call.status != "ok"', "calls")).toBe('(status != "ok")');
  });

  it("decides where a value may be NULL", () => {
    expect(sql("call.durationNs > duration('1s')", "calls")).toBe("(ifNull(duration_ns > 1000000000, 0))");
    expect(sql("has(call.durationNs)", "calls")).toBe("(ifNull(isNotNull(duration_ns), 0))");
  });

  it("reads a protocol's own fields by their types, in calls of that protocol only", () => {
    expect(sql("http.statusCode >= 500", "calls")).toBe(
      '(protocol = "http" AND ifNull(toInt64OrNull(attributes["http.response.status_code"]) >= 500, 0))',
    );
    expect(sql('http.path.startsWith("/pay")', "calls")).toBe(
      '(protocol = "http" AND mapContains(attributes, "url.path") AND startsWith(attributes["url.path"], "/pay"))',
    );
  });

  it("asks the connections of calls in a subquery, within the query's scope", () => {
    expect(
      sql("tcp.retransmissionRatio > 0.01 && http.statusCode == 503", "calls", "capture_id = {captureId:String}"),
    ).toContain(
      '(connection_id IN (SELECT connection_id FROM connections WHERE (capture_id = {captureId:String}) AND (transport = "tcp" AND retransmission_ratio > 0.01)) AND ',
    );
  });

  it("asks no subquery for what calls and connections share", () => {
    expect(sql('client.address == "10.0.0.1" || server.port == 80', "calls")).not.toContain("SELECT");
  });

  it("finds connections by their calls, and keeps what is about the connection alone outside", () => {
    expect(sql('connection.closeReason == "closed" && call.status == "timeout"', "connections")).toBe(
      '((close_reason = "closed") AND connection_id IN (SELECT connection_id FROM calls WHERE (status = "timeout")))',
    );
  });

  it("looks through related records by a semi-join, counting only where a count is asked for", () => {
    expect(sql('calls.exists(c, c.status == "timeout")', "calls", "1")).toBe(
      'connection_id IN (SELECT connection_id AS related_key FROM calls WHERE (1) AND (status = "timeout"))',
    );
    expect(sql("size(calls.filter(c, c.bodyTruncated)) < 3", "connections")).toBe(
      "connection_id NOT IN (SELECT connection_id AS related_key FROM calls WHERE (body_truncated) GROUP BY related_key HAVING NOT (count() < 3))",
    );
    expect(sql("retries.exists(r, r.attempts > 2)", "connections")).toBe(
      "connection_id IN (SELECT connection_id FROM calls WHERE call_id IN (SELECT arrayJoin(call_ids) AS related_key FROM retries WHERE (attempts > 2)))",
    );
  });

  it("never writes a person's text into the statement", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const text = `http.path.contains(${JSON.stringify(value)}) && call.attributes[${JSON.stringify(value)}] == ${JSON.stringify(value)}`;
        const { where, params } = whereSql(filterOf(text), "calls");
        expect(where.replace(/\{\w+:\w+\}/g, "?")).toBe(
          "((protocol = ? AND mapContains(attributes, ?) AND position(attributes[?], ?) > 0) AND (mapContains(attributes, ?) AND attributes[?] = ?))",
        );
        expect(Object.values(params)).toContain(value);
      }),
    );
  });

  it("writes every filter, for both tables", () => {
    fc.assert(
      fc.property(anyFilterText(testEnvironment), (text) => {
        for (const table of ["calls", "connections"] as const) {
          const { where, params } = whereSql(filterOf(text), table);
          const named = [...where.matchAll(/\{(\w+):\w+\}/g)].map(([, name]) => name);
          expect(new Set(named)).toEqual(new Set(Object.keys(params)));
        }
      }),
    );
  });
});
