import { tryDecodeUtf8 } from "@weir/base";
import type { CallStatus, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { closeMeaning, closeStatus } from "./close-codes.ts";
import { MAX_CONTROL_BYTES, OPCODE } from "./frame.ts";
import type { Message } from "./side.ts";

/** Bytes of text that are shown. */
export const BODY_BYTES = 4096;
/** A close without a code (RFC 6455 §7.1.5). */
const NO_CODE = 1005;
const WORDS: ReadonlyMap<number, string> = new Map(Object.entries(OPCODE).map(([word, opcode]) => [opcode, word]));

/** What is known of a message beside its bytes on the wire. */
export interface Exchange {
  readonly message: Message;
  /** The pong of a ping, the close of a close. */
  readonly answer: Message | undefined;
  readonly isFromServer: boolean;
  /** Target of the upgrade request. */
  readonly target: string;
  /** Decompressed beginning; undefined where the message is compressed and could not be decoded. */
  readonly content: Uint8Array | undefined;
  readonly status: CallStatus;
  readonly gradeReasons: readonly GradeReason[];
}

/** A message, with its answer where it has one, as a call. */
export function callOf(exchange: Exchange): CallDraft {
  const { message, answer, target, content, gradeReasons } = exchange;
  const close = message.opcode === OPCODE.close ? parseClose(message.payload) : undefined;
  const hasGap = message.hasGap || answer?.hasGap === true;
  const shown = message.opcode === OPCODE.text ? shownText(message, content) : undefined;
  return {
    operation: WORDS.get(message.opcode) ?? "unknown",
    target,
    status: close === undefined ? exchange.status : statusOfClose(close.code, exchange),
    statusCode: close === undefined ? "" : String(close.code),
    requestFirst: message.first,
    requestLast: message.last,
    responseFirst: answer?.first,
    responseLast: answer?.last,
    requestBytes: message.bytes,
    responseBytes: answer?.bytes ?? 0,
    requestBody: shown,
    bodyTruncated: shown !== undefined && (message.isCut || (content?.length ?? 0) > BODY_BYTES),
    attributes: attributesOf(exchange, close),
    gradeReasons: hasGap ? [...gradeReasons, "missingSegments"] : gradeReasons,
  };
}

interface Close {
  readonly code: number;
  readonly reason: string;
}

/** Code and reason of a close (§5.5.1). */
function parseClose(payload: Uint8Array): Close {
  const [high, low] = payload;
  if (high === undefined || low === undefined) return { code: NO_CODE, reason: "" };
  return { code: (high << 8) | low, reason: tryDecodeUtf8(payload.subarray(2, MAX_CONTROL_BYTES)) ?? "" };
}

/** Whoever is at fault, a close that nobody answered says that too. */
function statusOfClose(code: number, { status, isFromServer }: Exchange): CallStatus {
  const fault = closeStatus(code, isFromServer);
  return fault === "ok" ? status : fault;
}

function attributesOf({ message, answer, isFromServer }: Exchange, close: Close | undefined): Record<string, string> {
  const attributes: Record<string, string> = {
    "weir.call.initiator": isFromServer ? "server" : "client",
    "weir.websocket.payload_bytes": String(message.payloadBytes),
    "weir.websocket.frames": String(message.frames),
    "weir.websocket.masked": String(message.isMasked),
  };
  if (message.isCompressed) attributes["weir.websocket.compressed"] = "true";
  if (close !== undefined) {
    attributes["weir.websocket.close_code"] = String(close.code);
    attributes["weir.websocket.close_meaning"] = closeMeaning(close.code);
    if (close.reason !== "") attributes["weir.websocket.close_reason"] = close.reason;
    if (answer !== undefined) attributes["weir.websocket.answer_close_code"] = String(parseClose(answer.payload).code);
  }
  return attributes;
}

/** The beginning of a text message; its last character may be cut. */
function shownText({ payloadBytes, isCompressed }: Message, content: Uint8Array | undefined): string {
  const shown = content?.subarray(0, BODY_BYTES);
  for (let cut = 0; shown !== undefined && cut < 4 && cut <= shown.length; cut += 1) {
    const text = tryDecodeUtf8(shown.subarray(0, shown.length - cut));
    if (text !== undefined) return text;
  }
  return `<${payloadBytes} bytes of ${isCompressed ? "permessage-deflate" : "text that is no UTF-8"}>`;
}
