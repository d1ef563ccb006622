import { NS_PER_MS } from "@weir/base";
import type { Call } from "@weir/model";
import { describe, expect, it } from "vitest";
import { at, call, connection } from "../testing/records.ts";
import { childHints, joinTrace, type Span, traceRows, type WireAround } from "./index.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const ASKED = "00f067aa0ba902b7";

/** orders asks payments: its client's span, of 12 ms. */
function asking(changes: Partial<Span> = {}): Span {
  return {
    traceId: TRACE,
    spanId: ASKED,
    parentSpanId: "",
    name: "POST",
    kind: "client",
    serviceName: "orders",
    startedAt: at(0.999),
    durationNs: 12 * NS_PER_MS,
    status: "unset",
    statusMessage: "",
    attributes: {
      "http.request.method": "POST",
      "http.response.status_code": "200",
      "server.address": "10.0.0.6",
      "server.port": "8080",
    },
    ...changes,
  };
}

/** payments answers: its server's span, of 6 ms. */
function answering(changes: Partial<Span> = {}): Span {
  return asking({
    spanId: "b7ad6b7169203331",
    parentSpanId: ASKED,
    kind: "server",
    serviceName: "payments",
    startedAt: at(1.002),
    durationNs: 6 * NS_PER_MS,
    attributes: { "http.request.method": "POST", "http.response.status_code": "200" },
    ...changes,
  });
}

/** The request between the two on the wire, 10 ms from its first byte to the last of its answer. */
function seen(changes: Partial<Call> = {}): Call {
  return call({ traceId: TRACE, parentSpanId: ASKED, ...changes });
}

const hour: WireAround["captures"] = [{ captureId: "capture", startedAt: at(-1800), endedAt: at(1800) }];
const classes = (evidence: Parameters<typeof joinTrace>[0]) =>
  joinTrace(evidence).map((exchange) => [exchange.class, exchange.reason].join(" ").trim());

describe("a request with a trace context", () => {
  it("is matched with the span that sent it and the span that answered it", () => {
    const [exchange, ...others] = joinTrace({ spans: [asking(), answering()], calls: [seen()] });
    expect(others).toEqual([]);
    expect(exchange).toMatchObject({ class: "matched", clientSpan: { serviceName: "orders" } });
    expect(exchange?.serverSpan?.serviceName).toBe("payments");
  });

  it("is wire only where no span of either end came, and says when its trace is not recorded", () => {
    expect(classes({ spans: [], calls: [seen()] })).toEqual(["wireOnly noSpans"]);
    const unsampled = seen({ requestHeaders: [["traceparent", `00-${TRACE}-${ASKED}-00`]] });
    expect(classes({ spans: [], calls: [unsampled] })).toEqual(["wireOnly notSampled"]);
  });

  it("is one hop where two hosts saw it", () => {
    const atClient = seen({ captureId: "of orders", clientPort: 41_000, waitNs: 8 * NS_PER_MS });
    const atServer = seen({ captureId: "of payments", clientPort: 41_000, waitNs: 7 * NS_PER_MS });
    const [exchange] = joinTrace({ spans: [asking(), answering()], calls: [atServer, atClient] });
    expect(exchange?.hops.map(({ views }) => views.length)).toEqual([2]);
    expect(exchange?.hops[0]?.atClient.captureId).toBe("of orders");
  });

  it("is one attempt of several where the span tried again", () => {
    const failed = seen({ startedAt: at(1), status: "serverError", statusCode: "503" });
    const answered = seen({ startedAt: at(1.05) });
    const joined = joinTrace({ spans: [asking({ durationNs: 80 * NS_PER_MS })], calls: [failed, answered] });
    expect(joined.map(({ attempt, attempts, class: is }) => [attempt, attempts, is])).toEqual([
      [1, 2, "matched"],
      [2, 2, "matched"],
    ]);
  });
});

