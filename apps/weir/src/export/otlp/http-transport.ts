import { gzipSync } from "node:zlib";
import { readOtlpAnswer } from "@weir/receive";
import type { Outcome, SentSignal, Transport } from "./transport.ts";

const REQUEST_MS = 10_000;
/** Statuses after which the same request may be sent again (OTLP 1.x, "Failures"). */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Of an answer's text in messages. */
const MAX_TEXT = 200;

/** OTLP/HTTP with Protocol Buffers and gzip: `/v1/traces` and so on are added to the address. */
export function httpTransport(base: URL, headers: Readonly<Record<string, string>>): Transport {
  const urlOf = (signal: SentSignal) => new URL(`${base.pathname.replace(/\/$/, "")}/v1/${signal}`, base);
  return {
    target: base.href,
    prepare: (body) => new Uint8Array(gzipSync(body)),
    async send(signal, body) {
      const sent = fetch(urlOf(signal), {
        method: "POST",
        headers: { ...headers, "content-type": "application/x-protobuf", "content-encoding": "gzip" },
        body,
        signal: AbortSignal.timeout(REQUEST_MS),
      });
      return sent
        .then(outcomeOf)
        .catch((error: Error) => ({ kind: "later", why: reasonOf(error), afterMs: undefined }));
    },
    close: () => undefined,
  };
}

async function outcomeOf(answer: Response): Promise<Outcome> {
  const body = new Uint8Array(await answer.arrayBuffer());
  if (answer.ok) return { kind: "taken", ...(readOtlpAnswer(body) ?? { rejected: 0, message: "" }) };
  const said = printable(body);
  const why = `it answered ${answer.status}${said === "" ? "" : `: ${said}`}`;
  if (!PASSING.has(answer.status)) return { kind: "refused", why };
  return { kind: "later", why, afterMs: retryAfterMs(answer.headers.get("retry-after"), Date.now()) };
}

/** `Retry-After` in milliseconds from now: seconds, or a date (RFC 9110 §10.2.3). Undefined where it says neither. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

/** What is text in an answer, be it JSON or a message of Protocol Buffers. */
function printable(body: Uint8Array): string {
  return Buffer.from(body)
    .toString("utf8")
    .replace(/[^\x20-\x7e]+/g, " ")
    .trim()
    .slice(0, MAX_TEXT);
}

/** Fetch says only that it failed; the cause says why. */
function reasonOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}
