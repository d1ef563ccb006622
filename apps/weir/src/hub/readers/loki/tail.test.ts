import { describe, expect, it } from "vitest";
import type { Line } from "./pipeline.ts";
import { type TailMessage, type TailSource, tailLines } from "./tail.ts";

const START = BigInt(Date.now()) * 1_000_000n;
const line = (text: string, afterNs = 0): Line => ({
  atNs: START + BigInt(afterNs),
  text,
  labels: { service_name: "orders" },
});

/** Listens while the store holds, look after look, these lines; `waiting` is what the listener has not taken before each. */
async function told(looks: readonly (readonly Line[])[], { limit = 100, waiting = [] as readonly number[] } = {}) {
  const messages: TailMessage[] = [];
  const stop = new AbortController();
  let read = 0;
  let turn = 0;
  const source: TailSource = {
    async lines(_, { fromNs }, __, most) {
      const stored = looks[read] ?? [];
      read += 1;
      if (read >= looks.length) stop.abort();
      const newest = stored.filter(({ atNs }) => atNs >= fromNs).toSorted((a, b) => Number(b.atNs - a.atNs));
      return { lines: newest.slice(0, most), isCut: false };
    },
  };
  const listener = {
    send: (message: TailMessage) => messages.push(message),
    waitingBytes: () => waiting[turn++] ?? 0,
  };
  const options = { selector: { matchers: [], stages: [] }, startNs: START - 1_000_000_000n, limit, lookEveryMs: 1 };
  // The last look's lines are not told any more: nobody listens.
  await tailLines(source, options, listener, stop.signal);
  return messages.map(({ streams, dropped_entries: dropped }) => [
    ...streams.flatMap(({ values }) => values.map(([, text]) => text)),
    ...(dropped === undefined ? [] : ["dropped"]),
  ]);
}

describe("lines as they come", () => {
  it("are each told once, the oldest first, also those that come late and those that are alike", async () => {
    const [a, b, late] = [line("a", 10), line("b", 20), line("late", 5)];
    expect(await told([[b, a], [b, a], [b, a, late], [b, b, a, late], []])).toEqual([["a", "b"], ["late"], ["b"]]);
  });

  it("begin with as many as were asked for; the others of that time do not come later", async () => {
    const lines = ["a", "b", "c"].map((text, at) => line(text, at));
    expect(await told([lines, lines, [...lines, line("d", 9)], []], { limit: 2 })).toEqual([["b", "c"], ["d"]]);
  });

  it("are left out where there are too many, which is said", async () => {
    const many = Array.from({ length: 3_000 }, (_, at) => line(String(at), at));
    const [first, second] = await told([[], many, []]);
    expect([first?.length, first?.[0], first?.at(-1), second]).toEqual([2_001, "1000", "dropped", undefined]);
  });

  it("wait where the listener takes nothing", async () => {
    expect(await told([[line("a")], []], { waiting: [5 << 20, 5 << 20, 0] })).toEqual([["a"]]);
  });
});
