import { connectionRecord } from "@weir/model";
import { describe, expect, it } from "vitest";
import { fieldWords, healthGroups } from "./health-rows.ts";

describe("healthGroups", () => {
  const rows = healthGroups().flatMap((group) => group.rows);

  it("puts both sides of a measure in one row", () => {
    const row = rows.find(({ label }) => label === "zero windows");
    expect([row?.client?.name, row?.server?.name, row?.whole]).toEqual([
      "clientZeroWindows",
      "serverZeroWindows",
      undefined,
    ]);
    expect(rows.find(({ client }) => client?.name === "rttClientMinNs")?.server?.name).toBe("rttServerMinNs");
  });

  it("shows every health field once, but those that are drawn", () => {
    const shown = rows
      .flatMap(({ client, server, whole }) => [client, server, whole])
      .flatMap((field) => field?.name ?? []);
    expect(new Set(shown).size).toBe(shown.length);
    const names = connectionRecord.fields.map(({ name }) => name);
    const health = names.slice(names.indexOf("clientPackets"), names.indexOf("closeReason") + 1);
    expect(health.filter((name) => !shown.includes(name))).toEqual([
      "throughputBucketNs",
      "clientThroughput",
      "serverThroughput",
    ]);
  });
});

describe("fieldWords", () => {
  it("spells names out as the field writes them", () => {
    expect(["zeroWindowNs", "duplicateAcks", "synAckRetransmissions", "rttMinNs"].map(fieldWords)).toEqual([
      "zero window time",
      "duplicate ACKs",
      "SYN ACK retransmissions",
      "RTT min",
    ]);
  });
});
