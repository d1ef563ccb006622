import { NS_PER_S } from "@weir/base";
import { describe, expect, it } from "vitest";
import { at, between, call, connection, findingOf, findingsOf, NO_ANSWER, pathOf, times } from "../testing/records.ts";

const failed = (code = "503") => call({ status: "serverError", statusCode: code });
const rejected = (code: string) => call({ status: "clientError", statusCode: code });

describe("http.server-errors", () => {
  it("counts a burst, with its codes and what was asked", () => {
    const finding = findingOf("http.server-errors", {
      calls: [...times(6, () => call()), ...times(4, () => failed())],
    });
    expect(finding).toMatchObject({ severity: "critical", decided: true, evidence: { callCount: 4 } });
    expect(finding?.title).toBe(
      "orders → payments:8080: payments fails, 40 % of calls answered with a server error (4 × 503)",
    );
    expect(finding?.summary).toContain("4 × POST /charge");
  });

  it("cannot tell whether the service fails by itself where its own calls are not in the capture", () => {
    const finding = findingOf("http.server-errors", { calls: times(4, () => failed("500")) });
    expect(pathOf(finding)["Does the failing service have failing calls of its own at that time?"]).toBe("cannotTell");
  });

  it("says that the answers blame somebody behind the server", () => {
    const finding = findingOf("http.server-errors", { calls: times(4, () => failed("504")) });
    expect(finding?.summary).toContain("somebody behind payments failed");
  });

  it("says that the service's own calls fail at the same time", () => {
    const own = () => call({ ...between("payments", "bank"), ...NO_ANSWER });
    const finding = findingOf("http.server-errors", { calls: [...times(4, () => failed()), ...times(3, own)] });
    expect(finding?.steps[1]).toMatchObject({ measured: "3 of 3: 3 to bank", outcome: "taken" });
    expect(finding?.advice).toContain("Follow the failing calls of payments");
  });

  it("says that the service's own calls are fine, or failed at another time", () => {
    const own = [
      call(between("payments", "bank")),
      call({ ...between("payments", "bank"), ...NO_ANSWER, startedAt: at(500) }),
    ];
    const finding = findingOf("http.server-errors", { calls: [...times(4, () => failed("500")), ...own] });
    expect(finding?.steps[1]?.outcome).toBe("ruledOut");
  });

  it("mentions a few for information, and one in a thousand not at all", () => {
    expect(
      findingOf("http.server-errors", { calls: [...times(500, () => call()), failed(), failed()] })?.severity,
    ).toBe("info");
    expect(findingsOf({ calls: [...times(999, () => call()), failed()] })).toEqual([]);
  });
});

describe("http.client-errors", () => {
  it.each([
    ["429", "warning", "throttles"],
    ["403", "warning", "does not accept"],
    ["404", "info", "does not have"],
    ["422", "info", "does not understand"],
  ])("tells %s from the others", (code, severity, says) => {
    const finding = findingOf("http.client-errors", { calls: times(12, () => rejected(code)) });
    expect(finding?.severity).toBe(severity);
    expect(finding?.summary).toContain(says);
  });

  it("is not said for a few, or a small share", () => {
    expect(findingsOf({ calls: times(5, () => rejected("404")) })).toEqual([]);
    expect(findingsOf({ calls: [...times(100, () => call()), ...times(12, () => rejected("404"))] })).toEqual([]);
  });
});

const NEVER_ANSWERED = { serverPayloadBytes: 0 };

describe("call.unanswered", () => {
  const pending = (id: string) => call({ ...NO_ANSWER, connectionId: id });

  it("says that the client gave up, and after how long", () => {
    const finding = findingOf("call.unanswered", {
      calls: [...times(20, () => call()), pending("a"), pending("b")],
      connections: [
        connection({ ...NEVER_ANSWERED, connectionId: "a", closedBy: "client", closedAfterNs: 2 * NS_PER_S }),
        connection({ ...NEVER_ANSWERED, connectionId: "b", closedBy: "", closedAfterNs: undefined }),
      ],
    });
    expect(finding).toMatchObject({ severity: "warning", decided: true, evidence: { callCount: 2 } });
    expect(finding?.summary).toMatch(
      /orders ended the connections before an answer came: it gave up after (?:1\.9|2\.0)\d s/,
    );
  });

  it("says that the server hung up", () => {
    const finding = findingOf("call.unanswered", {
      calls: [call(), pending("a")],
      connections: [connection({ ...NEVER_ANSWERED, connectionId: "a", closedBy: "server" })],
    });
    expect(finding?.summary).toContain("payments ended the connections instead of answering");
  });

  it("does not count calls that were open when the capture ended, DNS, or one in a thousand", () => {
    expect(findingsOf({ calls: [call({ ...NO_ANSWER, gradeReasons: ["captureEnded"] })] })).toEqual([]);
    expect(findingOf("call.unanswered", { calls: [call({ ...NO_ANSWER, protocol: "dns" })] })).toBeUndefined();
    expect(findingsOf({ calls: [...times(999, () => call()), call(NO_ANSWER)] })).toEqual([]);
  });

  it("cannot tell where only one way was captured", () => {
    const oneWay = { serverPackets: 0, completeness: 13, gradeReasons: ["oneDirection"] };
    const finding = findingOf("call.unanswered", {
      calls: [pending("a"), pending("b")],
      connections: [connection({ connectionId: "a", ...oneWay }), connection({ connectionId: "b", ...oneWay })],
    });
    expect(finding).toMatchObject({ decided: false, severity: "info", grade: "unknown" });
  });

  it("says that answers began, and who ended the connection in the middle of them", () => {
    const cut = (closedBy: "server" | "client") => ({
      calls: [call({ status: "aborted", statusCode: "200", durationNs: undefined, connectionId: "a" })],
      connections: [connection({ connectionId: "a", calls: 1, serverPayloadBytes: 42, closedBy, closedAfterNs: 1 })],
    });
    const finding = findingOf("call.unanswered", cut("server"));
    expect(finding).toMatchObject({ decided: true, title: "orders → payments:8080: 1 call got no whole answer" });
    expect(finding?.summary).toContain("payments began to answer, and ended the connections before it was through");
    expect(findingOf("call.unanswered", cut("client"))?.summary).toContain("orders ended the connections");
  });

  it("cannot tell where something came back that is no readable answer", () => {
    const finding = findingOf("call.unanswered", {
      calls: [pending("a")],
      connections: [connection({ connectionId: "a", serverPayloadBytes: 700 })],
    });
    expect(finding).toMatchObject({ decided: false });
    expect(finding?.summary).toContain("could not be read as an answer");
  });

  it("cannot tell where the capture has holes at that place", () => {
    const calls = times(3, () => call({ ...NO_ANSWER, gradeReasons: ["missingSegments"], grade: "partial" }));
    expect(findingOf("call.unanswered", { calls })?.decided).toBe(false);
  });
});
