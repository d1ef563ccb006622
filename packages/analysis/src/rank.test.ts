import { NS_PER_S } from "@weir/base";
import type { Call, Connection, Finding } from "@weir/model";
import { describe, expect, it } from "vitest";
import { rankFindings } from "./rank.ts";
import { at, between, call, connection, findingsOf, NO_ANSWER, type TestTraffic, times } from "./testing/records.ts";

const failing = (edge: Partial<Call>, code: string) => (index: number) =>
  call({
    ...edge,
    status: "serverError",
    statusCode: code,
    startedAt: at(10 + index),
    waitNs: NS_PER_S,
    durationNs: NS_PER_S,
  });

/** The shop: payments does not read for 15 s and the path to it loses packets; whoever waits for it fails. */
function incident(): TestTraffic {
  const toPayments = between("orders", "payments");
  const stalled: Partial<Connection> = {
    ...toPayments,
    startedAt: at(8),
    durationNs: 20 * NS_PER_S,
    serverZeroWindows: 9,
    serverZeroWindowNs: 15 * NS_PER_S,
    clientDataSegments: 120,
    clientDataRetransmissions: 9,
    callErrors: 4,
  };
  return {
    calls: [
      ...times(40, () => call(between("customers", "frontend"))),
      ...times(12, failing(between("customers", "frontend"), "504")),
      ...times(12, failing(between("frontend", "gateway"), "504")),
      ...times(12, failing(between("gateway", "orders"), "503")),
      ...times(4, () => call({ ...toPayments, ...NO_ANSWER, startedAt: at(10) })),
      ...times(30, () => call(between("gateway", "inventory"))),
    ],
    connections: [
      connection(stalled),
      ...times(3, () => connection({ ...stalled, closeReason: "resetByClient" })),
      connection(between("gateway", "orders")),
      connection(between("gateway", "inventory")),
    ],
  };
}

const edgeOf = ({ clientService, serverService }: Finding) => `${clientService} → ${serverService}`;

describe("rankFindings", () => {
  it("puts the deepest broken edge first, and what it breaks behind it as symptoms", () => {
    const [first, ...others] = findingsOf(incident());
    expect(first).toMatchObject({
      rule: "tcp.receiver-not-reading",
      severity: "critical",
      clientService: "orders",
      serverService: "payments",
    });
    expect(first?.summary).toContain("The path loses packets as well");
    expect(new Set(others.map(edgeOf))).toEqual(
      new Set(["customers → frontend", "frontend → gateway", "gateway → orders", "orders → payments"]),
    );
    for (const symptom of others) {
      expect(symptom.title).toContain("; a symptom of orders → payments");
      expect(symptom.severity).not.toBe("critical");
      expect(symptom.steps.at(-1)?.measured).toBe(first?.title);
    }
  });

  it("gives the same order by impact alone", () => {
    const ranked = findingsOf(incident());
    expect([...ranked].sort((a, b) => b.impact - a.impact)).toEqual(ranked);
  });

  it("changes nothing when it ranks twice, in whatever order they come", () => {
    const ranked = findingsOf(incident());
    expect(rankFindings(ranked)).toEqual(ranked);
    expect(rankFindings([...ranked].reverse())).toEqual(ranked);
  });

  it("finds the cause of one capture's symptom in another capture", () => {
    const { calls = [], connections = [] } = incident();
    const atFrontend = findingsOf({
      calls: calls.filter(({ serverService }) => serverService === "frontend" || serverService === "gateway"),
    });
    const elsewhere = findingsOf({
      calls: calls.filter(({ serverService }) => serverService !== "frontend"),
      connections,
    });
    const [first, ...others] = rankFindings([...atFrontend, ...elsewhere]);
    expect(first).toMatchObject({ rule: "tcp.receiver-not-reading" });
    for (const symptom of others)
      expect(symptom.title.match(/a symptom of [^;]+/g)).toEqual(["a symptom of orders → payments"]);
  });

  it("does not take what happened at another time for the cause", () => {
    const calls = times(6, failing(between("gateway", "orders"), "503")).map((each) => ({
      ...each,
      startedAt: at(500),
    }));
    const findings = findingsOf({ calls, connections: incident().connections?.slice(0, 1) ?? [] });
    expect(findings.find(({ rule }) => rule === "http.server-errors")?.title).not.toContain("symptom");
  });

  it("says of nobody in a circle that another one began", () => {
    const circle = [between("a", "b"), between("b", "c"), between("c", "a")];
    const findings = findingsOf({ calls: circle.flatMap((edge) => times(5, failing(edge, "500"))) });
    expect(findings).toHaveLength(3);
    for (const { title } of findings) expect(title).not.toContain("symptom");
  });

  it("puts what could not be decided last", () => {
    const lonely = connection({ ...between("x", "y"), closeReason: "noAnswer", completeness: 1, serverPackets: 0 });
    const { calls = [], connections = [] } = incident();
    expect(findingsOf({ calls, connections: [lonely, ...connections] }).at(-1)).toMatchObject({
      decided: false,
      clientService: "x",
    });
  });

  it("joins unnamed clients of one server, and unnamed servers of one client, that have the same trouble; never named ones", () => {
    const refused = (clientService: string) =>
      times(3, () => connection({ clientService, closeReason: "refused", completeness: 33, calls: 0 }));
    const addresses = times(6, (index) => `10.9.0.${index}`);
    const [joined, ...none] = findingsOf({ connections: addresses.flatMap(refused) });
    expect(none).toEqual([]);
    expect(joined).toMatchObject({ rule: "tcp.connect-refused", clientService: "6 clients" });
    expect(joined?.title).toMatch(/^6 clients → /);
    expect(joined?.evidence).toMatchObject({ connectionCount: 18 });
    expect(rankFindings(joined === undefined ? [] : [joined])).toEqual([joined]);
    const servers = times(6, (index) =>
      connection({ serverService: `fd00::${index}`, closeReason: "refused", completeness: 33, calls: 0 }),
    );
    expect(findingsOf({ connections: servers }).map(({ serverService }) => serverService)).toEqual(["6 servers"]);
    expect(findingsOf({ connections: times(6, (index) => `web-${index}`).flatMap(refused) })).toHaveLength(6);
  });
});
