import { NS_PER_MS } from "@weir/base";
import type { Call } from "@weir/model";
import { describe, expect, it } from "vitest";
import { at, between, call, connection, findingOf, findingsOf, NO_ANSWER, pathOf, times } from "../testing/records.ts";

const question = (target: string, changes: Partial<Call> = {}) =>
  call({
    ...between("orders", "dns", 53),
    transport: "udp",
    protocol: "dns",
    operation: "A",
    statusCode: "NOERROR",
    target,
    ...changes,
  });
const missing = (target: string, changes: Partial<Call> = {}) =>
  question(target, { status: "clientError", statusCode: "NXDOMAIN", ...changes });
/** A name that is found at the third try, and one that is not there for another type. */
const lookup = (second: number) => [
  missing("payments.shop.svc.cluster.local", { startedAt: at(second) }),
  missing("payments.svc.cluster.local", { startedAt: at(second + 0.01) }),
  question("payments.cluster.local", { startedAt: at(second + 0.02) }),
  missing("payments.shop.svc.cluster.local", { startedAt: at(second + 0.03), operation: "AAAA" }),
];
const unanswered = () => question("payments.shop", { ...NO_ANSWER, status: "timeout" });
const udp = { ...between("orders", "dns", 53), transport: "udp", completeness: 0 } as const;

describe("dns.failure", () => {
  it("says that the server answers with an error", () => {
    const calls = [
      ...times(9, () => question("a.shop")),
      question("b.shop", { status: "serverError", statusCode: "SERVFAIL" }),
    ];
    const finding = findingOf("dns.failure", { calls });
    expect(finding).toMatchObject({ severity: "warning", decided: true });
    expect(finding?.title).toBe("orders → dns:53: name resolution fails (1 × SERVFAIL)");
  });

  it("says that the server does not answer", () => {
    const finding = findingOf("dns.failure", { calls: [question("a.shop"), ...times(3, unanswered)] });
    expect(finding).toMatchObject({ severity: "critical", decided: true });
    expect(findingOf("dns.failure", { calls: [question("a.shop"), unanswered()] })?.severity).toBe("warning");
    expect(pathOf(finding)["Do questions stay without an answer?"]).toBe("taken");
  });

  it("knows a dead server by the other traffic of the capture", () => {
    expect(findingOf("dns.failure", { calls: times(3, unanswered), connections: [connection()] })?.decided).toBe(true);
  });

  it("cannot tell where nothing in the capture has two ways", () => {
    const finding = findingOf("dns.failure", {
      calls: times(3, unanswered),
      connections: [connection({ ...udp, serverPackets: 0 })],
    });
    expect(finding).toMatchObject({ decided: false, severity: "info", grade: "unknown" });
  });

  it("leaves out the noise of search lists", () => {
    expect(findingOf("dns.failure", { calls: times(20, lookup).flat() })).toBeUndefined();
  });

  it("counts names that nothing explains, for information", () => {
    const calls = [
      question("orders.shop"),
      ...times(4, (index) => missing("paymets.shop", { startedAt: at(index * 10) })),
    ];
    const finding = findingOf("dns.failure", { calls });
    expect(finding).toMatchObject({ severity: "info", decided: true });
    expect(finding?.title).toContain("4 × paymets.shop");
  });

  it("warns when a name is gone that resolved before", () => {
    const calls = [question("payments.shop", { startedAt: at(1) }), missing("payments.shop", { startedAt: at(60) })];
    expect(findingOf("dns.failure", { calls })).toMatchObject({ severity: "warning" });
  });

  it("says nothing about a name or two that do not exist", () => {
    expect(findingsOf({ calls: [missing("a.shop"), missing("b.shop")] })).toEqual([]);
  });
});

describe("dns.slow", () => {
  const slow = () => question("a.shop", { durationNs: 300 * NS_PER_MS });

  it("says that the 95th percentile is slow", () => {
    const finding = findingOf("dns.slow", { calls: [...times(8, () => question("a.shop")), slow(), slow()] });
    expect(finding).toMatchObject({ severity: "warning", evidence: { callCount: 2 } });
  });

  it("is not said for quick answers, one slow one in fifty, or too few", () => {
    expect(findingsOf({ calls: times(10, () => question("a.shop")) })).toEqual([]);
    expect(findingsOf({ calls: [...times(50, () => question("a.shop")), slow()] })).toEqual([]);
    expect(findingsOf({ calls: [slow(), slow()] })).toEqual([]);
  });
});

describe("dns.search-list", () => {
  it("says how many questions are asked in vain, and for what", () => {
    const finding = findingOf("dns.search-list", { calls: times(20, lookup).flat() });
    expect(finding).toMatchObject({ severity: "info", evidence: { callCount: 60 } });
    expect(finding?.title).toBe("orders → dns:53: the search list wastes 75 % of the DNS questions");
    expect(finding?.summary).toContain("60 × payments");
  });

  it("is not said for a few, for a small share, or for names that are nowhere", () => {
    expect(findingsOf({ calls: times(3, lookup).flat() })).toEqual([]);
    const others = times(200, () => question("a.shop"));
    expect(findingOf("dns.search-list", { calls: [...times(10, lookup).flat(), ...others] })).toBeUndefined();
    const nowhere = times(30, (index) => missing("paymets.shop", { startedAt: at(index * 10) }));
    expect(findingOf("dns.search-list", { calls: nowhere })).toBeUndefined();
  });
});
