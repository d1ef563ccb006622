// prom-client: the usual client for Node; it knows Prometheus' text format and the process' own numbers.
import { collectDefaultMetrics, Registry } from "prom-client";
import type { ReaderRoute } from "../readers/reader.ts";
import { collectEdges } from "./edge-metrics.ts";
import { collectHub, type HubMetricsParts } from "./hub-metrics.ts";

/** `/metrics` for a Prometheus that scrapes: the health of every edge, and the hub itself. Computed when it is asked. */
export function expositionRoutes(parts: HubMetricsParts): readonly ReaderRoute[] {
  const own = new Registry();
  collectDefaultMetrics({ register: own, prefix: "weir_hub_" });
  return [
    {
      methods: ["GET"],
      path: "/metrics",
      handler: async (context) => {
        const registry = new Registry();
        await collectHub(registry, parts);
        await collectEdges(registry, parts.store, Date.now());
        const text = `${await registry.metrics()}\n${await own.metrics()}`;
        return context.body(text, 200, { "content-type": registry.contentType });
      },
    },
  ];
}
