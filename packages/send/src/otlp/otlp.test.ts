import { readOtlp, writeLogs, writeTraces } from "@weir/receive";
import { describe, expect, it } from "vitest";
import { callOf, connectionOf, findingOf } from "../testing/records.ts";
import { callSpan } from "./call-span.ts";
import { connectionEvent } from "./connection-event.ts";
import { findingEvent } from "./finding-event.ts";

const NOW = 1_700_000_009_000_000_000n;
const TRACE = "5b8efff798038103d269b633813fc60c";

describe("a call as a span", () => {
  it("is its client's, below the span whose context it carried, with its protocol's attributes in their types", () => {
    const call = callOf({ traceId: TRACE, parentSpanId: "eee19b7ec3c1b174" });
    const span = callSpan({ call, version: "1.0", resource: { "k8s.pod.name": "frontend-1" } });
    expect(span).toMatchObject({
      resource: { "service.name": "frontend", "k8s.pod.name": "frontend-1" },
      traceId: TRACE,
      parentSpanId: "eee19b7ec3c1b174",
      name: "GET",
      kind: "Client",
      status: "Unset",
      attributes: { "http.response.status_code": 200, "url.path": "/prices", "weir.call.target": "/prices" },
    });
    expect(span.endNs - span.startNs).toBe(20_000_000n);
    expect(readOtlp("traces", "protobuf", writeTraces([span]))).toMatchObject({
      rejections: [],
      tables: [{ rows: [{ TraceId: TRACE, SpanName: "GET", ServiceName: "frontend" }] }],
    });
  });

  it("without a context begins a trace of its own, always the same", () => {
    const [first, again, other] = ["a", "a", "b"].map((callId) => callSpan({ call: callOf({ callId }), version: "" }));
    expect(first).toEqual(again);
    expect(first?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(first?.traceId).not.toBe(other?.traceId);
  });

  it("says how it failed, and that it sends or takes messages", () => {
    const failed = callSpan({ call: callOf({ status: "serverError", statusCode: "503" }), version: "" });
    expect(failed).toMatchObject({
      status: "Error",
      statusMessage: "serverError 503",
      attributes: { "error.type": "503" },
    });
    const lost = callSpan({ call: callOf({ status: "timeout", statusCode: "" }), version: "" });
    expect(lost.attributes["error.type"]).toBe("timeout");
    expect(callSpan({ call: callOf({}), version: "" }).attributes).not.toHaveProperty("error.type");
    const attributes = { "messaging.operation.type": "send", "messaging.destination.name": "orders" };
    const message = callSpan({ call: callOf({ operation: "Produce", attributes }), version: "" });
    expect(message).toMatchObject({ kind: "Producer", name: "Produce orders" });
  });

  it("holds no payload", () => {
    const call = callOf({ requestBody: "card=4111", requestHeaders: [["cookie", "id=1"]] });
    expect(JSON.stringify(Object.entries(callSpan({ call, version: "" }).attributes))).not.toMatch(/4111|cookie/);
  });
});

describe("a connection that is over as an event", () => {
  const health = { clientRetransmissions: 3, rttServerP50Ns: 250_000, gradeReasons: ["superFrames"] as const };

  it("has its health as attributes, without what is empty and counts of what did not happen", () => {
    const event = connectionEvent(connectionOf(health), "1.0", NOW);
    expect(event).toMatchObject({
      eventName: "weir.connection.end",
      atNs: 1_700_000_001_500_000_000n,
      severityText: "INFO",
      body: "tcp frontend to payments:443: closed",
      attributes: {
        "server.port": 443,
        "weir.connection.client_retransmissions": 3,
        "weir.connection.rtt_server_p50_ns": 250_000,
        "weir.connection.grade_reasons": ["superFrames"],
      },
    });
    const names = Object.keys(event.attributes);
    expect(names).not.toContain("weir.connection.server_retransmissions");
    expect(names).not.toContain("weir.connection.tls_server_name");
    expect(names.filter((name) => /offset|first_packet|throughput/.test(name))).toEqual([]);
  });

  it("is a warning where it never came to work, and knows its client's place in a cluster", () => {
    const given = {
      closeReason: "refused",
      clientK8sPodName: "frontend-1",
      clientK8sPodLabels: { app: "shop" },
    } as const;
    const event = connectionEvent(connectionOf(given), "1.0", NOW);
    expect(event).toMatchObject({
      severityNumber: 13,
      resource: { "service.name": "frontend", "k8s.pod.name": "frontend-1", "k8s.pod.label.app": "shop" },
    });
    expect(readOtlp("logs", "protobuf", writeLogs([event, event]))).toMatchObject({
      rejections: [],
      tables: [{ rows: [{ EventName: "weir.connection.end", SeverityText: "WARN" }, {}] }],
    });
  });
});

describe("a finding as an event", () => {
  it("has its rule, its path and its evidence, and is as severe as it is", () => {
    const event = findingEvent(findingOf({}), "1.0", NOW);
    expect(event).toMatchObject({
      eventName: "weir.finding",
      resource: { "service.name": "frontend" },
      atNs: 1_700_000_001_500_000_000n,
      severityNumber: 17,
      body: "frontend → payments: segments are lost",
      attributes: {
        "weir.finding.id": "test-tcp.loss",
        "weir.finding.rule": "tcp.loss",
        "weir.finding.decided": true,
        "weir.finding.server_service": "payments",
        "weir.finding.server_port": 443,
        "weir.finding.steps": ["Is it the path? 40 resent (against more than 10): yes"],
        "weir.finding.connections": 1,
        "weir.finding.calls": 0,
        "weir.finding.connection_ids": ["test-tcp-1"],
        "weir.finding.trace_ids": [TRACE],
      },
    });
    expect(event.attributes["weir.finding.packets"]).toHaveLength(20);
    expect(event.attributes).not.toHaveProperty("weir.finding.call_ids");
    expect(findingEvent(findingOf({ severity: "info" }), "1.0", NOW).severityText).toBe("INFO");
    expect(readOtlp("logs", "protobuf", writeLogs([event]))).toMatchObject({
      rejections: [],
      tables: [{ rows: [{ EventName: "weir.finding", SeverityText: "ERROR", ServiceName: "frontend" }] }],
    });
  });
});
