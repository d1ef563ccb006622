import type { GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { callOfExchange } from "../common/http/call-of-exchange.ts";
import type { HttpApplication, HttpExchange } from "../common/http/exchange.ts";
import type { Stalls } from "./flow-control.ts";
import type { Http2Stream } from "./stream.ts";

/** How a stream came to its end. */
export interface StreamEnd {
  /** As `HttpExchange.cutBy`. */
  readonly cutBy: HttpExchange["cutBy"];
  readonly gradeReasons: readonly GradeReason[];
}

/** The call that a stream is. */
export function callOfStream(
  stream: Http2Stream,
  end: StreamEnd,
  applications: readonly HttpApplication[],
): CallDraft | undefined {
  const { request, response, requestMessage, responseMessage, reset } = stream;
  return callOfExchange(
    {
      version: "2",
      request,
      response,
      requestPassage: requestMessage,
      responsePassage: responseMessage,
      cutBy: stream.cutAt !== undefined ? "reset" : responseMessage?.hasEnded === true ? undefined : end.cutBy,
      cutAt: stream.cutAt,
      resetCode: reset?.code,
      gradeReasons: [...new Set([...stream.gradeReasons, ...end.gradeReasons])],
      attributes: attributesOf(stream),
    },
    applications,
  );
}

function attributesOf(stream: Http2Stream): Record<string, string> {
  const { reset, requestMessage, responseMessage } = stream;
  const attributes: Record<string, string> = { "weir.http2.stream_id": String(stream.id), ...stream.interim?.take() };
  if (reset !== undefined) {
    attributes["weir.http2.error_code"] = reset.code;
    attributes["weir.http2.reset_by"] = reset.by;
  }
  if (stream.goaway !== undefined) attributes["weir.http2.goaway"] = stream.goaway;
  if (stream.isUnprocessed) attributes["weir.http2.retry_safe"] = "true";
  if (stream.isUpgraded) attributes["weir.http2.upgraded"] = "true";
  if (stream.isPushed) {
    attributes["weir.http2.pushed"] = "true";
    attributes["weir.call.initiator"] = "server";
  }
  if (stream.limitReached !== undefined) attributes["weir.http2.stream_limit"] = String(stream.limitReached);
  addStalls(attributes, "stream", requestMessage?.stalls?.stream, responseMessage?.stalls?.stream);
  addStalls(attributes, "connection", requestMessage?.stalls?.connection, responseMessage?.stalls?.connection);
  return attributes;
}

/** Stalls of both messages of a call together: mostly only one of them is long. */
function addStalls(
  attributes: Record<string, string>,
  window: string,
  ...stalls: readonly (Stalls | undefined)[]
): void {
  let count = 0;
  let ns = 0;
  for (const stall of stalls) {
    count += stall?.count ?? 0;
    ns += stall?.ns ?? 0;
  }
  if (count === 0) return;
  attributes[`weir.http2.${window}_window.stalls`] = String(count);
  attributes[`weir.http2.${window}_window.stalled_ns`] = String(ns);
}
