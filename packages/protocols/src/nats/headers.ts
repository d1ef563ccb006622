import { decodeUtf8 } from "@weir/base";

/** Headers of one message that are kept. */
const MAX_HEADERS = 64;

/** Headers of HPUB and HMSG (ADR-4): a first line of version and perhaps a status, then names and values. */
export interface MessageHeaders {
  /** Of answers of the server itself: 503 for "no responders". */
  readonly status: number | undefined;
  readonly description: string;
  readonly pairs: readonly (readonly [string, string])[];
}

/** Reads headers; undefined where they do not begin as they must. */
export function parseHeaders(bytes: Uint8Array): MessageHeaders | undefined {
  const [first = "", ...lines] = decodeUtf8(bytes).split("\r\n");
  const match = /^NATS\/1\.0(?: (\d{3}) ?(.*))?$/.exec(first);
  if (match === null) return undefined;
  const pairs: [string, string][] = [];
  for (const line of lines.slice(0, MAX_HEADERS)) {
    const colon = line.indexOf(":");
    if (colon > 0) pairs.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
  const status = match[1] === undefined ? undefined : Number(match[1]);
  return { status, description: match[2] ?? "", pairs };
}

/** The value of a header; names are compared without case. */
export function headerOf(headers: MessageHeaders | undefined, name: string): string | undefined {
  return headers?.pairs.find(([candidate]) => candidate.toLowerCase() === name)?.[1];
}
