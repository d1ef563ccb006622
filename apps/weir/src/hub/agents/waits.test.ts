import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Waits } from "./waits.ts";

describe("agents that wait for orders", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Who of those that wait was let go, in order. */
  function waiting(waits: Waits) {
    const gone: string[] = [];
    const wait = (agentId: string, signal = new AbortController().signal) =>
      waits.wait(agentId, 1_000, signal).then(() => void gone.push(agentId));
    return { gone, wait };
  }
  const settled = () => vi.advanceTimersByTimeAsync(0);

  it("are woken one by one, or all", async () => {
    const waits = new Waits();
    const { gone, wait } = waiting(waits);
    void wait("a");
    void wait("b");
    waits.wake("b");
    await settled();
    expect(gone).toEqual(["b"]);
    waits.wakeAll();
    await settled();
    expect(gone).toEqual(["b", "a"]);
  });

  it("are let go when the time is over, or when they hang up", async () => {
    const { gone, wait } = waiting(new Waits());
    const call = new AbortController();
    void wait("a");
    void wait("b", call.signal);
    call.abort();
    await settled();
    expect(gone).toEqual(["b"]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(gone).toEqual(["b", "a"]);
  });

  it("are told to come later where one of them asks again and again", async () => {
    const waits = new Waits();
    const { gone, wait } = waiting(waits);
    for (let question = 0; question < 4; question += 1) void wait("a");
    await expect(wait("a")).rejects.toMatchObject({ code: "BUSY" });
    void wait("b");
    waits.wake("a");
    await settled();
    expect(gone).toEqual(["a", "a", "a", "a"]);
  });

  it("do not keep a hub that stops", async () => {
    const waits = new Waits();
    const { gone, wait } = waiting(waits);
    void wait("a");
    waits.close();
    await wait("b");
    expect(gone.sort()).toEqual(["a", "b"]);
  });
});
