import { type Header, headerOf } from "../common/http/headers.ts";

/** How the length of a body is told (RFC 9112 §6.3). */
export type BodyLength =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "untilClose" };

/** Body of a request. */
export function requestBodyLength(headers: readonly Header[]): BodyLength {
  if (isChunked(headers)) return { kind: "chunked" };
  const bytes = contentLength(headers);
  return bytes === undefined || bytes === 0 ? { kind: "none" } : { kind: "length", bytes };
}

/** Body of a response to `method`: none for HEAD, 1xx, 204, 304 and a successful CONNECT; until the close where nothing tells. */
export function responseBodyLength(
  statusCode: number | undefined,
  headers: readonly Header[],
  method: string | undefined,
): BodyLength {
  if (method === "HEAD") return { kind: "none" };
  if (statusCode !== undefined) {
    if (statusCode < 200 || statusCode === 204 || statusCode === 304) return { kind: "none" };
    if (method === "CONNECT" && statusCode < 300) return { kind: "none" };
  }
  if (isChunked(headers)) return { kind: "chunked" };
  const bytes = contentLength(headers);
  if (bytes === undefined) return { kind: "untilClose" };
  return bytes === 0 ? { kind: "none" } : { kind: "length", bytes };
}

/** Chunked wins over a length (RFC 9112 §6.3); both together is a known attack, and counted as a violation. */
export function isChunked(headers: readonly Header[]): boolean {
  const codings = headerOf(headers, "transfer-encoding");
  return codings !== undefined && /(?:^|,)\s*chunked\s*$/i.test(codings);
}

/** A length as it should be written. */
const PLAIN_LENGTH = /^(?:0|[1-9]\d{0,14})$/;
const NONE: readonly string[] = [];

/** A length; some write it several times into one field, or with zeros in front. */
const LENGTH = /^0{0,64}\d{1,15}(?:\s*,.*)?$/;

/** The first Content-Length that is a number. */
export function contentLength(headers: readonly Header[]): number | undefined {
  const text = headerOf(headers, "content-length");
  if (text === undefined) return undefined;
  if (LENGTH.test(text)) return Number.parseInt(text, 10);
  const other = headers.find(([name, value]) => name.toLowerCase() === "content-length" && LENGTH.test(value));
  return other === undefined ? undefined : Number.parseInt(other[1], 10);
}

/**
 * What a head says of its message's length or of its host that recipients read differently (RFC 9112 §6.3, §3.2): such heads smuggle requests past
 * proxies. Short stable words, empty for nearly all. HOT PATH: nothing is made for those.
 */
export function ambiguitiesOf(headers: readonly Header[]): readonly string[] {
  let lengths = 0;
  let length: string | undefined;
  let areLengthsBad = false;
  let doLengthsDiffer = false;
  let hosts = 0;
  let codings = 0;
  for (const [name, value] of headers) {
    // Lengths differ nearly always: lower case is made of few names.
    if (name.length === 4 && name.toLowerCase() === "host") hosts += 1;
    else if (name.length === 14 && name.toLowerCase() === "content-length") {
      lengths += 1;
      length ??= value;
      areLengthsBad ||= !PLAIN_LENGTH.test(value);
      doLengthsDiffer ||= value !== length;
    } else if (name.length === 17 && name.toLowerCase() === "transfer-encoding") codings += 1;
  }
  if (hosts < 2 && codings < 2 && !areLengthsBad && !doLengthsDiffer && (lengths === 0 || codings === 0)) return NONE;
  const found: string[] = [];
  if (hosts > 1) found.push("multipleHosts");
  if (areLengthsBad) found.push("badContentLength");
  if (doLengthsDiffer) found.push("multipleContentLengths");
  if (lengths > 0 && codings > 0) found.push("lengthAndChunked");
  if (codings > 1) found.push("multipleTransferEncodings");
  return found;
}
