import { decompress } from "../compression/decompress.ts";
import { type Header, headerOf } from "./headers.ts";

/** A body without its codings. */
export interface Content {
  /** Undefined where a coding is not known, or nothing could be decoded. */
  readonly bytes: Uint8Array | undefined;
  readonly isTruncated: boolean;
  readonly isBomb: boolean;
}

/** Codings of RFC 9110 §8.4.1 and the IANA registry, as `decompress` calls them. */
const COMPRESSIONS: ReadonlyMap<string, string> = new Map([
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
  ["br", "br"],
  ["zstd", "zstd"],
]);
const NONE: readonly string[] = [];
/** Codings in a row that are undone; more are no honest body. */
const MAX_CODINGS = 3;
/** Of what is coded several times, more is decoded inside than is shown in the end. */
const MAX_INNER_BYTES = 64 << 10;

/** A body's codings in the order in which they were applied: those of `Content-Encoding`, then those of `Transfer-Encoding` but chunks. */
export function codingsOf(headers: readonly Header[]): readonly string[] {
  const content = headerOf(headers, "content-encoding");
  const transfer = headerOf(headers, "transfer-encoding");
  if (content === undefined && (transfer === undefined || transfer.length === "chunked".length)) return NONE;
  return `${content ?? ""},${transfer ?? ""}`
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity" && coding !== "chunked");
}

/** True where a coding gives nothing, or nothing useful, before its data's end. */
export function isDecodedWhole(headers: readonly Header[]): boolean {
  const codings = codingsOf(headers);
  return codings.length > 0 && codings.some((coding) => coding === "br" || coding === "zstd");
}

/** Undoes codings, the last one first. `bytes` may end anywhere. */
export function decodeContent(codings: readonly string[], bytes: Uint8Array, maxBytes: number): Content {
  let content: Content = { bytes, isTruncated: false, isBomb: false };
  if (codings.length > MAX_CODINGS) return { ...content, bytes: undefined };
  for (const [index, coding] of codings.toReversed().entries()) {
    const limit = index === codings.length - 1 ? maxBytes : MAX_INNER_BYTES;
    const decoded = decompress(COMPRESSIONS.get(coding) ?? "", content.bytes ?? bytes, limit);
    if (decoded === undefined) return { ...content, bytes: undefined };
    const isTruncated = decoded.isTruncated || content.isTruncated;
    content = { bytes: decoded.bytes, isTruncated, isBomb: decoded.isBomb || content.isBomb };
  }
  return content;
}
