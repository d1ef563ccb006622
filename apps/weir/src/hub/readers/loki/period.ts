import { parseUnixNs } from "@weir/base";
import { PromqlError, parseDurationMs } from "@weir/promql";

const HOUR_NS = 3_600_000_000_000n;

/** A moment as Loki takes it: Unix nanoseconds, Unix seconds with a fraction, or RFC 3339. */
export function whole(text: string | null): bigint | undefined {
  if (text === null || text === "") return undefined;
  if (/^\d+$/.test(text)) return text.length > 10 ? BigInt(text) : BigInt(text) * 1_000_000_000n;
  if (/^\d+\.\d+$/.test(text)) return BigInt(Math.round(Number(text) * 1e6)) * 1000n;
  const ns = parseUnixNs(text);
  if (ns === undefined) throw new PromqlError("syntax", `"${text}" is no time`);
  return ns;
}

/** From `start` to before `end`; the last hour where they are not given. */
export function periodOf(parameters: URLSearchParams): { readonly fromNs: bigint; readonly toNs: bigint } {
  const toNs = whole(parameters.get("end")) ?? BigInt(Date.now()) * 1_000_000n;
  const since = parseDurationMs(parameters.get("since") ?? "");
  const fromNs = whole(parameters.get("start")) ?? toNs - (since === undefined ? HOUR_NS : BigInt(since) * 1_000_000n);
  if (fromNs > toNs) throw new PromqlError("syntax", "the end lies before the start");
  return { fromNs, toNs };
}

/** The step, or one by which there are some 250 moments. */
export function stepMs(parameters: URLSearchParams, startMs: number, endMs: number): number {
  const text = parameters.get("step");
  if (text === null || text === "") return Math.max(1000, Math.floor((endMs - startMs) / 250_000) * 1000);
  const seconds = Number(text);
  const ms = Number.isNaN(seconds) ? parseDurationMs(text) : Math.round(seconds * 1000);
  if (ms === undefined || !(ms > 0)) throw new PromqlError("syntax", `"${text}" is no step`);
  return ms;
}
