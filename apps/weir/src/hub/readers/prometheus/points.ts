import { type Labels, type Series, signature } from "@weir/promql";
import type { SeriesPoints } from "@weir/storage";

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
      return { labels, ...inTime(inOrder(whole.times, whole.values), fromMs, toMs), ends };
    });
  }
}

type Points = Pick<Series, "times" | "values">;

function joined(parts: readonly SeriesPoints[]): Points & { readonly ends: readonly number[] } {
  return {
    times: Float64Array.from(parts.flatMap(({ times }) => [...times])),
    values: Float64Array.from(parts.flatMap(({ values }) => [...values])),
    ends: parts.flatMap(({ ends }) => ends),
  };
}

/** Ascending, of several points at one time the last: mostly that is what the store gives, and nothing is to do. */
function inOrder(times: Float64Array, values: Float64Array): Points {
  if (isAscending(times)) return { times, values };
  const places = Array.from(times.keys()).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
  const last = places.filter((place, index) => times[place] !== times[places[index + 1] ?? -1]);
  return {
    times: Float64Array.from(last, (at) => times[at] ?? 0),
    values: Float64Array.from(last, (at) => values[at] ?? 0),
  };
}

function isAscending(times: Float64Array): boolean {
  for (let index = 1; index < times.length; index += 1) {
    if ((times[index] ?? 0) <= (times[index - 1] ?? 0)) return false;
  }
  return true;
}

/** What lies between two moments, both included. */
export function inTime({ times, values }: Points, fromMs: number, toMs: number): Points {
  if (times.length === 0 || ((times[0] ?? 0) >= fromMs && (times.at(-1) ?? 0) <= toMs)) return { times, values };
  const from = times.findIndex((time) => time >= fromMs);
  const begin = from < 0 ? times.length : from;
  const end = times.findLastIndex((time) => time <= toMs) + 1;
  return { times: times.subarray(begin, end), values: values.subarray(begin, end) };
}
