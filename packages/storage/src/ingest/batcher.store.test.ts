import { type IngestTable, type OtelLogRow, otelLogs, otelSums } from "@weir/model";
import { encodeRows } from "@weir/native";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session } from "../session.ts";
import { Store } from "../store.ts";
import { startTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { Batcher, type Refused } from "./batcher.ts";

/** A log record of one service, with nothing else to say. */
function log(service: string, body: string, unixNs = 1_700_000_000_123_456_789n): OtelLogRow {
  return {
    Timestamp: unixNs,
    TraceId: "",
    SpanId: "",
    TraceFlags: 0,
    SeverityText: "INFO",
    SeverityNumber: 9,
    ServiceName: service,
    Body: body,
    ResourceSchemaUrl: "",
    ResourceAttributes: { "service.name": service },
    ScopeSchemaUrl: "",
    ScopeName: "",
    ScopeVersion: "",
    ScopeAttributes: {},
    LogAttributes: { lone: "\ud800" },
    EventName: "",
  };
}

function add(batcher: Batcher, table: IngestTable, rows: readonly object[]): Promise<Refused> {
  return batcher.add(table, [...encodeRows(table, rows)]);
}

describe("rows on their way into OpenTelemetry's tables", () => {
  let test: TestEngine;
  let store: Store;
  const quick = { lingerMs: 20 };
  const bodies = async (service: string) =>
    (
      await store.rows<{ Body: string }>(
        "SELECT Body FROM otel_logs WHERE ServiceName = {service:String} ORDER BY Body",
        {
          service,
        },
      )
    ).map(({ Body }) => Body);

  beforeAll(async () => {
    test = await startTestEngine();
    store = new Store(test.engine);
    await store.open();
    // As in a table that somebody else has made: it cannot take every row.
    const session = new Session(test.engine);
    await session.command("ALTER TABLE otel_logs MODIFY COLUMN EventName FixedString(4)");
    await session.close();
  });

  afterAll(async () => {
    await store.close();
    await test.stop();
  });

  it("are there when they are acknowledged, to the nanosecond, and are batched with others", async () => {
    const batcher = new Batcher(store, quick);
    await Promise.all([add(batcher, otelLogs, [log("a", "1")]), add(batcher, otelLogs, [log("a", "2")])]);
    expect(await bodies("a")).toEqual(["1", "2"]);
    const [row] = await store.rows("SELECT * FROM otel_logs WHERE ServiceName = 'a' AND Body = '1'", {});
    expect(row).toMatchObject({
      Timestamp: "2023-11-14T22:13:20.123456789Z",
      TimestampTime: "2023-11-14T22:13:20Z",
      ResourceAttributes: { "service.name": "a" },
      LogAttributes: { lone: "\ufffd" },
    });
    const parts = "SELECT count() AS parts FROM system.parts WHERE table = 'otel_logs' AND active";
    expect(await store.rows(parts, {})).toEqual([{ parts: 1 }]);
  });

  it("may be of more days than an insert may make partitions", async () => {
    const batcher = new Batcher(store, quick);
    const days = Array.from({ length: 150 }, (_, day) => log("days", String(day), BigInt(day) * 86_400_000_000_000n));
    await add(batcher, otelLogs, days);
    expect(await bodies("days")).toHaveLength(150);
  });

  it("take numbers and times that JSON has no words for", async () => {
    const batcher = new Batcher(store, quick);
    const origin = { ServiceName: "n", ResourceAttributes: {}, ResourceSchemaUrl: "", ScopeName: "", ScopeVersion: "" };
    const named = { ScopeAttributes: {}, ScopeDroppedAttrCount: 0, ScopeSchemaUrl: "", MetricName: "m" };
    const none = { MetricDescription: "", MetricUnit: "", Attributes: {}, Flags: 0, AggregationTemporality: 2 };
    const exemplars = {
      "Exemplars.FilteredAttributes": [{ a: "b" }],
      "Exemplars.TimeUnix": [1_700_000_000_500_000_000n],
      "Exemplars.Value": [Number.NEGATIVE_INFINITY],
      "Exemplars.SpanId": [""],
      "Exemplars.TraceId": [""],
    };
    const row = (Value: number, TimeUnix: bigint) => ({
      ...{ ...origin, ...named, ...none, ...exemplars, IsMonotonic: true, StartTimeUnix: 0n, TimeUnix, Value },
    });
    await add(batcher, otelSums, [row(Number.NaN, 1_700_000_000_999_999_999n), row(1.5, 2n ** 63n)]);
    const rows = await store.rows(
      "SELECT toString(Value) AS value, toString(TimeUnix, 'UTC') AS time, toString(Exemplars.Value) AS exemplar FROM otel_metrics_sum ORDER BY time",
      {},
    );
    expect(rows).toEqual([
      { value: "nan", time: "2023-11-14 22:13:20", exemplar: "[-inf]" },
      { value: "1.5", time: "2106-02-07 06:28:15", exemplar: "[-inf]" },
    ]);
  });

  it("are refused alone where the store cannot take them: their batch-mates are kept", async () => {
    const batcher = new Batcher(store, quick);
    const bad = { ...log("mates", "bad"), EventName: "longer than that" };
    const [mine, theirs] = await Promise.all([
      add(batcher, otelLogs, [log("mates", "1"), bad, log("mates", "2")]),
      add(batcher, otelLogs, [log("mates", "3")]),
    ]);
    expect(mine).toEqual({ rows: 1, example: expect.stringMatching(/FixedString|too large/i) });
    expect(theirs.rows).toBe(0);
    expect(await bodies("mates")).toEqual(["1", "2", "3"]);
  });

  it("are turned away where too much waits, and wait while the engine is down: each is stored once", async () => {
    const bytes = [...encodeRows(otelLogs, [log("down", "1")])][0]?.bytes.length ?? 0;
    const batcher = new Batcher(store, { ...quick, maxQueuedBytes: bytes });
    process.kill(test.engine.pid ?? 0, "SIGKILL");
    const waiting = add(batcher, otelLogs, [log("down", "1")]);
    await expect(add(batcher, otelLogs, [log("down", "2")])).rejects.toMatchObject({ code: "BUSY" });
    await expect.poll(() => batcher.state.problem).toBeDefined();
    expect(batcher.state).toMatchObject({
      queuedRows: 1,
      queuedBytes: bytes,
    });
    await waiting;
    expect(await bodies("down")).toEqual(["1"]);
    expect(batcher.state).toEqual({ queuedRows: 0, queuedBytes: 0, maxQueuedBytes: bytes });
  });

  it("are cut into pieces of a fitting size, and all sent when the hub stops", async () => {
    const batcher = new Batcher(store, { lingerMs: 60_000, maxRows: 1_500 });
    const rows = Array.from({ length: 3_500 }, (_, index) => log("many", String(index)));
    expect([...encodeRows(otelLogs, rows)].map((piece) => piece.rows)).toEqual([1_000, 1_000, 1_000, 500]);
    const added = add(batcher, otelLogs, rows);
    await batcher.close();
    expect(await added).toEqual({ rows: 0, example: "" });
    expect(new Set(await bodies("many")).size).toBe(3_500);
  });

  it("wait less for others where many are together", async () => {
    const batcher = new Batcher(store, { lingerMs: 600_000, manyLingerMs: 10 });
    const rows = Array.from({ length: 1_000 }, (_, index) => log("together", String(index)));
    const [few, many] = await Promise.all([
      add(batcher, otelLogs, [log("together", "first")]),
      add(batcher, otelLogs, rows),
    ]);
    expect([few.rows, many.rows]).toEqual([0, 0]);
    expect(await bodies("together")).toHaveLength(1_001);
  });
});
