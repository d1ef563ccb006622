import type { ExportState } from "@weir/http-contract";
import { Gauge, type Registry } from "prom-client";
import type { Exports } from "../../export/exports.ts";
import { type HealthParts, healthOf } from "../health.ts";
import type { Receivers } from "../receivers/receivers.ts";
import { absoluteCounter } from "./absolute-counter.ts";

export interface HubMetricsParts extends HealthParts {
  readonly receivers: Receivers;
  readonly exports: Exports;
}

/** Puts what the hub does on a registry: what its receivers kept and dropped, its store, its disk. */
export async function collectHub(registry: Registry, parts: HubMetricsParts): Promise<void> {
  const gauge = (name: string, help: string, value: number | undefined) => {
    if (value !== undefined) new Gauge({ name, help, registers: [registry] }).set(value);
  };
  const { store, diskFreeBytes, diskTotalBytes, engine } = await healthOf(parts);
  gauge("weir_store_up", "1 where the store answers", store === "up" ? 1 : 0);
  gauge("weir_disk_free_bytes", "Room on the disk of the data folder", diskFreeBytes);
  gauge("weir_disk_size_bytes", "Size of that disk", diskTotalBytes);
  gauge("weir_engine_memory_bytes", "Memory of the embedded engine", engine?.memoryBytes);
  gauge("weir_engine_restarts", "Times that the embedded engine was started again", engine?.restarts);
  const { items } = parts.receivers.view();
  const samples = <Count>(
    counts: (item: (typeof items)[number]) => readonly Count[],
    sample: (count: Count) => { readonly label: string; readonly value: number },
    label: string,
  ) =>
    items.flatMap((item) =>
      counts(item).map((count) => {
        const { label: text, value } = sample(count);
        return { labels: { receiver: item.name, [label]: text }, value };
      }),
    );
  absoluteCounter(
    registry,
    {
      name: "weir_receiver_items_total",
      help: "Spans, log records, points and flows that were kept",
      labelNames: ["receiver", "table"],
    },
    samples(
      (item) => item.kept,
      ({ table, items: value }) => ({ label: table, value }),
      "table",
    ),
  );
  absoluteCounter(
    registry,
    {
      name: "weir_receiver_dropped_items_total",
      help: "Those that were not, by reason",
      labelNames: ["receiver", "reason"],
    },
    samples(
      (item) => item.drops,
      ({ reason, items: value }) => ({ label: reason, value }),
      "reason",
    ),
  );
  absoluteCounter(
    registry,
    {
      name: "weir_receiver_refused_requests_total",
      help: "Requests that were turned away, by reason",
      labelNames: ["receiver", "reason"],
    },
    samples(
      (item) => item.turnedAway,
      ({ reason, requests: value }) => ({ label: reason, value }),
      "reason",
    ),
  );
  collectExports(registry, parts.exports.view());
}

/** What was sent to others, what waits, and what is lost. */
function collectExports(registry: Registry, exports: readonly ExportState[]): void {
  const head = (name: string, help: string, ...labelNames: string[]) => ({
    name: `weir_export_${name}`,
    help,
    labelNames: ["export", ...labelNames],
  });
  absoluteCounter(
    registry,
    head("items_total", "Spans, log records, points and flow records that were sent"),
    exports.map(({ name, sent }) => ({ labels: { export: name }, value: sent })),
  );
  absoluteCounter(
    registry,
    head("dropped_items_total", "Those that were not, by reason", "reason"),
    exports.flatMap(({ name, drops }) =>
      drops.map(({ reason, items }) => ({ labels: { export: name, reason }, value: items })),
    ),
  );
  const waiting = new Gauge({ ...head("waiting_items", "Those that wait for the receiver"), registers: [registry] });
  for (const { name, waiting: items } of exports) waiting.set({ export: name }, items);
}
