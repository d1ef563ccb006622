import type { CallDraft } from "../call-draft.ts";
import { decompress } from "../common/compression/decompress.ts";
import type { HttpApplication, HttpExchange, HttpPassage } from "../common/http/exchange.ts";
import { type Header, headerOf } from "../common/http/headers.ts";
import { isProtobuf, type Variant, variantOf } from "./content-type.ts";
import { MessageCounter } from "./message-counter.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { showFields } from "./protobuf/schemaless.ts";
import { textIn } from "./protobuf/text.ts";
import type { MessageDecoder } from "./protobuf/typed.ts";
import { grpcRecord } from "./record.ts";
import { timeoutNsOf } from "./status.ts";

/** Longest text of a message that is kept. */
const MAX_TEXT_CHARS = 2048;
/** Most bytes that a compressed message is opened to. */
const MAX_OPENED_BYTES = 4096;

/** gRPC, gRPC-Web and Connect's streams in HTTP; messages without the names of their fields. */
export const grpc = grpcWith(undefined);

/** The same with the types that a FileDescriptorSet declares. */
export function grpcWith(decoder: MessageDecoder | undefined): HttpApplication & { readonly id: "grpc" } {
  return {
    id: grpcRecord.id,
    observe(headers) {
      const variant = variantOf(headers);
      // What HTTP itself has encoded shows no messages.
      if (variant === undefined || headerOf(headers, "content-encoding") !== undefined) return undefined;
      return new MessageCounter(variant === "grpc-web-text");
    },
    refine(exchange, draft) {
      const variant = exchangeVariant(exchange);
      return variant === undefined ? undefined : callOf(exchange, draft, variant, decoder);
    },
  };
}

/** By the content type of either side; where both are unknown, by the status in the trailers. */
function exchangeVariant({ request, response, responsePassage }: HttpExchange): Variant | undefined {
  const told = (request && variantOf(request.headers)) ?? (response && variantOf(response.headers));
  if (told !== undefined) return told;
  const isTold = request !== undefined && headerOf(request.headers, "content-type") !== undefined;
  return !isTold && headerOf(responsePassage?.trailers ?? [], "grpc-status") !== undefined ? "grpc" : undefined;
}

function callOf(
  exchange: HttpExchange,
  draft: CallDraft,
  variant: Variant,
  decoder: MessageDecoder | undefined,
): CallDraft {
  const { request, response, requestPassage, responsePassage } = exchange;
  const path = request?.target?.replace(/^\//, "").replace(/\?.*$/, "");
  const slash = path?.lastIndexOf("/") ?? -1;
  const outcome = outcomeOf(exchange, draft, trailersOf(exchange));
  const show = (
    side: "request" | "response",
    headers: readonly Header[] | undefined,
    passage: HttpPassage | undefined,
  ) =>
    showFirst(passage, headers ?? [], (bytes, isCut) => decoder?.show(path ?? "", side, bytes, isCut, MAX_TEXT_CHARS));
  return {
    ...draft,
    protocol: grpcRecord.protocol,
    operation: path === undefined || path === "" ? "unknown" : path.slice(slash + 1),
    target: path === undefined ? "" : path.slice(0, Math.max(0, slash)),
    status: outcome.status,
    statusCode: outcome.statusCode,
    requestBody: show("request", request?.headers, requestPassage),
    responseBody: show("response", response?.headers, responsePassage),
    bodyTruncated: isMoreThanShown(requestPassage) || isMoreThanShown(responsePassage),
    attributes: { ...draft.attributes, ...attributesOf(exchange, variant, path, outcome) },
  };
}

/** Behind the body, inside it (gRPC-Web), or in place of all (trailers-only). */
function trailersOf({ response, responsePassage }: HttpExchange): readonly Header[] {
  const trailers = responsePassage?.trailers ?? [];
  if (headerOf(trailers, "grpc-status") !== undefined) return trailers;
  const counter = counterOf(responsePassage);
  if (counter?.trailers !== undefined) return headersIn(counter.trailers);
  return response?.headers ?? [];
}

/** gRPC-Web's trailers: lines as HTTP/1 has them. */
function headersIn(text: string): Header[] {
  return text.split("\r\n").flatMap((line): Header[] => {
    const colon = line.indexOf(":");
    return colon > 0 ? [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]] : [];
  });
}

