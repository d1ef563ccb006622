import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { startEmptyPrometheus } from "./prometheus-server.ts";
import { PROMQL_QUERIES } from "./promql-queries.ts";
import { remoteWrite, type SentSeries } from "./remote-write.ts";
import { receiverAddress } from "./telemetry.ts";

const STEP_S = 15;
const STEPS = 240;
/** Samples lie seven seconds behind the quarter of a minute: none lies at the border of a window, where versions 2 and 3 of Prometheus differ. */
const BEGIN_S = (Math.floor(Date.now() / 3_600_000) - 2) * 3_600 + 7;
const END_S = BEGIN_S + STEP_S * STEPS - 10;

interface Answer {
  readonly status: string;
  readonly data: { readonly resultType: string; readonly result: unknown };
}

/** Series of an hour: counters, one of which begins again; gauges, one of them with holes; a histogram; what is no number; a series that ends. */
function sentSeries(): SentSeries[] {
  const over = (
    labels: Record<string, string>,
    valueAt: (step: number) => number | "ended" | undefined,
  ): SentSeries => ({
    labels,
    samples: Array.from({ length: STEPS }, (_, step) => step).flatMap((step) => {
      const value = valueAt(step);
      return value === undefined ? [] : [{ atMs: (BEGIN_S + step * STEP_S) * 1000, value }];
    }),
  });
  const counters = ["a", "b"].flatMap((instance, host) =>
    ["200", "500"].flatMap((code, kind) =>
      ["get", "post"].map((method, index) =>
        over({ __name__: "requests_total", job: "api", instance, code, method }, (step) =>
          instance === "b" && code === "200" && step >= 130
            ? (step - 130) * 4
            : 50 + step * (host + 1) * (index + 2) * (kind === 0 ? 3 : 0.25),
        ),
      ),
    ),
  );
  const bounds = ["0.1", "0.5", "1", "+Inf"];
  const histogram = ["a", "b"].flatMap((instance, host) => {
    const own = { job: "api", instance };
    return [
      ...bounds.map((le, index) =>
        over({ __name__: "latency_seconds_bucket", ...own, le }, (step) => step * [3, 7, 9, 10][index]! * (host + 1)),
      ),
      over({ __name__: "latency_seconds_sum", ...own }, (step) => step * 4.2 * (host + 1)),
      over({ __name__: "latency_seconds_count", ...own }, (step) => step * 10 * (host + 1)),
    ];
  });
  return [
    ...counters,
    ...histogram,
    ...["hall", "roof", "cellar"].map((room, index) =>
      over({ __name__: "temperature", job: "house", instance: "a", room }, (step) =>
        room === "cellar" && step % 60 > 25 ? undefined : 20 + index * 3 + 5 * Math.sin(step / (10 + index)),
      ),
    ),
    over({ __name__: "version_info", job: "api", instance: "a", version: "1.2" }, () => 1),
    over({ __name__: "version_info", job: "api", instance: "b", version: "1.3" }, () => 1),
    over({ __name__: "up", job: "api", instance: "a" }, () => 1),
    over({ __name__: "up", job: "api", instance: "b" }, (step) =>
      step < 220 ? 1 : step === 220 ? "ended" : undefined,
    ),
    over({ __name__: "odd", job: "api", kind: "nan" }, () => Number.NaN),
    over({ __name__: "odd", job: "api", kind: "inf" }, () => Number.POSITIVE_INFINITY),
    over({ __name__: "odd", job: "api", kind: "tiny" }, () => 1.5e-9),
  ];
}

/** Requests of an eighth of an hour each, in order: a server takes no samples that are older than what it has. */
function inOrder(series: readonly SentSeries[]): SentSeries[][] {
  const part = STEPS / 8;
  return Array.from({ length: 8 }, (_, index) => {
    const from = (BEGIN_S + index * part * STEP_S) * 1000;
    const to = from + part * STEP_S * 1000;
    return series
      .map((one) => ({ ...one, samples: one.samples.filter(({ atMs }) => atMs >= from && atMs < to) }))
      .filter(({ samples }) => samples.length > 0);
  });
}

