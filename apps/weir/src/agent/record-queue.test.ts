import type { Call, Connection } from "@weir/model";
import { describe, expect, it } from "vitest";
import type { LiveRecord } from "./messages.ts";
import { RecordQueue } from "./record-queue.ts";

const call: LiveRecord = { kind: "call", record: {} as Call };
const end: LiveRecord = { kind: "connection", record: {} as Connection, report: "end" };

describe("records on their way out", () => {
  it("go in batches, of which few are under way at once", () => {
    const sent: number[] = [];
    const queue = new RecordQueue((records) => sent.push(records.length));
    for (let index = 0; index < 9_000; index += 1) queue.add(call);
    queue.flush();
    expect(sent).toEqual([2_000, 2_000, 2_000, 2_000]);
    expect(queue.length).toBe(1_000);
    queue.taken();
    expect(sent).toEqual([2_000, 2_000, 2_000, 2_000, 1_000]);
    expect(queue.isEmpty).toBe(false);
    for (let index = 0; index < 4; index += 1) queue.taken();
    expect(queue.isEmpty).toBe(true);
  });

  it("cost no more memory where nobody takes them: calls are left out first, and all is counted", () => {
    const queue = new RecordQueue(() => undefined);
    for (let index = 0; index < 60_000; index += 1) queue.add(call);
    expect(queue.dropped).toBe(10_000);
    for (let index = 0; index < 60_000; index += 1) queue.add(end);
    expect(queue.length).toBe(100_000);
    expect(queue.dropped).toBe(20_000);
  });
});
