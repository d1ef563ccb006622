import { describe, expect, it } from "vitest";
import { connection, findingOf, findingsOf, pathOf, times } from "../testing/records.ts";

const REFUSED = {
  closeReason: "refused",
  completeness: 33,
  resetTtl: 61,
  serverTtl: 61,
  serverPackets: 1,
  calls: 0,
} as const;
const NO_ANSWER = {
  closeReason: "noAnswer",
  completeness: 1,
  serverPackets: 0,
  serverTtl: undefined,
  calls: 0,
  synRetransmissions: 3,
} as const;

describe("tcp.connect-refused", () => {
  it("says that nothing listens where every attempt is refused", () => {
    const finding = findingOf("tcp.connect-refused", { connections: times(3, () => connection(REFUSED)) });
    expect(finding).toMatchObject({ severity: "critical", decided: true, evidence: { connectionCount: 3 } });
    expect(finding?.title).toBe("orders → payments:8080: the server refuses connections");
    expect(finding?.summary).toContain("3 of 3 connection attempts failed (100 %), at 10.0.0.6");
    // The server's own distance is not known where nothing worked.
    expect(pathOf(finding)["Does the reset come from somebody else than the server?"]).toBe("cannotTell");
  });

  it("counts the attempts that a record of a flood sums up", () => {
    const finding = findingOf("tcp.connect-refused", { connections: [connection({ ...REFUSED, attempts: 500 })] });
    expect(finding?.summary).toContain("500 of 500 connection attempts failed");
  });

  it("says that connections are rejected where the server accepts and then resets them", () => {
    const rejected = { closeReason: "handshakeResetByServer", completeness: 39, calls: 0 } as const;
    const finding = findingOf("tcp.connect-refused", { connections: times(3, () => connection(rejected)) });
    expect(finding?.title).toContain("the server rejects connections");
  });

  it("names a full accept queue, where the server answers again what was acknowledged", () => {
    const full = { closeReason: "acceptQueueFull", synAckRetransmissions: 2, calls: 0 } as const;
    const connections = [connection(), ...times(2, () => connection(full))];
    expect(findingOf("tcp.handshake-incomplete", { connections })?.title).toContain("accept queue is full");
  });

  it("says that some are refused where others work", () => {
    const connections = [...times(8, () => connection()), ...times(2, () => connection(REFUSED))];
    expect(findingOf("tcp.connect-refused", { connections })).toMatchObject({
      severity: "warning",
      title: "orders → payments:8080: the server refuses some connections",
    });
  });

  it("suspects a middlebox where the reset comes from another distance", () => {
    const connections = [connection({ serverTtl: 61 }), ...times(2, () => connection({ ...REFUSED, resetTtl: 254 }))];
    const finding = findingOf("tcp.connect-refused", { connections });
    expect(finding?.title).toContain("something on the path refuses");
    expect(finding?.steps.at(-1)?.measured).toBe("TTL 254, the server's other packets 61");
  });

  it("knows that resets often begin with another TTL at the same distance", () => {
    const connections = [connection({ serverTtl: 61 }), ...times(2, () => connection({ ...REFUSED, resetTtl: 252 }))];
    expect(findingOf("tcp.connect-refused", { connections })?.title).toContain("the server refuses");
  });

  it("is not said for one refusal in a hundred", () => {
    expect(findingsOf({ connections: [...times(99, () => connection()), connection(REFUSED)] })).toEqual([]);
  });
});

describe("tcp.connect-no-answer", () => {
  it("says that SYNs are dropped silently", () => {
    const finding = findingOf("tcp.connect-no-answer", { connections: times(2, () => connection(NO_ANSWER)) });
    expect(finding).toMatchObject({ severity: "critical", decided: true });
    expect(pathOf(finding)).toMatchObject({
      "Was the SYN answered with a reset?": "ruledOut",
      "Did the network say that the server cannot be reached (ICMP)?": "ruledOut",
      "Was it sent again, and still not answered?": "taken",
    });
  });

  it("suspects the listen queue where other attempts work", () => {
    const connections = [...times(5, () => connection()), ...times(5, () => connection(NO_ANSWER))];
    expect(findingOf("tcp.connect-no-answer", { connections })?.title).toContain("some connection attempts");
  });

  it("cannot tell from a single SYN: the capture may have ended", () => {
    const finding = findingOf("tcp.connect-no-answer", {
      connections: [connection({ ...NO_ANSWER, synRetransmissions: 0 })],
    });
    expect(finding).toMatchObject({ decided: false, severity: "info", grade: "unknown" });
  });

  it("cannot tell where the client goes on: the answers were not captured", () => {
    const oneWay = { ...NO_ANSWER, completeness: 1 | 4 | 8, synRetransmissions: 0 };
    const finding = findingOf("tcp.connect-no-answer", { connections: times(4, () => connection(oneWay)) });
    expect(finding).toMatchObject({ decided: false, severity: "info" });
    expect(finding?.summary).toContain("only the client's packets were captured");
  });

  it("says nothing about connections that began before the capture", () => {
    expect(findingsOf({ connections: [connection({ completeness: 8, handshakeNs: undefined })] })).toEqual([]);
  });
});

describe("tcp.connect-unreachable and tcp.handshake-incomplete", () => {
  it("names the ICMP message", () => {
    const unreachable = {
      closeReason: "unreachable",
      completeness: 1,
      serverPackets: 0,
      unreachableCode: "host prohibited",
      calls: 0,
    } as const;
    const finding = findingOf("tcp.connect-unreachable", { connections: [connection(unreachable)] });
    expect(finding?.steps.at(-1)).toMatchObject({ measured: "1 times: host prohibited", outcome: "taken" });
  });

  it("tells an answer that is not acknowledged from no answer", () => {
    const incomplete = {
      closeReason: "handshakeIncomplete",
      completeness: 3,
      synAckRetransmissions: 4,
      calls: 0,
    } as const;
    expect(findingOf("tcp.handshake-incomplete", { connections: [connection(incomplete)] })?.decided).toBe(true);
    const once = { ...incomplete, synAckRetransmissions: 0 };
    expect(findingOf("tcp.handshake-incomplete", { connections: [connection(once)] })?.decided).toBe(false);
  });
});
