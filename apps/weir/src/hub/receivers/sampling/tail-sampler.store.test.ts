import { randomBytes } from "node:crypto";
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { samplingThreshold, samplingWeight } from "@weir/analysis";
import { type OtelSpanRow, otelTraces } from "@weir/model";
import { encodeRows } from "@weir/native";
import { Batcher, type Engine, readTroubledTraces, Store, startEngine } from "@weir/storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleCall, sampleFinding } from "../../questions/testing/records.ts";
import type { SpanStore } from "./kept-spans.ts";
import type { EvidenceOf } from "./round-closer.ts";
import { TailSampler, type TailSamplingOptions } from "./tail-sampler.ts";

const childEntry = fileURLToPath(new URL("../../../../../../packages/storage/src/engine/child.ts", import.meta.url));
const NO_EVIDENCE: EvidenceOf = async () => new Set();
const newId = () => randomBytes(16).toString("hex");

const add = (sampler: TailSampler, rows: readonly OtelSpanRow[]) => sampler.add([...encodeRows(otelTraces, rows)]);
const segmentsIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".spans"));

/** A span of a service that no other test has. */
function span(service: string, traceId: string, more: Partial<OtelSpanRow> = {}): OtelSpanRow {
  return {
    Timestamp: 1_700_000_000_000_000_000n,
    TraceId: traceId,
    SpanId: randomBytes(8).toString("hex"),
    ParentSpanId: "",
    TraceState: "",
    SpanName: "GET /",
    SpanKind: "Server",
    ServiceName: service,
    ResourceAttributes: {},
    ScopeName: "",
    ScopeVersion: "",
    SpanAttributes: { "http.route": "/" },
    Duration: 1_000_000n,
    StatusCode: "Unset",
    StatusMessage: "",
    "Events.Timestamp": [],
    "Events.Name": [],
    "Events.Attributes": [],
    "Links.TraceId": [],
    "Links.SpanId": [],
    "Links.TraceState": [],
    "Links.Attributes": [],
    ...more,
  };
}

