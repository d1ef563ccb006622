import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { WeirError } from "@weir/base";
import { type OutgoingSpan, writeTraces } from "@weir/receive";

/** Tries of one request, the first one included. */
const MAX_TRIES = 6;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const REQUEST_MS = 30_000;
/** Statuses after which the same request may be sent again (OTLP 1.x, "Failures"). */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Sends spans to a receiver of OTLP/HTTP. Throws when it refuses them, or does not take them after some tries. */
export async function sendSpans(
  base: URL,
  spans: readonly OutgoingSpan[],
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const url = new URL(`${base.pathname.replace(/\/$/, "")}/v1/traces`, base);
  const body = gzipSync(writeTraces(spans));
  const init = {
    method: "POST",
    headers: { ...headers, "content-type": "application/x-protobuf", "content-encoding": "gzip" },
    body,
  };
  for (let tried = 1; ; tried += 1) {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_MS) }).catch(
      (error: Error) => error,
    );
    if (!(answer instanceof Error) && answer.ok) return;
    const why = answer instanceof Error ? answer.message : `it answered ${answer.status}`;
    const passes = answer instanceof Error || PASSING.has(answer.status);
    if (!passes || tried === MAX_TRIES)
      throw new WeirError(
        "USAGE",
        `${url} did not take the spans: ${why}`,
        "Check the address, and that it receives OTLP over HTTP with Protocol Buffers",
      );
    await sleep(pauseMs(answer, tried));
  }
}

/** As long as the receiver asks for, else twice as long each time. */
function pauseMs(answer: Response | Error, tried: number): number {
  const asked = answer instanceof Error ? Number.NaN : Number(answer.headers.get("retry-after") ?? Number.NaN) * 1000;
  return Math.min(LONGEST_PAUSE_MS, Number.isFinite(asked) ? asked : FIRST_PAUSE_MS * 2 ** (tried - 1));
}
