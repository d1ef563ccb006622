import { WeirError } from "@weir/base";
import { formatValue, type Labels, PromqlError, type ResultSeries, type Value } from "@weir/promql";
import type { Context } from "hono";

/** The forms of Prometheus' HTTP API (prometheus.io/docs/prometheus/latest/querying/api). */

export function success(context: Context, data: unknown, warnings: readonly string[] = []): Response {
  return context.json({ status: "success", data, ...(warnings.length === 0 ? {} : { warnings }) });
}

/** A parameter that is missing or makes no sense. */
export class BadParameter extends Error {}

/** What is wrong with a question, as Prometheus says it. What is nobody's fault but the hub's is left to the hub. */
export function failure(context: Context, error: unknown): Response {
  const answer = (status: 400 | 422 | 503, errorType: string, message: string) =>
    context.json({ status: "error", errorType, error: message }, status);
  if (error instanceof BadParameter || error instanceof RangeError) return answer(400, "bad_data", error.message);
  if (error instanceof PromqlError) {
    const place = error.position === undefined ? "" : `1:${error.position + 1}: parse error: `;
    return error.kind === "syntax"
      ? answer(400, "bad_data", `invalid parameter "query": ${place}${error.message}`)
      : answer(422, "execution", error.message);
  }
  if (error instanceof WeirError && error.code === "LIMIT_REACHED")
    return answer(503, "timeout", `${error.message}. ${error.hint}`);
  if (error instanceof WeirError && error.code.startsWith("STORAGE"))
    return answer(503, "unavailable", `${error.message}. ${error.hint}`);
  throw error;
}

const point = (atMs: number, value: number) => [atMs / 1000, formatValue(value)] as const;

/** The value of a query at one moment. */
export function instantData(value: Value, atMs: number): object {
  switch (value.kind) {
    case "scalar":
      return { resultType: "scalar", result: point(atMs, value.value) };
    case "string":
      return { resultType: "string", result: [atMs / 1000, value.value] };
    case "vector":
      return {
        resultType: "vector",
        result: value.samples.map(({ labels, value: of }) => ({ metric: labels, value: point(atMs, of) })),
      };
    case "matrix":
      return {
        resultType: "matrix",
        result: value.windows.map(({ labels, times, values, begin, end }) => ({
          metric: labels,
          values: Array.from({ length: end - begin }, (_, index) =>
            point(times[begin + index] ?? 0, values[begin + index] ?? Number.NaN),
          ),
        })),
      };
    default:
      return value satisfies never;
  }
}

/** The value of a query over time. */
export function rangeData(series: readonly ResultSeries[]): object {
  return {
    resultType: "matrix",
    result: series.map(({ labels, points }) => ({
      metric: labels,
      values: points.map(([at, value]) => point(at, value)),
    })),
  };
}

/** Names of all labels, in order. */
export function labelNames(sets: readonly Labels[]): string[] {
  return [...new Set(sets.flatMap((labels) => Object.keys(labels)))].sort();
}

/** Values of one label, in order. */
export function labelValues(sets: readonly Labels[], name: string): string[] {
  return [...new Set(sets.flatMap((labels) => labels[name] ?? []))].sort();
}
