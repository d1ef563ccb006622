import type { OtelSpanRow } from "@weir/model";
import type { OperationBaseline } from "./baseline.ts";

/** What a trace's spans say about keeping it, as far as they have come. */
export interface TraceInterest {
  hasError: boolean;
  isSlow: boolean;
  isRare: boolean;
}

export const NO_INTEREST: Readonly<TraceInterest> = { hasError: false, isSlow: false, isRare: false };

/** What of a span is looked at. */
type SeenSpan = Pick<
  OtelSpanRow,
  "ServiceName" | "SpanName" | "SpanKind" | "ParentSpanId" | "SpanAttributes" | "Duration" | "StatusCode"
>;

const PEERS = ["peer.service", "server.address", "net.peer.name", "db.namespace", "messaging.destination.name"];

/** Takes one span: what it says is noted in its trace's interest, and the baseline learns of it. */
export function noteSpan(span: SeenSpan, interest: TraceInterest, baseline: OperationBaseline, nowMs: number): void {
  const { ServiceName, SpanName, SpanKind, ParentSpanId, SpanAttributes } = span;
  if (span.StatusCode === "Error") interest.hasError = true;
  const compared = baseline.note(`${ServiceName}\n${SpanKind}\n${SpanName}`, Number(span.Duration), nowMs);
  if (compared.isRare) interest.isRare = true;
  // Of many spans of a trace one is always slow: what counts is what a service answered with, or the whole.
  const isAnswer = SpanKind === "Server" || SpanKind === "Consumer" || ParentSpanId === "";
  if (compared.isSlow && isAnswer) interest.isSlow = true;
  if (SpanKind !== "Client" && SpanKind !== "Producer") return;
  const peer = PEERS.map((name) => SpanAttributes[name]).find((value) => value !== undefined && value !== "");
  if (peer !== undefined && baseline.noteEdge(`${ServiceName}\n${peer}`, nowMs)) interest.isRare = true;
}
