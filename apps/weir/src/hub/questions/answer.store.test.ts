import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Question } from "@weir/query";
import { type Engine, QueryRunner, Store, startEngine } from "@weir/storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AnswerLine, answerQuestion, streamAnswer } from "./answer.ts";
import { completionOf } from "./complete.ts";
import { sampleTraffic } from "./testing/records.ts";

const childEntry = fileURLToPath(new URL("../../../../../packages/storage/src/engine/child.ts", import.meta.url));
const at = (seconds: number) => new Date(Date.UTC(2026, 6, 30, 12, 0, seconds)).toISOString();
const nsAt = (seconds: number) => at(seconds).replace(".000Z", ".000000000Z");

describe("a question, answered by the store", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "weir-question-"));
  let engine: Engine;
  let store: Store;
  let runner: QueryRunner;
  const ask = (question: Question, signal = new AbortController().signal) => answerQuestion(runner, question, signal);
  const rows = async (question: Question) => (await ask(question)).rows;

  beforeAll(async () => {
    engine = await startEngine({ dataDir, childEntry, nodeArguments: ["--import", "tsx"] });
    store = new Store(engine);
    runner = new QueryRunner(engine);
    await store.open();
    const { connections, calls } = sampleTraffic();
    await store.insertConnections(connections, "connections");
    await store.insertCalls(calls, "calls");
  });

  afterAll(async () => {
    await runner?.close();
    await store?.close();
    await engine?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("counts what matches, and says what it covers, costs and may cost", async () => {
    const answer = await ask({ record: "call", filter: "http.statusCode >= 500" });
    expect(answer.rows).toEqual([[7]]);
    expect(answer).toMatchObject({ records: 7, grade: "whole", range: { from: nsAt(0) }, limits: { seconds: 30 } });
    expect(answer.cost.rowsRead).toBeGreaterThanOrEqual(61);
  });

  it("computes every measure, of those alone that its condition takes", async () => {
    const measures = [
      "sum(call.requestBytes)",
      "min(call.durationNs)",
      "max(call.durationNs, call.status == 'ok')",
      "mean(call.durationNs)",
      "p50(call.durationNs)",
      "uniq(http.path)",
      "ratio(call.status != 'ok')",
      "ratio(call.status != 'ok', server.service == 'stock')",
      "rate()",
      "max(call.startedAt)",
      "count(tcp.retransmissionRatio > 0.1)",
    ];
    const [row] = await rows({ record: "call", measures, from: at(0), to: at(61) });
    expect(row).toEqual([
      6100,
      0,
      59_000_000,
      29_500_000,
      expect.closeTo(29_500_000, -7),
      3,
      expect.closeTo(7 / 61),
      0,
      1,
      nsAt(60),
      31,
    ]);
  });

  it("knows nothing of what nothing was measured", async () => {
    const measures = [
      "count()",
      "min(call.durationNs)",
      "mean(call.durationNs)",
      "p95(call.durationNs)",
      "ratio(true)",
    ];
    const answer = await ask({ record: "call", filter: "call.target == 'nowhere'", measures });
    expect(answer.rows).toEqual([[0, null, null, null, null]]);
    expect(answer.range).toBeUndefined();
  });

  it("groups, largest first, with values that calls take from their connection", async () => {
    expect(await rows({ record: "call", groupBy: ["server.service", "tcp.retransmissionRatio"] })).toEqual([
      ["payments", 0.25, 31],
      ["stock", 0, 30],
    ]);
    expect(await rows({ record: "connection", groupBy: ["tcp.retransmissionRatio"], order: "count()" })).toEqual([
      [0, 1],
      [0.25, 1],
      [null, 1],
    ]);
  });

  it("shows the largest groups and adds up the others, with measures that cannot be added too", async () => {
    const question = { record: "call", groupBy: ["http.path", "server.service"], limit: 2, others: true } as const;
    const answer = await ask({ ...question, measures: ["count()", "max(call.durationNs)"] });
    expect(answer.rows).toEqual([
      ["/item/0", "payments", false, 11, 54_000_000],
      ["/item/0", "stock", false, 10, 57_000_000],
      [null, null, true, 40, 59_000_000],
    ]);
    const cut = await ask({ ...question, others: false });
    expect(cut.rows).toHaveLength(2);
    expect(cut.warnings.map(({ code }) => code)).toEqual(["cutGroups"]);
  });

  it("puts records into buckets of time, whose rates know that the last one is cut", async () => {
    const question = {
      record: "call",
      bucket: "20s",
      measures: ["count()", "rate()"],
      from: at(0),
      to: at(50),
    } as const;
    expect(await rows(question)).toEqual([
      [nsAt(0), 20, 1],
      [nsAt(20), 20, 1],
      [nsAt(40), 10, 1],
    ]);
    const series = await rows({
      ...question,
      measures: ["count()"],
      groupBy: ["server.service"],
      limit: 1,
      others: true,
    });
    expect(series).toEqual([
      [nsAt(0), "payments", false, 10],
      [nsAt(0), null, true, 10],
      [nsAt(20), "payments", false, 10],
      [nsAt(20), null, true, 10],
      [nsAt(40), "payments", false, 5],
      [nsAt(40), null, true, 5],
    ]);
  });

  it("takes a width by itself where it is told auto, and no more buckets than it may", async () => {
    const auto = await ask({ record: "call", bucket: "auto" });
    expect(auto).toMatchObject({ bucketNs: 1e9 });
    expect(auto.rows).toHaveLength(61);
    await expect(ask({ record: "call", bucket: "1ms" })).rejects.toMatchObject({ code: "LIMIT_REACHED" });
  });

  it("compares with an earlier period, bucket by bucket and group by group, also what is gone", async () => {
    const period = { record: "call", from: at(30), to: at(60), compare: "previous" } as const;
    const measures = ["count()", "max(call.durationNs)"];
    expect(await rows({ ...period, measures })).toEqual([[30, 59_000_000, 30, 29_000_000]]);
    const answer = await ask({ ...period, measures: ["count()", "rate()"], bucket: "15s" });
    expect(answer.before).toEqual({ from: nsAt(0), to: nsAt(30) });
    expect(answer.rows).toEqual([
      [nsAt(30), 15, 1, 15, 1],
      [nsAt(45), 15, 1, 15, 1],
    ]);
    const gone = await rows({ record: "call", from: at(61), to: at(62), compare: "1s", groupBy: ["call.callId"] });
    expect(gone).toEqual([["call-60", 0, 1]]);
  });

  it("lists rows with chosen fields, and says when there are more", async () => {
    const question = { record: "call", fields: ["call.callId", "http.statusCode", "tcp.retransmissionRatio"] } as const;
    const answer = await ask({ ...question, order: "-call.callId", limit: 2 });
    expect(answer.rows).toEqual([
      ["call-60", 503, 0.25],
      ["call-59", 200, 0],
    ]);
    expect(answer).toMatchObject({ records: 61, warnings: [{ code: "cutRows" }] });
  });

  it("is graded as the records under it are", async () => {
    const answer = await ask({ record: "connection" });
    expect(answer).toMatchObject({ grade: "partial", warnings: [{ code: "graded" }] });
    expect(answer.warnings[0]?.message).toBe("1 of 3 records are not graded whole: snapLength");
  });

  it("offers values that there are while a filter is written, most frequent first", async () => {
    const offered = async (text: string) =>
      (await completionOf(runner, { record: "call", text }, new AbortController().signal)).items.map(
        (item) => [item.text, item.count] as const,
      );
    expect(await offered("call.serverService == ")).toEqual([
      ['"payments"', 31],
      ['"stock"', 30],
    ]);
    expect(await offered('call.serverService == "st')).toEqual([['"stock"', 30]]);
    expect(await offered("calls.exists(c, c.http.statusCode == 5")).toEqual([["503", 7]]);
    expect(await offered("tcp.retransmissionRatio > ")).toContainEqual(["0.25", 1]);
  });

  it("streams the same rows between a head and an end", async () => {
    const send = await streamAnswer(
      runner,
      { record: "call", fields: ["call.callId"], limit: 60 },
      new AbortController().signal,
    );
    const lines: AnswerLine[] = [];
    await send(async (more) => void lines.push(...more));
    expect(lines[0]).toMatchObject({ head: { records: 61 } });
    expect(lines[1]).toEqual({ row: ["call-00"] });
    expect(lines.at(-1)).toMatchObject({ end: { rows: 60, warnings: [{ code: "cutRows" }] } });
  });

  it("is killed in the store when its asker hangs up", async () => {
    const asker = new AbortController();
    const query = { query: "SELECT /*long*/ sum(sipHash64(number)) FROM numbers(100000000000)", params: {} };
    const limits = { seconds: 60, memoryBytes: 1e9, resultBytes: 1e6 };
    const running = runner.all(query, limits, asker.signal);
    const count = () =>
      store.rows<{ n: number }>("SELECT count() AS n FROM system.processes WHERE query LIKE 'SELECT /*long*/%'", {});
    await expect.poll(count).toEqual([{ n: 1 }]);
    asker.abort();
    await expect(running).rejects.toThrow("hung up");
    await expect.poll(count, { timeout: 5_000 }).toEqual([{ n: 0 }]);
  });

  it("ends at its limits of time and bytes, and names them", async () => {
    const { signal } = new AbortController();
    const limits = { seconds: 1, memoryBytes: 1e9, resultBytes: 1e6 };
    const slow = runner.all(
      { query: "SELECT sum(sipHash64(number)) FROM numbers(100000000000)", params: {} },
      limits,
      signal,
    );
    await expect(slow).rejects.toMatchObject({ code: "LIMIT_REACHED", message: "the question took longer than 1 s" });
    const large = runner.all({ query: "SELECT toString(number) FROM numbers(1000000)", params: {} }, limits, signal);
    await expect(large).rejects.toMatchObject({ message: "the answer is larger than 1000000 bytes" });
    const wide = { query: "SELECT uniqExact(number) FROM numbers(50000000)", params: {} };
    const small = { ...limits, seconds: 30, memoryBytes: 1e7 };
    await expect(runner.all(wide, small, signal)).rejects.toMatchObject({ message: expect.stringMatching("memory") });
  });

  it("changes nothing, whatever is asked", async () => {
    const query = { query: "DROP TABLE calls", params: {} };
    const limits = { seconds: 1, memoryBytes: 1e9, resultBytes: 1e6 };
    await expect(runner.all(query, limits, new AbortController().signal)).rejects.toThrow(/readonly/i);
  });
});
