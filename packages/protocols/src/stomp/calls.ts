import type { CallStatus, EndReason, GradeReason } from "@weir/model";
import { maskHeaders } from "../common/http/mask.ts";
import { callOf, type Passage, present } from "../common/passage.ts";
import { payloadText } from "../common/payload-text.ts";
import { unanswered } from "../common/unanswered.ts";
import type { SessionContext } from "../contract.ts";
import type { StompFrame } from "./wire.ts";

/** Bodies that calls keep. */
export const BODY_BYTES = 1024;
/** Headers that hold secrets, or stand in attributes anyway. */
const SECRET_HEADERS: ReadonlySet<string> = new Set(["passcode", "login"]);

/** OpenTelemetry's words for what commands do with messages. */
const OPERATION_TYPES: Readonly<Record<string, string>> = {
  SEND: "send",
  MESSAGE: "process",
  ACK: "settle",
  NACK: "settle",
};

/** A frame that asks, and may be waiting for its answer. */
export interface OpenCall {
  readonly frame: { readonly command: string; readonly target: string };
  readonly request: Passage;
  readonly attributes: Record<string, string>;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | undefined;
  readonly isTruncated: boolean;
  readonly traceparent: string | undefined;
  mayHaveMissed: boolean;
}

/** What ends a call. */
export interface Outcome {
  readonly status: CallStatus;
  readonly statusCode?: string;
  readonly response?: Passage | undefined;
  readonly gradeReasons?: readonly GradeReason[];
}

/** The value of a header; of those that share a name the first counts (STOMP 1.2, "Repeated Header Entries"). */
export function headerOf({ headers }: StompFrame, name: string): string | undefined {
  return headers.find(([candidate]) => candidate === name)?.[1];
}

/** Begins the call of a frame. */
export function openCall(
  frame: StompFrame,
  request: Passage,
  byServer: boolean,
  version: string | undefined,
): OpenCall {
  const { command, headers, body, bodyBytes } = frame;
  const header = (name: string) => headerOf(frame, name);
  const { text, isTruncated } = payloadText(body, bodyBytes, BODY_BYTES);
  const destination = header("destination");
  const attributes = present({
    "messaging.operation.name": command.toLowerCase(),
    "messaging.operation.type": OPERATION_TYPES[command],
    "weir.call.initiator": byServer ? "server" : undefined,
    "network.protocol.version": version,
    "messaging.destination.name": destination,
    "messaging.message.id": header("message-id"),
    "messaging.message.conversation_id": header("correlation-id"),
    "messaging.message.body.size": command === "SEND" || command === "MESSAGE" ? bodyBytes : undefined,
    "weir.stomp.subscription": header("subscription") ?? (command.endsWith("SUBSCRIBE") ? header("id") : undefined),
    "weir.stomp.ack_mode": command === "SUBSCRIBE" ? (header("ack") ?? "auto") : undefined,
    "weir.stomp.transaction": header("transaction"),
    "weir.stomp.receipt": header("receipt"),
    "weir.stomp.reply_to": header("reply-to"),
    "weir.stomp.content_type": header("content-type"),
    "weir.stomp.host": header("host"),
  });
  return {
    frame: { command, target: destination ?? header("transaction") ?? header("host") ?? "" },
    request,
    attributes,
    headers: maskHeaders(headers.map(([name, value]) => [name, SECRET_HEADERS.has(name) ? "***" : value])),
    body: text,
    isTruncated,
    traceparent: header("traceparent"),
    mayHaveMissed: false,
  };
}

/** The call is over. */
export function finish(context: SessionContext, call: OpenCall, { response, ...outcome }: Outcome): void {
  const { frame, request, attributes, headers, body, isTruncated, traceparent } = call;
  context.emit(
    callOf(request, response, {
      operation: frame.command,
      target: frame.target,
      ...outcome,
      attributes,
      requestHeaders: headers,
      requestBody: body,
      bodyTruncated: isTruncated,
      traceparent,
    }),
  );
}

/** The connection ended, or a limit was reached, before the call did. */
export function giveUp(context: SessionContext, call: OpenCall, reason: EndReason | "limit"): void {
  if (reason === "limit") finish(context, call, { status: "unknown", gradeReasons: ["limitReached"] });
  else if (call.mayHaveMissed) finish(context, call, { status: "unknown", gradeReasons: ["missingSegments"] });
  else finish(context, call, unanswered(reason));
}
