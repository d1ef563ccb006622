import { NS_PER_MS } from "@weir/base";
import type { Call } from "@weir/model";
import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../../config.ts";
import { at, call } from "../../testing/records.ts";
import { JoinSummary, joinTrace, judgeJoin, type Span, type WireAround } from "../index.ts";

/** A trace in which orders asks payments: spans of both ends, and the call on the wire. */
function exchange(
  index: number,
  changes: { client?: Partial<Span>; server?: Partial<Span> | undefined; wire?: Partial<Call> } = {},
) {
  const traceId = index.toString(16).padStart(32, "a");
  const [asked, answered] = [index.toString(16).padStart(16, "b"), index.toString(16).padStart(16, "c")];
  const shared = { traceId, status: "unset", statusMessage: "", attributes: {} } as const;
  const client: Span = {
    ...shared,
    ...{ spanId: asked, parentSpanId: "", name: "POST", kind: "client", serviceName: "orders" },
    startedAt: at(0.999),
    durationNs: 12 * NS_PER_MS,
    ...changes.client,
  };
  const server: Span = {
    ...shared,
    ...{ spanId: answered, parentSpanId: asked, name: "POST /pay", kind: "server", serviceName: "payments" },
    startedAt: at(1.002),
    durationNs: 6 * NS_PER_MS,
    ...changes.server,
  };
  const isReported = !("server" in changes) || changes.server !== undefined;
  return {
    traceId,
    spans: isReported ? [client, server] : [client],
    calls: [
      call({ traceId, parentSpanId: asked, clientService: "orders", serverService: "payments", ...changes.wire }),
    ],
  };
}

function summaryOf(make: (index: number) => ReturnType<typeof exchange>, count = 8, around?: WireAround): JoinSummary {
  const summary = new JoinSummary(new Map([["capture", "shop.pcap"]]));
  for (let index = 1; index <= count; index += 1) {
    const trace = make(index);
    const exchanges = joinTrace({ ...trace, ...(around === undefined ? {} : { around }) });
    summary.add(trace.traceId, exchanges, trace.spans.length > 0);
  }
  return summary;
}

const findingsOf = (summary: JoinSummary) => judgeJoin(summary, DEFAULT_CONFIG);

describe("many traces, joined and added up", () => {
  it("tell by edge what fits, and find nothing where all does", () => {
    const summary = summaryOf((index) => exchange(index));
    const [edge, ...others] = [...summary.edges.values()];
    expect(others).toEqual([]);
    expect(edge).toMatchObject({
      edge: { clientService: "orders", serverService: "payments" },
      exchanges: 8,
      classes: { matched: 8, wireOnly: 0 },
    });
    expect(findingsOf(summary)).toEqual([]);
  });

  it("find a service that answers and never reports, with its packets and its callers' spans", () => {
    const [finding, ...others] = findingsOf(summaryOf((index) => exchange(index, { server: undefined })));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      rule: "join.not-reported",
      captureId: "capture",
      title: "payments is not instrumented: 8 of its calls are on the wire, none in spans",
      serverService: "payments",
    });
    expect(finding?.evidence.spans).toHaveLength(8);
    expect(finding?.evidence.callCount).toBe(8);
    expect(finding?.evidence.packets.length).toBeGreaterThan(0);
  });

  it("say nothing of a service that reports some, nor of traces that nobody reported: their spans may have been sampled away", () => {
    const some = summaryOf((index) => exchange(index, index === 3 ? {} : { server: undefined }));
    expect(findingsOf(some)).toEqual([]);
    const unreported = new JoinSummary();
    for (let index = 1; index <= 8; index += 1) {
      const { traceId, calls } = exchange(index);
      unreported.add(traceId, joinTrace({ spans: [], calls }), false);
    }
    expect(findingsOf(unreported)).toEqual([]);
  });

  it("find a client that reports success where the wire has failures", () => {
    const failed = { status: "serverError", statusCode: "503" } as const;
    const said = { client: { attributes: { "http.response.status_code": "200" } }, wire: failed };
    const [finding] = findingsOf(summaryOf((index) => exchange(index, said))).filter(
      ({ rule }) => rule === "join.status",
    );
    expect(finding).toMatchObject({
      severity: "warning",
      title: 'orders → payments: orders reports "200", the wire says "503"',
    });
  });

  it("find requests that wait in their client", () => {
    const waits = { client: { startedAt: at(0.9), durationNs: 112 * NS_PER_MS } };
    const [finding] = findingsOf(summaryOf((index) => exchange(index, waits)));
    expect(finding).toMatchObject({ rule: "join.client-queue", clientService: "orders" });
    expect(finding?.title).toMatch(/requests wait 100 ms in the client/);
  });

  it("find clocks that are apart, by the names of captures", () => {
    const ahead = { server: { startedAt: at(1.042) } };
    const [finding] = findingsOf(summaryOf((index) => exchange(index, ahead))).filter(
      ({ rule }) => rule === "join.clock-offset",
    );
    expect(finding?.title).toMatch(
      /^The clock of capture shop\.pcap is \d+(\.\d+)? ms behind that of spans of payments$/,
    );
  });

  it("are bounded: a few exchanges are no finding", () => {
    expect(findingsOf(summaryOf((index) => exchange(index, { server: undefined }), 3))).toEqual([]);
  });
});