describe("a span that contradicts the packets", () => {
  const subjects = (span: Partial<Span>, wire: Partial<Call>) => {
    const [exchange] = joinTrace({ spans: [asking(span)], calls: [seen(wire)] });
    return exchange?.disagreements.map(({ subject, span, wire }) => `${subject}: ${span} / ${wire}`);
  };

  it("says 200 where 503 was on the wire, and good where it failed", () => {
    expect(subjects({}, { statusCode: "503", status: "serverError" })).toEqual([
      "status: 200 / 503",
      "outcome: unset / serverError",
    ]);
  });

  it("names another server", () => {
    const attributes = { "server.address": "10.0.0.9", "server.port": "80" };
    expect(subjects({ attributes }, {})).toEqual(["peer: 10.0.0.9:80 / 10.0.0.6:8080"]);
  });

  it("ended before its answer did", () => {
    expect(subjects({ durationNs: 2 * NS_PER_MS }, {})).toEqual(["duration: 2.00 ms / 10.00 ms"]);
  });

  it("is believed where the words only differ in kind", () => {
    expect(subjects({ attributes: { "rpc.grpc.status_code": "0" } }, { statusCode: "OK" })).toEqual([]);
  });
});

describe("something in between that made no span", () => {
  const behind = seen({
    clientAddress: "10.0.0.6",
    serverAddress: "10.0.0.7",
    serverService: "ledger",
    startedAt: at(1.002),
    durationNs: 5 * NS_PER_MS,
  });

  it("is a hop of its own between the two spans", () => {
    const spans = [asking(), answering({ serviceName: "ledger", startedAt: at(1.003), durationNs: 3 * NS_PER_MS })];
    const [exchange, ...others] = joinTrace({ spans, calls: [behind, seen()] });
    expect(others).toEqual([]);
    expect(exchange?.hops.map(({ atServer }) => atServer.serverService)).toEqual(["payments", "ledger"]);
    expect(
      traceRows(
        spans,
        [exchange].filter((one) => one !== undefined),
      ).map(({ kind, depth }) => [kind, depth]),
    ).toEqual([
      ["span", 0],
      ["hop", 1],
      ["hop", 2],
      ["span", 3],
    ]);
  });

  it("stitches wrongly where it made a span and passed its caller's context on", () => {
    const ledger = answering({
      spanId: "c".repeat(16),
      serviceName: "ledger",
      startedAt: at(1.003),
      durationNs: 3 * NS_PER_MS,
    });
    expect(classes({ spans: [asking(), answering(), ledger], calls: [seen(), behind] })).toEqual([
      "matched",
      "stitchedWrongly contextForwarded",
    ]);
  });
});

describe("an answering span with another parent than its request", () => {
  it("is put beside the request that its port names", () => {
    const lost = answering({
      parentSpanId: "d".repeat(16),
      attributes: { "network.peer.address": "10.0.0.5", "network.peer.port": "41000" },
    });
    const [exchange] = joinTrace({ spans: [asking(), lost], calls: [seen({ clientPort: 41_000 })] });
    expect(exchange).toMatchObject({ class: "stitchedWrongly", reason: "otherParent" });
    expect(exchange?.serverSpan).toBe(lost);
  });

  it("contradicts nothing where the request carries no context", () => {
    const root = answering({
      parentSpanId: "",
      attributes: { "network.peer.address": "10.0.0.5", "network.peer.port": "41000" },
    });
    const plain = call({ clientPort: 41_000 });
    const around = { calls: [plain], connections: [], captures: hour };
    const [exchange] = joinTrace({ spans: [root], calls: [], around });
    expect(exchange).toMatchObject({ class: "matched", reason: "", clientSpan: undefined, serverSpan: root });
  });
});

