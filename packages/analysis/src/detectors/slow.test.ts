import { NS_PER_MS, NS_PER_S } from "@weir/base";
import { describe, expect, it } from "vitest";
import { call, connection, findingOf, findingsOf, pathOf, times } from "../testing/records.ts";

const slowCall = () => call({ waitNs: 2 * NS_PER_S, durationNs: 2 * NS_PER_S });

describe("app.slow-response", () => {
  it("blames the application where the path is quick and the first byte late", () => {
    const finding = findingOf("app.slow-response", {
      calls: [...times(5, () => call()), ...times(5, slowCall)],
      connections: [connection()],
    });
    expect(finding).toMatchObject({ severity: "warning", decided: true, evidence: { callCount: 5 } });
    expect(pathOf(finding)).toMatchObject({
      "Does the handshake already take long?": "ruledOut",
      "Is the path disturbed, so that answers are late for another reason?": "ruledOut",
      "Is the wait mostly the round trip?": "ruledOut",
    });
  });

  it("is not said where loss makes answers late: that has a finding of its own", () => {
    const lossy = { clientDataSegments: 100, clientDataRetransmissions: 20 };
    const rules = findingsOf({ calls: times(10, slowCall), connections: [connection(lossy)] }).map(({ rule }) => rule);
    expect(rules).toEqual(["tcp.loss"]);
  });

  it.each([
    ["few calls", times(3, slowCall)],
    ["one slow call in fifty", [...times(50, () => call()), slowCall()]],
    ["TLS handshakes", times(10, () => call({ protocol: "tls", waitNs: 2 * NS_PER_S }))],
  ])("is not said for %s", (_, calls) => {
    expect(findingsOf({ calls, connections: [connection()] })).toEqual([]);
  });

  it("cannot tell whose fault it is without a handshake or a round trip", () => {
    const midStream = {
      handshakeNs: undefined,
      handshakeServerNs: undefined,
      rttServerMinNs: undefined,
      completeness: 8,
      gradeReasons: ["midStreamStart"],
    };
    const finding = findingOf("app.slow-response", {
      calls: times(10, slowCall),
      connections: [connection(midStream)],
    });
    expect(finding).toMatchObject({ decided: false, severity: "info", grade: "unknown" });
    expect(finding?.summary).toContain("Cannot tell whether the path or payments is slow");
  });
});

describe("network.slow-path", () => {
  it("blames the path where the handshake already takes long", () => {
    const far = { handshakeNs: 180 * NS_PER_MS, rttServerMinNs: 180 * NS_PER_MS };
    const finding = findingOf("network.slow-path", { connections: times(6, () => connection(far)) });
    expect(finding?.severity).toBe("warning");
    expect(findingOf("network.slow-path", { connections: [connection(far)] })?.severity).toBe("info");
    expect(finding?.title).toBe("orders → payments:8080: the path is slow, a handshake takes 180 ms");
    expect(finding?.steps[0]?.measured).toContain("high");
  });

  it("blames the path where round trips fill the wait, also without a handshake", () => {
    const far = { handshakeNs: undefined, handshakeServerNs: undefined, rttServerMinNs: 1.5 * NS_PER_S };
    expect(
      findingOf("network.slow-path", { calls: times(10, slowCall), connections: [connection(far)] })?.decided,
    ).toBe(true);
  });

  it("does not take a SYN that was lost for distance", () => {
    expect(findingsOf({ connections: [connection({ handshakeNs: 1.2 * NS_PER_S, synRetransmissions: 1 })] })).toEqual(
      [],
    );
  });
});