function counterOf(passage: HttpPassage | undefined): MessageCounter | undefined {
  return passage?.observer instanceof MessageCounter ? passage.observer : undefined;
}

/** The first message as text, opened where it is compressed. */
function showFirst(
  passage: HttpPassage | undefined,
  headers: readonly Header[],
  show: (bytes: Uint8Array, isCut: boolean) => string | undefined,
): string | undefined {
  const counter = counterOf(passage);
  const first = counter?.first;
  if (counter === undefined || first === undefined || first.length === 0) return undefined;
  const encoding = headerOf(headers, "grpc-encoding") ?? headerOf(headers, "connect-content-encoding") ?? "";
  const opened = counter.isCompressed ? decompress(encoding, first, MAX_OPENED_BYTES) : undefined;
  if (counter.isCompressed && opened === undefined)
    return `<${counter.messageBytes} bytes of ${encoding || "unknown encoding"}>`;
  const bytes = opened?.bytes ?? first;
  const isCut = opened?.isTruncated ?? counter.isFirstCut;
  if (!isProtobuf(headers)) return textIn(bytes)?.slice(0, MAX_TEXT_CHARS);
  return show(bytes, isCut) ?? showFields(bytes, isCut, MAX_TEXT_CHARS) ?? `<${bytes.length} bytes>`;
}

function isMoreThanShown(passage: HttpPassage | undefined): boolean {
  const counter = counterOf(passage);
  return counter !== undefined && (counter.messages > 1 || counter.isFirstCut);
}

function attributesOf(
  exchange: HttpExchange,
  variant: Variant,
  path: string | undefined,
  outcome: Outcome,
): Record<string, string> {
  const { request, response, requestPassage, responsePassage } = exchange;
  const asked = counterOf(requestPassage);
  const answered = counterOf(responsePassage);
  const timeoutNs = timeoutNsOf(headerOf(request?.headers ?? [], "grpc-timeout") ?? "");
  const all: Record<string, string | number | undefined> = {
    "rpc.system.name": "grpc",
    "rpc.service": path?.slice(0, Math.max(0, path.lastIndexOf("/"))),
    "rpc.method": path,
    "rpc.status_code": outcome.statusCode === "" ? undefined : outcome.statusCode,
    "weir.grpc.status_source": outcome.source,
    "weir.grpc.message": outcome.message,
    "weir.grpc.variant": variant,
    "weir.grpc.kind": asked && answered && kindOf(asked.messages, answered.messages),
    "weir.grpc.timeout_ns": timeoutNs,
    "weir.grpc.request.encoding": headerOf(request?.headers ?? [], "grpc-encoding"),
    "weir.grpc.response.encoding": headerOf(response?.headers ?? [], "grpc-encoding"),
    ...countsOf("request", asked),
    ...countsOf("response", answered),
  };
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined) present[name] = String(value);
  return present;
}

/** As seen: a stream with one message each way looks like a unary call. */
function kindOf(asked: number, answered: number): string {
  if (asked > 1) return answered > 1 ? "bidi" : "clientStream";
  return answered > 1 ? "serverStream" : "unary";
}

/** Numbers behind a hole are not known. */
function countsOf(side: string, counter: MessageCounter | undefined): Record<string, number> {
  if (counter === undefined || counter.isLost) return {};
  return {
    [`weir.grpc.${side}.messages`]: counter.messages,
    [`weir.grpc.${side}.message_bytes`]: counter.messageBytes,
    [`weir.grpc.${side}.largest_message_bytes`]: counter.largestBytes,
  };
}
