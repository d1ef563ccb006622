import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { EDGE_LABELS, EDGE_METRICS } from "@weir/model";
import { parsePromql } from "@weir/promql";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { RECEIVERS } from "../../apps/weir/src/hub/receivers/list.ts";

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../integrations/${path}`, import.meta.url)), "utf8");
const portOf = (name: string) => RECEIVERS.find((receiver) => receiver.name === name)?.standardPort;

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly query: string }[] };
}

describe("the dashboard for Grafana", () => {
  const dashboard = JSON.parse(read("grafana/weir-edges.json")) as Dashboard;
  const expressions = dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => [title, expr] as const),
  );

  it.each(expressions)("%s asks what PromQL knows", (_, expr) => {
    const filled = expr
      .replaceAll("$__rate_interval", "5m")
      .replaceAll("$__range", "1h")
      .replaceAll(/\$(client|server)/g, ".*");
    expect(() => parsePromql(filled)).not.toThrow();
  });

  it("names metrics and labels of edges that exist, and all of the metrics", () => {
    const texts = [...expressions.map(([, expr]) => expr), ...dashboard.templating.list.map(({ query }) => query)].join(
      "\n",
    );
    const metrics = new Set(texts.match(/weir_\w+/g));
    expect([...metrics].sort()).toEqual(EDGE_METRICS.map(({ name }) => name).sort());
    const labels = new Set(
      [...texts.matchAll(/(\w+)(?==~?")|(?<=by \()([^)]*)/g)].flatMap(
        ([, one, list]) => one ?? list?.split(", ") ?? [],
      ),
    );
    expect([...labels].filter((label) => label !== "quantile").sort()).toEqual(
      EDGE_LABELS.filter((label) => label !== "transport").sort(),
    );
  });
});

describe("the configuration of a Collector", () => {
  const config = parse(read("collector/to-weir.yaml")) as {
    readonly exporters: Readonly<Record<string, { readonly endpoint: string }>>;
    readonly service: { readonly pipelines: Readonly<Record<string, { readonly exporters: readonly string[] }>> };
  };

  it("sends to the ports that a hub listens on", () => {
    expect(new URL(config.exporters["otlphttp/weir"]?.endpoint ?? "").port).toBe(String(portOf("otlp-http")));
    expect(config.exporters["prometheusremotewrite/weir"]?.endpoint).toBe(
      `http://127.0.0.1:${portOf("remote-write")}/api/v1/write`,
    );
    const named = Object.values(config.service.pipelines).flatMap(({ exporters }) => exporters);
    expect([...new Set(named)].sort()).toEqual(Object.keys(config.exporters).sort());
  });
});

describe("the data sources of Grafana", () => {
  it("are the paths under which a hub answers", () => {
    const { datasources } = parse(read("grafana/datasources.yaml")) as {
      readonly datasources: readonly { readonly type: string; readonly url: string }[];
    };
    expect(datasources.map(({ type, url }) => [type, new URL(url).pathname])).toEqual([
      ["prometheus", "/prometheus"],
      ["loki", "/"],
      ["tempo", "/tempo"],
      ["jaeger", "/jaeger"],
    ]);
  });
});
