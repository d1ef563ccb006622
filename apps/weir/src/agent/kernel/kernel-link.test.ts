import type { Connection } from "@weir/model";
import { describe, expect, it } from "vitest";
import type { LiveRecord } from "../messages.ts";
import { KernelLink } from "./kernel-link.ts";

const NO_WORKER = new URL("file:///none");
const SECOND = 1_000_000_000n;

function endedAt(startedAt: bigint): LiveRecord {
  const record = { transport: "tcp", startedAt, durationNs: 1e9, grade: "whole", gradeReasons: [] };
  return { kind: "connection", report: "end", record: record as unknown as Connection };
}

const lost = (lostEvents: number) => ({
  costs: [{ name: "kernelDrops" as const, events: 1, lostEvents, runs: 1, runNs: 1 }],
  drops: [],
  homelessTexts: 0,
});

describe("what the kernel tells", () => {
  it("is not asked for where nothing is wanted", async () => {
    const link = await KernelLink.start(NO_WORKER, []);
    expect(link.abilities).toEqual([]);
    expect(link.has("kernelSockets")).toBe(false);
    await link.stop();
  });

  it("may miss some of connections that were open while events were lost: their grade says so", async () => {
    const link = await KernelLink.start(NO_WORKER, []);
    const now = BigInt(Date.now()) * 1_000_000n;
    link.count(lost(0));
    link.count(lost(7));
    const [open, before] = link.completed([endedAt(now - SECOND / 2n), endedAt(now - 60n * SECOND)]);
    expect(open?.record).toMatchObject({ grade: "partial", gradeReasons: ["kernelLoss"] });
    expect(before?.record).toMatchObject({ grade: "whole", gradeReasons: [] });
  });
});