describe("spans whose traces are sampled when they are whole", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "weir-sampling-"));
  let folders = 0;
  let engine: Engine;
  let store: Store;
  let batcher: Batcher;
  const newFolder = () => {
    folders += 1;
    return join(dataDir, `waiting-${folders}`);
  };
  const open = (folder: string, options: Partial<TailSamplingOptions> = {}, evidenceOf = NO_EVIDENCE) =>
    TailSampler.open(folder, { tracesPerSecond: 1_000, roundMs: 60_000, ...options }, batcher, evidenceOf);
  const stored = (service: string) =>
    store.rows<{ traceId: string; state: string; reason: string; count: number }>(
      "SELECT TraceId AS traceId, TraceState AS state, SpanAttributes['weir.sampling.kept'] AS reason, count() AS count FROM otel_traces WHERE ServiceName = {service:String} GROUP BY ALL ORDER BY traceId",
      { service },
    );

  beforeAll(async () => {
    engine = await startEngine({ dataDir, childEntry, nodeArguments: ["--import", "tsx"] });
    store = new Store(engine);
    await store.open();
    batcher = new Batcher(store, { lingerMs: 20 });
  });
  afterAll(async () => {
    await batcher?.close();
    await store?.close();
    await engine?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("are acknowledged while they wait, and stored with the spans that came for their trace later", async () => {
    const sampler = await open(newFolder());
    const traceId = newId();
    await add(sampler, [span("late", traceId)]);
    await add(sampler, [span("late", traceId, { StatusCode: "Error" })]);
    expect(await stored("late")).toEqual([]);
    expect(sampler.state).toMatchObject({ waitingTraces: 1, waitingSpans: 2 });
    await sampler.finish();
    expect(await stored("late")).toEqual([{ traceId, state: "ot=th:0", reason: "error", count: 2 }]);
    await add(sampler, [span("late", traceId)]);
    expect((await stored("late"))[0]?.count).toBe(3);
    expect(sampler.state).toMatchObject({ waitingSpans: 0, waitingBytes: 0, lateSpansKept: 1 });
  });

  it("stand for those that a burst left out, and the budget holds", async () => {
    // Half a second of a round that could have kept 200 a second.
    const sampler = await open(newFolder(), { tracesPerSecond: 200, roundMs: 500 });
    const traces = 3_000;
    const failed = newId();
    await add(sampler, [span("burst", failed, { StatusCode: "Error" })]);
    for (let at = 0; at < traces; at += 500) {
      const ids = Array.from({ length: 500 }, newId);
      await add(
        sampler,
        ids.flatMap((id) => [span("burst", id), span("burst", id, { SpanKind: "Internal" })]),
      );
    }
    await sampler.finish();
    const kept = await stored("burst");
    expect(kept.find(({ traceId }) => traceId === failed)).toMatchObject({ reason: "error", state: "ot=th:0" });
    const { dropped } = sampler.state;
    expect(kept.length + dropped.traces).toBe(traces + 1);
    expect(kept.length).toBeLessThan(300);
    expect(kept.every(({ traceId, count }) => traceId === failed || count === 2)).toBe(true);
    const estimate = kept.reduce((sum, { state }) => sum + samplingWeight(samplingThreshold(state)), 0);
    expect(Math.abs(estimate - traces)).toBeLessThan(traces * 0.4);
    await sampler.close();
  });

  it("multiply with what their SDK left out", async () => {
    const sampler = await open(newFolder());
    const traceId = `${"0".repeat(18)}ffffffffffffff`;
    await add(sampler, [span("sdk", traceId, { TraceState: "rojo=1,ot=th:c" })]);
    await sampler.finish();
    expect(await stored("sdk")).toMatchObject([{ state: "ot=th:c,rojo=1" }]);
  });

  it("are kept where packets of their trace show trouble", async () => {
    const [failed, found, other] = [newId(), newId(), newId()];
    const many = Array.from({ length: 50 }, newId);
    const at = { startedAt: 1_700_000_000_000_000_000n };
    const calls = [
      sampleCall({ ...at, callId: "failed", traceId: failed, status: "serverError" }),
      sampleCall({ ...at, callId: "found", traceId: found }),
      sampleCall({ ...at, callId: "other", traceId: other }),
    ];
    await store.insertCalls(calls, "calls");
    const evidence = {
      connectionIds: [],
      connectionCount: 0,
      callIds: ["found"],
      callCount: 1,
      packets: [],
      streams: [],
    };
    await store.insertFindings([sampleFinding({ ...at, endedAt: at.startedAt, evidence })], "findings");
    const sampler = await open(newFolder(), { tracesPerSecond: 0.001, roundMs: 1_000 }, (...asked) =>
      readTroubledTraces(store, ...asked),
    );
    await add(
      sampler,
      [failed, found, other, ...many].map((id) => span("wire", id)),
    );
    await sampler.finish();
    const kept = (await stored("wire")).filter(({ reason }) => reason === "evidence");
    expect(kept.map(({ traceId }) => traceId)).toEqual([failed, found].toSorted());
  });

  describe("when the hub is killed", () => {
    it("while they wait, are decided by the next one, without what was only half written", async () => {
      const folder = newFolder();
      const killed = await open(folder);
      const ids = [newId(), newId()];
      await Promise.all(ids.map((id) => add(killed, [span("killed", id)])));
      const [segment = ""] = readdirSync(folder);
      appendFileSync(join(folder, segment), randomBytes(40));
      const next = await open(folder);
      expect(next.state).toMatchObject({ waitingTraces: 2, waitingSpans: 2 });
      await next.finish();
      expect((await stored("killed")).map(({ traceId }) => traceId)).toEqual(ids.toSorted());
      expect(segmentsIn(folder)).toEqual([]);
    });

    it("after they were stored and before that was noted, are not stored twice", async () => {
      const folder = newFolder();
      const dying: SpanStore = {
        add: (...batch) => batcher.add(...batch),
        async addAlone(...batch) {
          await batcher.addAlone(...batch);
          return new Promise(() => undefined);
        },
      };
      const options = { tracesPerSecond: 1_000, roundMs: 60_000 };
      const killed = await TailSampler.open(folder, options, dying, NO_EVIDENCE);
      const traceId = newId();
      await add(killed, [span("twice", traceId)]);
      void killed.finish();
      await expect.poll(() => stored("twice")).toHaveLength(1);
      const next = await open(folder);
      await next.finish();
      expect((await stored("twice"))[0]?.count).toBe(1);
      expect(segmentsIn(folder)).toEqual([]);
      await add(next, [span("twice", traceId)]);
      expect((await stored("twice"))[0]?.count).toBe(2);
    });
  });
});
