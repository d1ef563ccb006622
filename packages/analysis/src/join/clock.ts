import { NS_PER_MS } from "@weir/base";
import type { Call } from "@weir/model";
import { endOfCall } from "./hop.ts";
import { endOfSpan, type Span } from "./span.ts";

/** How far one clock is ahead of another, as what was seen by both tells. Shown, never applied to a time that is shown. */
export interface ClockOffset {
  /** Whose clock: a service, or a capture. */
  readonly of: string;
  readonly against: string;
  /** Clock of `of` less clock of `against`. */
  readonly offsetNs: number;
  /** The offset lies within this of `offsetNs`. */
  readonly uncertaintyNs: number;
}

/** Who ends a span, or sends the last byte, is not always the one that should be last: a difference so small is none of clocks. */
const TOLERANCE_NS = NS_PER_MS;

/**
 * A clock against another, of which it is known that what the first saw encloses what the second did. Zero where the clocks may be equal, else the middle of
 * what is possible; undefined where the one is shorter than the other and encloses nothing.
 */
export function enclosingOffset(
  outer: Interval & { readonly clock: string },
  inner: Interval & { readonly clock: string },
): ClockOffset | undefined {
  const least = Number(outer.start - inner.start);
  const most = Number(outer.end - inner.end);
  if (least > most + TOLERANCE_NS) return undefined;
  const isEqual = least <= TOLERANCE_NS && most >= -TOLERANCE_NS;
  const offsetNs = isEqual ? 0 : Math.round((least + most) / 2);
  return {
    of: outer.clock,
    against: inner.clock,
    offsetNs,
    uncertaintyNs: Math.max(Math.abs(most - offsetNs), Math.abs(offsetNs - least)),
  };
}

/**
 * The clock of the server's vantage against the client's, by the times at which both saw the request begin and its answer begin, as NTP does
 * (RFC 5905 §8): the way there is believed to take as long as the way back. Undefined without an answer.
 */
export function vantageOffset(atClient: Call, atServer: Call): ClockOffset | undefined {
  const clientAnswerNs = answeredAfterNs(atClient);
  const serverAnswerNs = answeredAfterNs(atServer);
  if (clientAnswerNs === undefined || serverAnswerNs === undefined) return undefined;
  const there = Number(atServer.startedAt - atClient.startedAt);
  const back = there + serverAnswerNs - clientAnswerNs;
  return {
    of: `capture ${atServer.captureId}`,
    against: `capture ${atClient.captureId}`,
    offsetNs: Math.round((there + back) / 2),
    uncertaintyNs: Math.abs(Math.round((there - back) / 2)),
  };
}

/** First byte of the request to first byte of the answer. */
export function answeredAfterNs({ requestNs, waitNs }: Call): number | undefined {
  return waitNs === undefined ? undefined : requestNs + waitNs;
}

/** From when to when something was, by one clock. */
export interface Interval {
  readonly start: bigint;
  readonly end: bigint;
}

export function spanInterval(span: Span): Interval & { readonly clock: string } {
  return { start: span.startedAt, end: endOfSpan(span), clock: `spans of ${span.serviceName}` };
}

export function callInterval(call: Call): Interval & { readonly clock: string } {
  return { start: call.startedAt, end: endOfCall(call), clock: `capture ${call.captureId}` };
}
