import { NS_PER_S } from "@weir/base";
import { describe, expect, it } from "vitest";
import { connection, findingOf, findingsOf, pathOf, times } from "../testing/records.ts";

const BY_SERVER = { closeReason: "resetByServer", completeness: 47, serverResets: 1, resetTtl: 61 } as const;
const BY_CLIENT = { closeReason: "resetByClient", completeness: 47, clientResets: 1, resetTtl: 64 } as const;

describe("tcp.reset", () => {
  it("names the server that cuts connections", () => {
    const finding = findingOf("tcp.reset", { connections: [...times(3, () => connection(BY_SERVER)), connection()] });
    expect(finding).toMatchObject({ severity: "warning", decided: true });
    expect(finding?.title).toContain("payments resets connections in the middle");
    expect(finding?.summary).toContain("3 of 4 connections (75 %)");
  });

  it("says that a client gave up where its calls had no answer", () => {
    const finding = findingOf("tcp.reset", {
      connections: times(2, () => connection({ ...BY_CLIENT, callErrors: 1 })),
    });
    expect(finding?.title).toContain("orders, which gave up waiting,");
  });

  it("suspects a middlebox where the reset comes from another distance than its side's packets", () => {
    const finding = findingOf("tcp.reset", { connections: times(2, () => connection({ ...BY_SERVER, resetTtl: 63 })) });
    expect(finding?.title).toContain("something on the path");
  });

  it("suspects an idle limit after a long silence", () => {
    const finding = findingOf("tcp.reset", {
      connections: times(2, () => connection({ ...BY_SERVER, longestStallNs: 350 * NS_PER_S })),
    });
    expect(pathOf(finding)["Did they come after a long silence?"]).toBe("taken");
  });

  it.each([
    [
      "a client that hangs up after its last answer",
      times(9, () => connection({ closeReason: "closedWithReset", clientResets: 1 })),
    ],
    ["a single one", [connection(BY_SERVER), connection()]],
    ["two in two hundred", [...times(200, () => connection()), ...times(2, () => connection(BY_SERVER))]],
    [
      "handshakes that are reset before any data",
      times(3, () => connection({ ...BY_CLIENT, clientDataSegments: 0, serverDataSegments: 0 })),
    ],
  ])("is not said for %s", (_, connections) => {
    expect(findingsOf({ connections })).toEqual([]);
  });

  it("cannot tell where only one way was captured", () => {
    const oneWay = {
      ...BY_CLIENT,
      serverPackets: 0,
      serverTtl: undefined,
      calls: 0,
      completeness: 41,
      gradeReasons: ["oneDirection"],
    };
    const finding = findingOf("tcp.reset", { connections: times(3, () => connection(oneWay)) });
    expect(finding).toMatchObject({ decided: false, severity: "info", grade: "unknown" });
  });
});