describe("PromQL", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-promql-"));
  let hub: RunningHub;
  let prometheus: Awaited<ReturnType<typeof startEmptyPrometheus>>;
  const ask = async (base: string, path: string, parameters: Record<string, string>): Promise<Answer> =>
    (await fetch(`${base}/api/v1/${path}?${new URLSearchParams(parameters)}`)).json() as Promise<Answer>;

  beforeAll(async () => {
    [hub, prometheus] = await Promise.all([
      runHub(join(folder, "data"), "--free-receiver-ports"),
      startEmptyPrometheus(folder),
    ]);
    const receiver = `http://${await receiverAddress(hub.url, "remote-write")}/api/v1/write`;
    for (const request of inOrder(sentSeries())) {
      await remoteWrite(`${prometheus.url}/api/v1/write`, request);
      await remoteWrite(receiver, request);
    }
  });

  afterAll(async () => {
    await hub?.stop();
    await prometheus?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(PROMQL_QUERIES)("%s is what Prometheus says, at a moment and over time", async (query) => {
    const own = `${hub.url}/prometheus`;
    const time = String(END_S);
    const instant = await ask(prometheus.url, "query", { query, time });
    expect(instant.status, JSON.stringify(instant)).toBe("success");
    expectSame(await ask(own, "query", { query, time }), instant);
    if (instant.data.resultType === "matrix") return;
    const range = { query, start: String(END_S - 1_800), end: time, step: "60" };
    expectSame(await ask(own, "query_range", range), await ask(prometheus.url, "query_range", range));
  });

  it.each([
    "sum(",
    "rate(up)",
    'up{job=~"("}',
    "up + on() group_left",
    'up{job="api"} == up{job="api"}[5m]',
    "nonsense(up)",
    "{}",
    "requests_total / on(job) latency_seconds_count",
  ])("%s is refused by both", async (query) => {
    const refused = await ask(`${hub.url}/prometheus`, "query", { query, time: String(END_S) });
    const theirs = await ask(prometheus.url, "query", { query, time: String(END_S) });
    expect([refused.status, Reflect.get(refused, "errorType")]).toEqual([
      theirs.status,
      Reflect.get(theirs, "errorType"),
    ]);
    expect(refused.status).toBe("error");
  });

  it("lists labels, their values and series as Prometheus does", async () => {
    const time = { start: String(BEGIN_S), end: String(END_S) };
    for (const [path, parameters] of [
      ["labels", time],
      ["labels", { ...time, "match[]": "temperature" }],
      ["label/__name__/values", time],
      ["label/instance/values", { ...time, "match[]": 'up{instance!="a"}' }],
      ["label/le/values", time],
      ["series", { ...time, "match[]": '{__name__=~"up|odd"}' }],
    ] as const) {
      const [own, theirs] = await Promise.all([
        ask(`${hub.url}/prometheus`, path, parameters),
        ask(prometheus.url, path, parameters),
      ]);
      expect(sorted(own.data), path).toEqual(sorted(theirs.data));
    }
  });

  it("answers promtool", async () => {
    const run = promisify(execFile);
    const { stdout } = await run("promtool", [
      "query",
      "instant",
      `--time=${END_S}`,
      `${hub.url}/prometheus`,
      "sum(up)",
    ]);
    expect(stdout).toMatch(/^\{\} => 1 @/);
    const labels = await run("promtool", ["query", "labels", `${hub.url}/prometheus`, "room"]);
    expect(labels.stdout.trim().split("\n")).toEqual(["cellar", "hall", "roof"]);
  });

  it("keeps to its limits", async () => {
    const answer = await ask(`${hub.url}/prometheus`, "query_range", {
      query: "up",
      start: "0",
      end: "20000",
      step: "1",
    });
    expect(answer).toMatchObject({ status: "error", error: expect.stringContaining("11000 moments") });
  });
});

const sorted = (data: unknown) => (data as unknown[]).map((item) => JSON.stringify(item, keyOrder)).sort();
const keyOrder = (_: string, value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** The same series with the same values, up to the last digits. Only sort() gives an order, and then among different values. */
function expectSame(own: Answer, theirs: Answer): void {
  expect(own.status, JSON.stringify(own)).toBe(theirs.status);
  if (theirs.status === "error") return;
  expect(own.data.resultType).toBe(theirs.data.resultType);
  expect(closeTo(normal(own.data.result))).toEqual(closeTo(normal(theirs.data.result)));
}

interface Listed {
  readonly metric: Record<string, string>;
  readonly value?: [number, string];
  readonly values?: [number, string][];
}

function normal(result: unknown): unknown {
  const list = result as readonly unknown[];
  if (typeof list[0] !== "object") return { value: list };
  return (list as readonly Listed[])
    .map(({ metric, value, values }) => [JSON.stringify(metric, keyOrder), values ?? [value]] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Numbers with eleven digits: the order of a sum is seen in the last ones. */
function closeTo(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closeTo);
  if (typeof value === "number") return Math.round(value * 1000);
  const number = typeof value === "string" && value !== "" ? Number(value) : Number.NaN;
  return Number.isNaN(number) ? value : Math.abs(number) < 1e-12 ? 0 : Number(number.toPrecision(10));
}
