import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QueryRunner } from "../query-runner.ts";
import { Session } from "../session.ts";
import { Store } from "../store.ts";
import { startTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { PLAIN_PART } from "./parts.ts";
import { metricPointsSql, metricSeriesSql, type PointsAsked } from "./points.ts";
import { pointsBySeries } from "./series-points.ts";

const SERIES = 300;
const POINTS = 500;
const BEGIN_S = 1_700_002_800;
const limits = { seconds: 30, memoryBytes: 2 ** 28, resultBytes: 2 ** 26 };

describe("points of many series", () => {
  let test: TestEngine;
  let runner: QueryRunner;
  const { signal } = new AbortController();
  const asked = (from: number, to: number): PointsAsked => ({
    part: PLAIN_PART,
    names: ["m"],
    time: { from: BEGIN_S + from, to: BEGIN_S + to },
    exact: [],
  });
  const read = async (query: PointsAsked) =>
    pointsBySeries(await runner.blocks(metricPointsSql(query, 1_000_000), limits, signal));

  beforeAll(async () => {
    test = await startTestEngine();
    const store = new Store(test.engine);
    await store.open();
    await store.close();
    runner = new QueryRunner(test.engine);
    const session = new Session(test.engine);
    // A point every ten seconds; each series ends with a point that has no value.
    await session.command(
      `INSERT INTO otel_metrics_gauge (ServiceName, MetricName, Attributes, TimeUnix, Value, Flags)
      SELECT 'shop', 'm', map('series', toString(number % ${SERIES})), ${BEGIN_S} + 10 * intDiv(number, ${SERIES}), number, intDiv(number, ${SERIES}) = ${POINTS - 1}
      FROM numbers(${SERIES * POINTS})`,
    );
    await session.close();
  });

  afterAll(async () => {
    await runner?.close();
    await test.stop();
  });

  it("come in several blocks, and are put together series by series", async () => {
    const all = await read(asked(0, 10 * POINTS));
    expect(all).toHaveLength(SERIES);
    for (const { identity, times, values, ends } of all) {
      const series = Number(JSON.parse(identity)[4].series);
      const places = [...times].map((at) => (at / 1000 - BEGIN_S) / 10);
      expect(places.toSorted((a, b) => a - b)).toEqual(Array.from({ length: POINTS - 1 }, (_, index) => index));
      expect([...values]).toEqual(places.map((place) => place * SERIES + series));
      expect(ends).toEqual([(BEGIN_S + 10 * (POINTS - 1)) * 1000]);
    }
  });

  it("are those of the time, and of the series that are named", async () => {
    const { rows } = await runner.all(metricSeriesSql(asked(100, 200), 1000), limits, signal);
    const [identity, hash] = rows.find(([text]) => String(text).includes('"17"')) ?? [];
    const [only, ...others] = await read({ ...asked(100, 200), hashes: [String(hash)] });
    expect(others).toEqual([]);
    expect(only?.identity).toBe(identity);
    expect([...(only?.times ?? [])].map((at) => at / 1000 - BEGIN_S).toSorted((a, b) => a - b)).toEqual([
      100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200,
    ]);
  });

  it("are not read to say which series an hour has", async () => {
    const { rows, rowsRead } = await runner.all(metricSeriesSql(asked(0, 10), 1000), limits, signal);
    expect(rows).toHaveLength(SERIES);
    // Each of two hours has a row per series and part.
    expect(rowsRead).toBeLessThan((SERIES * POINTS) / 10);
  });
});