describe("a span that asks and left no packets", () => {
  const absent = (span: Partial<Span>, around: Partial<WireAround> = {}) =>
    joinTrace({
      spans: [asking(span)],
      calls: [],
      around: { calls: [], connections: [], captures: hour, ...around },
    })[0];

  it("stayed on its host, or in its process", () => {
    expect(absent({ attributes: { "server.address": "localhost", "server.port": "6379" } })?.reason).toBe("sameHost");
    expect(absent({ attributes: { "db.system.name": "sqlite" } })?.reason).toBe("inProcess");
  });

  it("tried a connection in vain", () => {
    const refused = connection({ closeReason: "refused", startedAt: at(1), durationNs: NS_PER_MS });
    expect(absent({}, { connections: [refused] })).toMatchObject({
      class: "spanOnly",
      reason: "failedHandshake",
      connectionIds: [refused.connectionId],
    });
  });

  it("could not resolve the name", () => {
    const attributes = { "server.address": "payments.shop", "server.port": "8080" };
    const lookup = call({ protocol: "dns", operation: "A", target: "payments.shop", status: "clientError" });
    expect(absent({ attributes }, { calls: [lookup] })?.reason).toBe("failedNameLookup");
  });

  it("went out encrypted", () => {
    const hidden = connection({ protocol: "tls", startedAt: at(0), durationNs: 1e10 });
    expect(absent({}, { connections: [hidden] })?.reason).toBe("encrypted");
  });

  it("is perhaps one of the calls without context, each as likely as the others", () => {
    const calls = [call(), call()];
    expect(absent({}, { calls })).toMatchObject({
      reason: "contextNotSent",
      hints: calls.map(({ callId }) => ({ call: { callId }, probability: 0.5 })),
    });
  });

  it("is likeliest the call that does the same, inside its time", () => {
    const [other, same] = [call({ operation: "GET" }), call({ operation: "POST" })];
    expect(absent({}, { calls: [other, same] })?.hints).toMatchObject([
      { call: { callId: same.callId }, probability: 1 },
    ]);
  });

  it("was never sent where its host was watched, and nobody can tell where it was not", () => {
    const elsewhere = connection({ serverAddress: "10.0.0.99", serverService: "mail" });
    expect(absent({}, { connections: [elsewhere] })?.reason).toBe("neverSent");
    expect(absent({})?.reason).toBe("notWatched");
  });
});

describe("where the time went", () => {
  it("adds up to the client's span, the network by what two vantages saw", () => {
    const atClient = seen({ captureId: "a", clientPort: 41_000 });
    const atServer = seen({
      captureId: "b",
      clientPort: 41_000,
      waitNs: 6 * NS_PER_MS,
      durationNs: 8 * NS_PER_MS,
      startedAt: at(2.001),
    });
    const [exchange] = joinTrace({ spans: [asking(), answering()], calls: [atClient, atServer] });
    const split = exchange?.split;
    expect(split).toMatchObject({
      clientQueueNs: NS_PER_MS,
      networkOutNs: NS_PER_MS,
      serverNs: 8 * NS_PER_MS,
      networkBackNs: NS_PER_MS,
      clientReadNs: NS_PER_MS,
      networkBy: "twoVantages",
    });
    // The server's capture is a second ahead: shown, and in none of the parts.
    expect(split?.clocks.find(({ of }) => of === "capture b")).toMatchObject({ offsetNs: 1000 * NS_PER_MS });
  });

  it("shows a client's clock that is apart from the capture's", () => {
    const [exchange] = joinTrace({ spans: [asking({ startedAt: at(5) })], calls: [seen()] });
    expect(exchange?.split?.clocks[0]).toMatchObject({
      offsetNs: 4001 * NS_PER_MS,
      uncertaintyNs: NS_PER_MS,
    });
    expect(exchange?.split).toMatchObject({ clientQueueNs: NS_PER_MS, clientReadNs: NS_PER_MS });
  });
});

describe("calls without context", () => {
  it("are offered as children with their probability, never joined", () => {
    const spans = [asking(), answering()];
    const request = seen();
    const rival = call({ clientAddress: "10.0.0.4", startedAt: at(0.99), durationNs: 100 * NS_PER_MS });
    const query = call({
      clientAddress: "10.0.0.6",
      serverAddress: "10.0.0.8",
      protocol: "postgresql",
      startedAt: at(1.003),
    });
    const around = { calls: [request, rival, query], connections: [], captures: hour };
    const joined = joinTrace({ spans, calls: [request], around });
    expect(childHints(joined, around)).toMatchObject([{ call: { callId: query.callId }, probability: 0.5 }]);
    expect(traceRows(spans, joined, childHints(joined, around)).map(({ kind }) => kind)).toEqual([
      "span",
      "hop",
      "span",
      "hint",
    ]);
  });
});

describe("rows of a trace", () => {
  it("hold every span once, whatever its parents say", () => {
    const ring = [asking({ spanId: "a", parentSpanId: "b" }), asking({ spanId: "b", parentSpanId: "a" })];
    expect(traceRows(ring, []).map(({ kind }) => kind)).toEqual(["span", "span"]);
  });
});
