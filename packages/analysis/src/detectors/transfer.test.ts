import { NS_PER_MS, NS_PER_S } from "@weir/base";
import { describe, expect, it } from "vitest";
import { call, connection, findingOf, findingsOf, NO_ANSWER, pathOf, times } from "../testing/records.ts";

const NOT_READING = {
  serverZeroWindows: 12,
  serverZeroWindowNs: 15 * NS_PER_S,
  clientWindowFull: 4,
  evidencePackets: [31, 40],
};
const LOSSY = {
  clientDataSegments: 100,
  serverDataSegments: 20,
  clientDataRetransmissions: 9,
  clientFastRetransmissions: 6,
};

describe("tcp.receiver-not-reading", () => {
  it("names the side that does not read, for how long, and the packets that show it", () => {
    const finding = findingOf("tcp.receiver-not-reading", {
      calls: [call(), call(NO_ANSWER)],
      connections: [connection(NOT_READING), connection()],
    });
    expect(finding).toMatchObject({
      severity: "critical",
      decided: true,
      clientService: "orders",
      serverService: "payments",
    });
    expect(finding?.title).toBe(
      "orders → payments:8080: payments is not reading, its receive windows stood at zero for 15.0 s in all",
    );
    expect(finding?.evidence).toMatchObject({ connectionCount: 1, packets: [31, 40] });
    expect(finding?.summary).toContain("1 of 2 connections");
  });

  it("tells a client that does not read from a server that does not", () => {
    const finding = findingOf("tcp.receiver-not-reading", {
      connections: [connection({ clientZeroWindows: 3, clientZeroWindowNs: NS_PER_S / 2 })],
    });
    expect(finding?.title).toContain("orders is not reading");
    expect(finding?.severity).toBe("warning");
  });

  it("leads where packets are lost as well, and says that they are", () => {
    const findings = findingsOf({ connections: [connection({ ...NOT_READING, ...LOSSY })] });
    expect(findings.map(({ rule }) => rule)).toEqual(["tcp.receiver-not-reading"]);
    expect(pathOf(findings[0])).toMatchObject({
      "Did a receive window stand at zero?": "taken",
      "Are segments lost on the path as well?": "taken",
    });
    expect(findings[0]?.summary).toContain("a cause of its own");
  });

  it("is decided on connections that began before the capture: a window of zero needs no scale", () => {
    const finding = findingOf("tcp.receiver-not-reading", {
      connections: [
        connection({ ...NOT_READING, handshakeNs: undefined, grade: "partial", gradeReasons: ["midStreamStart"] }),
      ],
    });
    expect(finding?.decided).toBe(true);
  });

  it("does not mind a window that closes for a moment", () => {
    expect(
      findingsOf({
        connections: [connection({ serverZeroWindows: 2, serverZeroWindowNs: 50 * NS_PER_MS, serverWindowUpdates: 2 })],
      }),
    ).toEqual([]);
  });

  it("cannot tell about a window that was closed when the capture ended", () => {
    const finding = findingOf("tcp.receiver-not-reading", {
      connections: [
        connection({
          serverZeroWindows: 1,
          serverZeroWindowNs: 50 * NS_PER_MS,
          gradeReasons: ["captureEnded"],
          grade: "partial",
        }),
      ],
    });
    expect(finding).toMatchObject({ decided: false, severity: "info", grade: "unknown" });
    expect(finding?.summary).toContain("because the capture ended");
  });
});

describe("tcp.loss", () => {
  it("gives the share of data segments sent again, how they were repaired, and where they were lost", () => {
    const finding = findingOf("tcp.loss", {
      connections: [connection({ ...LOSSY, clientLostBefore: 8, clientLostAfter: 1 })],
    });
    expect(finding).toMatchObject({ severity: "critical", decided: true });
    expect(finding?.title).toContain("7.5 %");
    expect(finding?.summary).toContain("6 quickly, after duplicate ACKs, 3 after a timeout");
    expect(finding?.summary).toContain("lost between the sender and the place of capture");
    expect(pathOf(finding)["Did a receive window stand at zero?"]).toBe("ruledOut");
  });

  it("is a warning between 1 % and 5 %", () => {
    const finding = findingOf("tcp.loss", {
      connections: [connection({ ...LOSSY, clientDataSegments: 300, clientLostAfter: 9 })],
    });
    expect(finding?.severity).toBe("warning");
    expect(finding?.summary).toContain("lost behind the place of capture");
  });

  it("does not guess where, when it is not known", () => {
    const finding = findingOf("tcp.loss", { connections: [connection(LOSSY)] });
    expect(pathOf(finding)["Were they lost before the place of capture?"]).toBe("cannotTell");
    expect(finding?.summary).toContain("whether they had passed the place of capture is not known");
  });

  it.each([
    ["few segments", { clientDataSegments: 20, clientDataRetransmissions: 4 }],
    ["a small share", { clientDataSegments: 2_000, clientDataRetransmissions: 12 }],
    [
      "repeats of what had arrived",
      { clientDataSegments: 100, clientDataRetransmissions: 20, clientSpuriousRetransmissions: 18 },
    ],
    ["gaps without repeats: the capture missed them", { clientLostSegments: 30 }],
  ])("is not seen in %s", (_, changes) => {
    expect(findingOf("tcp.loss", { connections: [connection(changes)] })).toBeUndefined();
  });

  it("sums up an edge, not a connection", () => {
    const connections = times(10, () => connection({ clientDataSegments: 30, clientDataRetransmissions: 1 }));
    expect(findingOf("tcp.loss", { connections })?.evidence.connectionCount).toBe(10);
  });

  it("cannot be told where every packet is in the capture twice", () => {
    const twice = connection({
      clientDataSegments: 100,
      serverDataSegments: 100,
      clientDataRetransmissions: 50,
      serverDataRetransmissions: 50,
    });
    expect(findingOf("tcp.loss", { connections: [twice] })).toMatchObject({ decided: false, grade: "unknown" });
  });

  it.each(["captureLoss", "duplicateVantage", "oneDirection"])("cannot be told from a capture graded %s", (reason) => {
    const finding = findingOf("tcp.loss", {
      connections: [connection({ ...LOSSY, gradeReasons: [reason], grade: "partial" })],
    });
    expect(finding).toMatchObject({ decided: false, grade: "unknown" });
    expect(finding?.summary).toContain(reason);
  });
});
