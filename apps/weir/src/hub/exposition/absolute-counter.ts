import { Counter, type Registry } from "prom-client";

/** What a counter is called, and by what its samples are told apart. */
export interface CounterHead {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** A counter whose values were counted elsewhere. */
export function absoluteCounter(
  registry: Registry,
  { name, help, labelNames }: CounterHead,
  samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[],
): void {
  const counter = new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });
  for (const { labels, value } of samples) counter.inc(labels, value);
}
