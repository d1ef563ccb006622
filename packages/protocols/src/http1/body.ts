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
  statusCode: number,
  headers: readonly Header[],
  method: string | undefined,
): BodyLength {
  if (method === "HEAD" || statusCode < 200 || statusCode === 204 || statusCode === 304) return { kind: "none" };
  if (method === "CONNECT" && statusCode < 300) return { kind: "none" };
  if (isChunked(headers)) return { kind: "chunked" };
  const bytes = contentLength(headers);
  if (bytes === undefined) return { kind: "untilClose" };
  return bytes === 0 ? { kind: "none" } : { kind: "length", bytes };
}

/** Chunked wins over a length (RFC 9112 §6.3); both together is a known attack, and counted as a violation. */
export function isChunked(headers: readonly Header[]): boolean {
  return /(?:^|,)\s*chunked\s*$/i.test(headerOf(headers, "transfer-encoding") ?? "");
}

export function contentLength(headers: readonly Header[]): number | undefined {
  const text = headerOf(headers, "content-length");
  if (text === undefined || !/^\d{1,15}(?:\s*,.*)?$/.test(text)) return undefined;
  return Number.parseInt(text, 10);
}
