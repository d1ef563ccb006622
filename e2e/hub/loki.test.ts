import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { postJson } from "./telemetry.ts";

const MINUTE_MS = 60_000;
/** The middle of ten whole minutes that have gone by. */
const BEGIN_MS = (Math.floor(Date.now() / MINUTE_MS) - 20) * MINUTE_MS;
const ns = (ms: number) => `${ms}000000`;

/** A line every ten seconds for ten minutes, the sixth of each minute an error; beside them JSON and logfmt of another service. */
const lines = Array.from({ length: 60 }, (_, index) => [
  ns(BEGIN_MS + index * 10_000 + 1),
  index % 6 === 5 ? `order ${index} failed` : `order ${index} done`,
]);
const push = {
  streams: [
    { stream: { service_name: "orders", zone: "eu" }, values: lines },
    {
      stream: { service_name: "payments", zone: "us" },
      values: Array.from({ length: 10 }, (_, index) => [
        ns(BEGIN_MS + index * MINUTE_MS + 500),
        JSON.stringify({ status: index < 4 ? 500 : 200, took: `${index * 10}ms`, user: { name: "kim" } }),
      ]),
    },
    {
      stream: { service_name: "payments", zone: "eu" },
      values: [[ns(BEGIN_MS), 'level=warn msg="no stock" size=3KB']],
    },
  ],
};

/** What the tests look at of answers. */
interface Answer {
  readonly data: Readonly<Record<string, unknown>>;
}

describe("Loki's API", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-loki-"));
  let hub: RunningHub;
  const get = async (path: string, parameters: Record<string, string>) =>
    fetch(`${hub.url}${path}?${new URLSearchParams(parameters)}`);
  const json = async (path: string, parameters: Record<string, string>) =>
    (await get(path, parameters)).json() as Promise<Answer>;

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
    await postJson(hub.url, "loki", "/loki/api/v1/push", push);
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const time = { start: ns(BEGIN_MS), end: ns(BEGIN_MS + 10 * MINUTE_MS) };
  const found = async (query: string, more: Record<string, string> = {}) => {
    const answer = await json("/loki/api/v1/query_range", { query, ...time, limit: "1000", ...more });
    expect(answer, JSON.stringify(answer)).toMatchObject({ status: "success" });
    return answer.data["result"] as {
      stream: Record<string, string>;
      metric: Record<string, string>;
      values: [string, string][];
    }[];
  };
  const count = async (query: string) => (await found(query)).reduce((sum, { values }) => sum + values.length, 0);

  it.each([
    ['{service_name="orders"}', 60],
    ['{zone="eu"}', 61],
    ['{zone=~"e.|u."}', 71],
    ['{service_name!="orders"}', 11],
    ['{service_name="orders"} |= "failed"', 10],
    ['{service_name="orders"} != "failed"', 50],
    ['{service_name="orders"} |~ "order [0-9] " |= "done"', 9],
    ['{service_name="orders"} |= "order 1 " or "order 2 "', 2],
    ['{service_name="payments"} | json', 11],
    ['{service_name="payments", zone="us"} | json | status >= 500', 4],
    ['{service_name="payments", zone="us"} | json | status = "200" and took > 60ms', 3],
    ['{service_name="payments", zone="us"} | json | user_name="kim" | took <= 10ms or status < 300', 8],
    ['{service_name="payments", zone="eu"} | logfmt | level="warn" | size >= 2KB', 1],
    ['{service_name="payments"} | json | __error__ != ""', 1],
    ['{service_name="payments", zone="us"} | json | line_format "{{.status}} in {{.took}}" |= "500 in"', 4],
    [
      '{service_name="payments", zone="us"} | json | label_format code=status, who="{{.user_name | ToUpper}}" | code="500" | who="KIM"',
      4,
    ],
  ])("%s are %d lines", async (query, expected) => {
    expect(await count(query)).toBe(expected);
  });

  it("gives the newest lines first, in streams with their labels", async () => {
    const [stream, ...others] = await found('{service_name="orders"}', { limit: "2" });
    expect(others).toEqual([]);
    expect(stream?.stream).toMatchObject({ service_name: "orders", zone: "eu" });
    expect(stream?.values.map(([, text]) => text)).toEqual(["order 59 failed", "order 58 done"]);
    const [forward] = await found('{service_name="orders"}', { limit: "1", direction: "forward" });
    expect(forward?.values).toEqual([[ns(BEGIN_MS + 1), "order 0 done"]]);
  });

  it.each([
    ['sum(count_over_time({service_name="orders"}[1m]))', "6"],
    ['sum by (zone) (rate({service_name="orders"} |= "failed" [2m]))', "0.016666666666666666"],
    ['sum(bytes_over_time({service_name="orders"} |= "order 3" [10m])) > 1e9', undefined],
    ['max(max_over_time({service_name="payments", zone="us"} | json | unwrap duration(took) [2m]))', "0.09"],
    ['sum(sum_over_time({service_name="payments", zone="us"} | json | unwrap status [5m]))', "1000"],
    ['sum(count_over_time({service_name="orders"}[1m])) / 2', "3"],
  ])("%s is %s at the end", async (query, expected) => {
    const series = await found(query, { step: "60", end: ns(BEGIN_MS + 10 * MINUTE_MS) });
    expect(series[0]?.values.at(-1)?.[1]).toBe(expected);
  });

  it("lists labels, values, series and sizes", async () => {
    expect(await json("/loki/api/v1/labels", time)).toEqual({ status: "success", data: ["service_name", "zone"] });
    expect((await json("/loki/api/v1/label/zone/values", time)).data).toEqual(["eu", "us"]);
    expect((await json("/loki/api/v1/series", { ...time, "match[]": '{zone="us"}' })).data).toEqual([
      { service_name: "payments", zone: "us" },
    ]);
    expect(await json("/loki/api/v1/index/stats", { ...time, query: '{zone="eu"}' })).toMatchObject({
      streams: 2,
      entries: 61,
    });
  });

  it.each([
    '{a="b"',
    '{service_name="x"} | line_format "{{ if .a }}"',
    'rate({a="b"})',
    'count_over_time({a="b"}[1m]) + 1 * 2',
  ])("refuses %s in words", async (query) => {
    const answer = await get("/loki/api/v1/query_range", { query, ...time });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch(/not expected|not known|parentheses|missing/);
  });
});
