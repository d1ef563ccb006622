import { describe, expect, it } from "vitest";
import { CpuMeter } from "./cpu-meter.ts";
import { readThreadTimes, type ThreadTime, threadTimeOf } from "./thread-times.ts";

/** A clock and threads that the test sets. */
function scripted() {
  const state: { nowMs: number; threads: ThreadTime[] } = { nowMs: 0, threads: [] };
  return {
    state,
    newMeter: () =>
      new CpuMeter(
        () => state.threads,
        () => state.nowMs,
      ),
  };
}

const main = (cpuNs: number): ThreadTime => ({ id: process.pid, name: "node", cpuNs });
const thread = (id: number, name: string, cpuNs: number): ThreadTime => ({ id, name, cpuNs });

describe("what the agent costs in user space", () => {
  it("is told by part: the main thread, those that have a name, and Node's own together", () => {
    const { state, newMeter } = scripted();
    const meter = newMeter();
    state.nowMs = 10_000;
    state.threads = [main(1e9), thread(1, "weir-capture", 2e9), thread(2, "node", 3e8), thread(3, "node", 2e8)];
    expect(meter.parts()).toEqual([
      { part: "capture", cpuNs: 2e9, lastMinuteRatio: 0.2 },
      { part: "main", cpuNs: 1e9, lastMinuteRatio: 0.1 },
      { part: "node", cpuNs: 5e8, lastMinuteRatio: 0.05 },
    ]);
  });

  it("is a share of the last minute", () => {
    const { state, newMeter } = scripted();
    const meter = newMeter();
    for (; state.nowMs < 120_000; state.nowMs += 5_000) {
      // Busy in the first minute, and a tenth as busy since.
      const busyMs = Math.min(state.nowMs, 60_000) + Math.max(0, state.nowMs - 60_000) / 10;
      state.threads = [main(busyMs * 1e6)];
      meter.sample();
    }
    state.threads = [main(66e9)];
    expect(meter.parts()).toEqual([{ part: "main", cpuNs: 66e9, lastMinuteRatio: expect.closeTo(0.1) }]);
  });

  it("keeps the time of threads that have ended", () => {
    const { state, newMeter } = scripted();
    const meter = newMeter();
    state.threads = [thread(1, "weir-kernel", 1e9)];
    meter.sample();
    state.threads = [thread(2, "weir-kernel", 5e8)];
    state.nowMs = 1_000;
    expect(meter.parts()).toMatchObject([{ part: "kernel", cpuNs: 15e8 }]);
  });

  it("is read from the kernel's line of a thread, whatever its name", () => {
    const line = "7 (a) b (c)) S 1 1 1 0 -1 4194304 1 0 0 0 30 12 0 0 20 0 1 0 100 0 0";
    expect(threadTimeOf(7, line)).toEqual({ id: 7, name: "a) b (c)", cpuNs: 42e7 });
  });

  it.skipIf(process.platform !== "linux")("is read of this very process (here: on Linux)", () => {
    const own = readThreadTimes().find(({ id }) => id === process.pid);
    expect(own?.cpuNs).toBeGreaterThan(0);
  });
});
