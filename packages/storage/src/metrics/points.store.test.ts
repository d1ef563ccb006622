import { type OtelGaugeRow, otelGauges } from "@weir/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QueryRunner } from "../query-runner.ts";
import { Session } from "../session.ts";
import { Store } from "../store.ts";
import { startTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { METRIC_PARTS } from "./parts.ts";
import { metricPointsSql } from "./points.ts";
import { pointsBySeries } from "./series-points.ts";

const POINT: OtelGaugeRow = {
  ...{ ResourceAttributes: {}, ResourceSchemaUrl: "", ScopeName: "", ScopeVersion: "", ScopeAttributes: {} },
  ...{ ScopeDroppedAttrCount: 0, ScopeSchemaUrl: "", ServiceName: "s", MetricName: "m", MetricDescription: "" },
  ...{ MetricUnit: "", Attributes: {}, StartTimeUnix: 0n, TimeUnix: 1_700_000_000_250_000_000n, Value: 1, Flags: 0 },
  ...{ "Exemplars.FilteredAttributes": [], "Exemplars.TimeUnix": [], "Exemplars.Value": [] },
  ...{ "Exemplars.SpanId": [], "Exemplars.TraceId": [] },
};

describe("times of metric points", () => {
  let test: TestEngine;
  const time = { from: 1_699_999_999, to: 1_700_000_001 };
  /** Seconds of the points, as the table has them. */
  const seconds = async () => {
    const store = new Store(test.engine);
    const runner = new QueryRunner(test.engine);
    await store.open();
    await store.insertInto(otelGauges, [POINT], "points");
    const [part] = METRIC_PARTS;
    if (part === undefined) throw new Error("there are no parts");
    const asked = { part, names: ["m"], time, exact: [] };
    const limits = { seconds: 30, memoryBytes: 2 ** 28, resultBytes: 2 ** 24 };
    const points = await runner.blocks(metricPointsSql(asked, 10), limits, new AbortController().signal);
    await Promise.all([store.close(), runner.close()]);
    return pointsBySeries(points).map(({ times }) => [...times].map((ms) => ms / 1000));
  };

  beforeAll(async () => {
    test = await startTestEngine();
  });

  afterAll(async () => {
    await test.stop();
  });

  it("are those from before Weir too, and keep what is below a second where an older Collector made the table, and else lose it", async () => {
    const session = new Session(test.engine);
    await session.command(
      `CREATE TABLE otel_metrics_gauge (ServiceName LowCardinality(String), MetricName String, Attributes Map(LowCardinality(String), String), TimeUnix DateTime64(9))
      ENGINE = MergeTree PARTITION BY toDate(TimeUnix) ORDER BY (ServiceName, MetricName, Attributes, toUnixTimestamp64Nano(TimeUnix))`,
    );
    // A point from before Weir came, in a table that lacks columns of today's.
    await session.command(
      "INSERT INTO otel_metrics_gauge (ServiceName, MetricName, TimeUnix) VALUES ('s', 'm', '2023-11-14 22:13:19.500')",
    );
    expect((await seconds()).map((times) => times.toSorted())).toEqual([[1_699_999_999.5, 1_700_000_000.25]]);
    await session.command("DROP TABLE otel_metrics_gauge SYNC");
    await session.command("TRUNCATE TABLE schema_migrations");
    await session.close();
    expect(await seconds()).toEqual([[1_700_000_000]]);
  });
});
