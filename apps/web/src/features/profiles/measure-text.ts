import { formatBytes, formatCount, formatDurationNs } from "@weir/base";

/** A measured value for people, by pprof's word for its unit. */
export function measureText(value: number, unit: string): string {
  if (unit === "nanoseconds") return formatDurationNs(value);
  if (unit === "bytes") return formatBytes(value);
  return unit === "count" || unit === "" ? formatCount(value) : `${formatCount(value)} ${unit}`;
}

/** A share of the whole in per cent. */
export function shareText(value: number, total: number): string {
  return `${((100 * value) / Math.max(1, total)).toFixed(1)} %`;
}
