import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decideTraces, NO_INTEREST, traceRandomness, withThreshold } from "@weir/analysis";
import { otelTraces } from "@weir/model";
import type { Question } from "@weir/query";
import { type Engine, QueryRunner, Store, startEngine } from "@weir/storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerQuestion } from "./answer.ts";
import { START_NS } from "./testing/records.ts";
import { spanRow } from "./testing/reported.ts";

const childEntry = fileURLToPath(new URL("../../../../../packages/storage/src/engine/child.ts", import.meta.url));
const TRACES = 4_000;
const BUDGET = 500;

/** Numbers from 0 to 1 that are the same in every run (Mulberry32). */
function steady(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = steady(11);
const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");

/** What really happened: one to three spans of each trace, which take 1 to 100 ms; one trace of fifty fails. */
const happened = Array.from({ length: TRACES }, () => {
  const traceId = hex(32);
  const isFailed = random() < 0.02;
  return Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
    spanRow({
      TraceId: traceId,
      SpanId: hex(16),
      Timestamp: START_NS + BigInt(Math.floor(random() * 60e9)),
      ServiceName: random() < 0.2 ? "payments" : "orders",
      Duration: BigInt(Math.floor(1e6 + random() ** 3 * 99e6)),
      StatusCode: isFailed ? "Error" : "Unset",
    }),
  );
});
const all = happened.flat();
const ofOrders = all.filter(({ ServiceName }) => ServiceName === "orders");
const durations = (spans: typeof all) => spans.map(({ Duration }) => Number(Duration)).sort((a, b) => a - b);
const sum = (values: readonly number[]) => values.reduce((before, value) => before + value, 0);

/** One trace of eight was kept, and all that failed. */
describe("a question about spans of sampled traces", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "weir-sampled-"));
  const { signal } = new AbortController();
  let engine: Engine;
  let store: Store;
  let runner: QueryRunner;
  const ask = (question: Partial<Question>) => answerQuestion(runner, { record: "span", ...question }, signal);
  /** Value and half of its interval, in the only row. */
  const askOne = async (measure: string, more: Partial<Question> = {}) => {
    const { rows } = await ask({ measures: [measure], ...more });
    return rows[0] as [number, number];
  };

  beforeAll(async () => {
    engine = await startEngine({ dataDir, childEntry, nodeArguments: ["--import", "tsx"] });
    store = new Store(engine);
    runner = new QueryRunner(engine);
    await store.open();
    const waiting = happened
      .flatMap(([first]) => (first === undefined ? [] : [first]))
      .map((first) => ({
        ...NO_INTEREST,
        traceId: first.TraceId,
        randomness: traceRandomness(first.TraceId, ""),
        hasError: first.StatusCode === "Error",
        isEvidence: false,
      }));
    const kept = decideTraces(waiting, BUDGET);
    const rows = all.flatMap((span) => {
      const decision = kept.get(span.TraceId);
      return decision === undefined ? [] : [{ ...span, TraceState: withThreshold("", decision.threshold) }];
    });
    await store.insertInto(otelTraces, rows, "sampled");
  });
  afterAll(async () => {
    await runner?.close();
    await store?.close();
    await engine?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("is told in the answer, with half of the 95 % interval beside each number", async () => {
    const answer = await ask({ groupBy: ["span.service"], measures: ["count()", "max(span.durationNs)"] });
    expect(answer.columns.map(({ name, role, of, estimated }) => [name, role, of, estimated])).toEqual([
      ["span.service", "group", undefined, undefined],
      ["count()", "measure", undefined, true],
      ["max(span.durationNs)", "measure", undefined, true],
      ["count() ±", "error", "count()", undefined],
    ]);
    expect(answer.warnings.map(({ code }) => code)).toEqual(["sampled"]);
    expect(answer.records).toBeLessThan(all.length / 6);
  });

  it.each<[string, number]>([
    ["count()", all.length],
    ["rate()", all.length / 60],
    ['count(span.service == "orders")', ofOrders.length],
    ["sum(span.durationNs)", sum(durations(all))],
    ['sum(span.durationNs, span.service == "payments")', sum(durations(all)) - sum(durations(ofOrders))],
    ["mean(span.durationNs)", sum(durations(all)) / all.length],
    ['ratio(span.service == "payments")', 1 - ofOrders.length / all.length],
    ["p50(span.durationNs)", durations(all)[Math.floor(all.length / 2)] ?? 0],
    ["p95(span.durationNs)", durations(all)[Math.floor(all.length * 0.95)] ?? 0],
  ])("estimates %s, within twice its error bar", async (measure, truth) => {
    const period = { from: "2026-07-30T12:00:00Z", to: "2026-07-30T12:01:00Z" };
    const [value, error] = await askOne(measure, period);
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(truth / 3);
    expect(Math.abs(value - truth)).toBeLessThan(2 * error);
  });

  it("is sure of what was kept whole", async () => {
    const failed = all.filter(({ StatusCode }) => StatusCode === "Error").length;
    expect(await askOne("count()", { filter: 'span.status == "Error"' })).toEqual([failed]);
    expect(await askOne('count(span.status == "Error")')).toEqual([failed, 0]);
  });

  it("adds up over groups and buckets of time, compared with an earlier period as well", async () => {
    const [total] = await askOne("count()");
    const { rows } = await ask({ groupBy: ["span.service"], bucket: "10s", measures: ["count()"] });
    expect(Math.abs(sum(rows.map((row) => Number(row[2]))) - total)).toBeLessThan(rows.length);
    const period = { from: "2026-07-30T12:00:30Z", to: "2026-07-30T12:01:00Z", compare: "previous" } as const;
    const compared = await ask({ measures: ["count()"], ...period });
    expect(compared.columns.map(({ name }) => name)).toEqual([
      "count()",
      "count() before",
      "count() ±",
      "count() before ±",
    ]);
    const [now, before] = compared.rows[0] as [number, number];
    expect(Math.abs(now + before - total)).toBeLessThan(3);
  });
});
