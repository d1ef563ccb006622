import { type Labels, type Series, signature } from "@weir/promql";
import type { SeriesPoints } from "@weir/storage";
import { inOrder, inTime, type Samples } from "./order.ts";

/** Points of series, as they come from one place after the other. */
export class GatheredPoints {
  readonly #bySignature = new Map<string, { readonly labels: Labels; readonly parts: SeriesPoints[] }>();

  add(labels: Labels, points: SeriesPoints): void {
    const key = signature(labels);
    const known = this.#bySignature.get(key);
    if (known === undefined) this.#bySignature.set(key, { labels, parts: [points] });
    else known.parts.push(points);
  }

  /** All of them, oldest point first. */
  series(fromMs: number, toMs: number): Series[] {
    return [...this.#bySignature.values()].map(({ labels, parts }) => {
      const [first, ...more] = parts;
      const whole = first === undefined || more.length > 0 ? joined(parts) : first;
      const ends = Float64Array.from(whole.ends.filter((at) => at >= fromMs && at <= toMs)).sort();
      return { labels, ...inTime(inOrder(whole), fromMs, toMs), ends };
    });
  }
}

function joined(parts: readonly SeriesPoints[]): Samples & { readonly ends: readonly number[] } {
  return {
    times: Float64Array.from(parts.flatMap(({ times }) => [...times])),
    values: Float64Array.from(parts.flatMap(({ values }) => [...values])),
    ends: parts.flatMap(({ ends }) => ends),
  };
}
