import { describe, expect, it } from "vitest";
import { matchesAll } from "./labels.ts";
import { formatValue } from "./literals.ts";
import { parsePromql } from "./parse.ts";
import { PromqlError } from "./problem.ts";
import { queryAt, queryOver } from "./query.ts";
import type { Series, SeriesSource } from "./series.ts";

/** A counter that grows by 1 a second and has a sample each ten seconds; it ends at 100 s. What Prometheus itself says of a hundred queries is compared in e2e/hub/promql.test.ts. */
const counter: Series = {
  labels: { __name__: "seconds_total", host: "a" },
  times: Float64Array.from({ length: 10 }, (_, index) => index * 10_000),
  values: Float64Array.from({ length: 10 }, (_, index) => index * 10),
  ends: Float64Array.of(100_000),
};
const source: SeriesSource = async (matchers, fromMs, toMs) =>
  [counter]
    .filter(({ labels }) => matchesAll(matchers)(labels))
    .map((series) => {
      const keep = [...series.times.keys()].filter(
        (index) => series.times[index]! >= fromMs && series.times[index]! <= toMs,
      );
      return {
        ...series,
        times: Float64Array.from(keep, (index) => series.times[index]!),
        values: Float64Array.from(keep, (index) => series.values[index]!),
      };
    });
const ask = async (query: string, atMs: number) => {
  const value = await queryAt(parsePromql(query), atMs, source);
  return value.kind === "vector" ? value.samples.map((sample) => sample.value) : value;
};

describe("a query at a moment", () => {
  it("takes the newest sample, as long as it is not too old and the series has not ended", async () => {
    expect(await ask("seconds_total", 49_000)).toEqual([40]);
    expect(await ask("seconds_total", 99_999)).toEqual([90]);
    expect(await ask("seconds_total", 100_000)).toEqual([]);
    expect(await ask('seconds_total{host="b"}', 49_000)).toEqual([]);
  });

  it("leaves the begin of a window out, as Prometheus 3 does", async () => {
    expect(await ask("count_over_time(seconds_total[20s])", 60_000)).toEqual([2]);
    expect(await ask("count_over_time(seconds_total[20s:10s])", 60_000)).toEqual([2]);
  });

  it("draws a rate out to the whole window", async () => {
    expect(await ask("rate(seconds_total[30s])", 65_000)).toEqual([1]);
  });
});

describe("a query over time", () => {
  it("gives series with their points, and a turn to others after each moment", async () => {
    let turns = 0;
    const breathe = async () => {
      turns += 1;
    };
    const range = { startMs: 80_000, endMs: 120_000, stepMs: 10_000 };
    const [series] = await queryOver(parsePromql("seconds_total * 2"), range, source, breathe);
    expect(series).toEqual({
      labels: { host: "a" },
      points: [
        [80_000, 160],
        [90_000, 180],
      ],
    });
    expect(turns).toBe(5);
  });

  it("is refused beyond the limits", async () => {
    const range = { startMs: 0, endMs: 20_000_000, stepMs: 1 };
    await expect(queryOver(parsePromql("seconds_total"), range, source, async () => undefined)).rejects.toThrow(
      "11000 moments",
    );
  });
});

describe("a wrong query", () => {
  it.each([
    ["", 0],
    ["sum(", 4],
    ["up{", 3],
    ["rate(up)", 0],
    ["up[5m] + 1", 7],
    ["1 == 1", 2],
    ["foo(up)", 3],
    ['"abc" + 1', 6],
    ["up offset banana", 10],
    ['{a=""}', 0],
    ["up and 1", 3],
    ["sum(up) by", 10],
  ])("%j is wrong at %d", (query, position) => {
    const problem = (() => {
      try {
        return parsePromql(query);
      } catch (error) {
        return error;
      }
    })();
    expect(problem).toBeInstanceOf(PromqlError);
    expect((problem as PromqlError).position).toBe(position);
  });
});

describe("a value as text", () => {
  it.each([
    [1e21, "1000000000000000000000"],
    [1.5e-9, "0.0000000015"],
    [-1.25e22, "-12500000000000000000000"],
    [Number.NEGATIVE_INFINITY, "-Inf"],
    [Number.NaN, "NaN"],
    [0.1, "0.1"],
  ])("%d is %s", (value, text) => {
    expect(formatValue(value)).toBe(text);
  });
});
