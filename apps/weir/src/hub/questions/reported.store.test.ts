import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Question } from "@weir/query";
import { type Engine, QueryRunner, Store, startEngine } from "@weir/storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerQuestion } from "./answer.ts";
import { completionOf } from "./complete.ts";
import { START_NS, sampleCall } from "./testing/records.ts";
import { insertReported, TRACE_ID } from "./testing/reported.ts";

const childEntry = fileURLToPath(new URL("../../../../../packages/storage/src/engine/child.ts", import.meta.url));
const at = (seconds: number) => new Date(Date.UTC(2026, 6, 30, 12, 0, seconds)).toISOString();

/** Ten client spans of orders, each of which stood on the wire as the parent of one call; payments took every call in a span of its own. The seventh failed. */
describe("a question about what applications reported", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "weir-question-"));
  const { signal } = new AbortController();
  let engine: Engine;
  let store: Store;
  let runner: QueryRunner;
  const rows = async (question: Question) => (await answerQuestion(runner, question, signal)).rows;

  beforeAll(async () => {
    engine = await startEngine({ dataDir, childEntry, nodeArguments: ["--import", "tsx"] });
    store = new Store(engine);
    runner = new QueryRunner(engine);
    await store.open();
    const calls = Array.from({ length: 12 }, (_, index) =>
      sampleCall({
        callId: `call-${index}`,
        startedAt: START_NS + BigInt(index) * 1_000_000_000n,
        // The last two carry no context.
        ...(index < 10 ? { traceId: TRACE_ID, parentSpanId: `client-${index}` } : {}),
      }),
    );
    await store.insertCalls(calls, "calls");
    await insertReported(store);
  });

  afterAll(async () => {
    await runner?.close();
    await store?.close();
    await engine?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("groups and measures spans, and is graded whole", async () => {
    const question = {
      record: "span",
      groupBy: ["span.service", "span.kind"],
      measures: ["count()", "max(span.durationNs)", 'ratio(span.status == "Error")'],
      from: at(0),
      to: at(60),
    } as const;
    const answer = await answerQuestion(runner, question, signal);
    expect(answer.rows).toEqual([
      ["orders", "Client", 10, 9_000_000, 0],
      ["payments", "Server", 10, 4_500_000, 0.1],
    ]);
    expect(answer).toMatchObject({ records: 20, grade: "whole", warnings: [] });
    expect(answer.columns[3]).toMatchObject({ name: "max(span.durationNs)", unit: "ns" });
  });

  it("compares periods and puts spans, logs and metric points into buckets of time", async () => {
    const period = { from: at(5), to: at(10), compare: "previous" } as const;
    const measures = ["count()"];
    expect(await rows({ record: "span", measures, ...period })).toEqual([[10, 10]]);
    expect((await rows({ record: "log", bucket: "5s", from: at(0), to: at(10) })).map(([, count]) => count)).toEqual([
      5, 5,
    ]);
    expect(
      (await rows({ record: "metric", bucket: "5s", measures: ["mean(metric.value)"], from: at(0), to: at(10) })).map(
        ([, mean]) => mean,
      ),
    ).toEqual([2, 7]);
  });

  it("tells gauges from sums", async () => {
    expect(await rows({ record: "metric", groupBy: ["metric.kind", "metric.name"] })).toEqual([
      ["gauge", "queue.length", 10],
      ["sum", "http.server.requests", 10],
    ]);
  });

  it("names attributes of spans and of what reported them", async () => {
    const route = 'span.attributes["http.route"]';
    expect(await rows({ record: "span", filter: `has(${route})`, groupBy: [route] })).toEqual([["/pay", 10]]);
    expect(await rows({ record: "log", filter: 'log.resource["host.name"] == "h1"' })).toEqual([[10]]);
  });

  it("finds a call's spans and logs, and a span's calls and logs", async () => {
    const failed = 'spans.exists(s, s.kind == "Server" && s.status == "Error")';
    expect(await rows({ record: "call", filter: failed, fields: ["call.callId"] })).toEqual([["call-7"]]);
    expect(await rows({ record: "call", filter: "size(spans.filter(s, true)) == 0" })).toEqual([[2]]);
    expect(
      await rows({ record: "call", filter: 'logs.exists(l, l.body.contains("3"))', fields: ["call.callId"] }),
    ).toEqual([["call-3"]]);
    expect(
      await rows({
        record: "span",
        filter: 'calls.exists(c, c.callId == "call-4")',
        fields: ["span.spanId"],
        order: "span.spanId",
      }),
    ).toEqual([["client-4"], ["server-4"]]);
    expect(await rows({ record: "span", filter: 'logs.exists(l, l.severity == "ERROR")' })).toEqual([[1]]);
    expect(await rows({ record: "log", filter: 'spans.exists(s, s.durationNs > duration("8.5ms"))' })).toEqual([[1]]);
  });

  it("looks through calls of one capture alone, and spans of none", async () => {
    const filter = "spans.exists(s, true)";
    expect(await rows({ record: "call", capture: "other", filter })).toEqual([[0]]);
    await expect(rows({ record: "span", capture: "other" })).rejects.toThrow("a span belongs to no capture");
  });

  it("completes names and values", async () => {
    const offered = async (text: string) =>
      (await completionOf(runner, { record: "span", text, capture: "shop" }, signal)).items.map(({ text }) => text);
    expect(await offered("span.service == ")).toEqual(['"orders"', '"payments"']);
    expect(await offered("span.stat")).toContain("span.statusMessage");
    expect(await offered("span.kind == ")).toContain('"Server"');
    expect(await offered("calls.exists(c, c.callI")).toEqual(["c.callId"]);
    expect(await offered("span.attr")).toEqual(['span.attributes["']);
  });
});
