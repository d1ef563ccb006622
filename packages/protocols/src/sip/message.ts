import { decodeLatin1 } from "@weir/base";

/** The head of a SIP message (RFC 3261 §7). */
export type SipHead = (
  | { readonly kind: "request"; readonly method: string; readonly uri: string }
  | { readonly kind: "response"; readonly code: number; readonly reason: string }
) & {
  /** By lower-case long name; the first value of each. */
  readonly headers: ReadonlyMap<string, string>;
  readonly headBytes: number;
  /** Content-Length; undefined where there is none, which over UDP means up to the datagram's end. */
  readonly bodyBytes: number | undefined;
};

/** Longest head that is read. */
export const MAX_HEAD_BYTES = 16 << 10;
/** Longest body that is believed; a session description has some kilobytes. */
const MAX_BODY_BYTES = 1 << 20;
const REQUEST_LINE = /^([A-Za-z]{1,20}) (\S{1,2048}) SIP\/2\.0$/;
const STATUS_LINE = /^SIP\/2\.0 (\d{3}) ?(.*)$/;

/** Compact forms of header names (RFC 3261 §7.3.3). */
const LONG_NAMES: Readonly<Record<string, string>> = {
  i: "call-id",
  m: "contact",
  e: "content-encoding",
  l: "content-length",
  c: "content-type",
  f: "from",
  s: "subject",
  k: "supported",
  t: "to",
  v: "via",
};

/** Reads the head at the front of `bytes`; line ends may be bare LF. `notSip` where no SIP message begins so. */
export function parseHead(bytes: Uint8Array): SipHead | "needMore" | "notSip" {
  const text = decodeLatin1(bytes, 0, Math.min(bytes.length, MAX_HEAD_BYTES));
  const end = /\r?\n\r?\n/.exec(text);
  const startEnd = text.indexOf("\n");
  if (startEnd >= 0 && parseStart(text.slice(0, startEnd).trimEnd()) === undefined) return "notSip";
  if (end === null) return bytes.length >= MAX_HEAD_BYTES ? "notSip" : "needMore";
  return headOf(text.slice(0, end.index), end.index + end[0].length);
}

/** As {@link parseHead}, where nothing more comes: a head that is cut off still has its whole lines. */
export function parseCutHead(bytes: Uint8Array): SipHead | undefined {
  const text = decodeLatin1(bytes, 0, Math.min(bytes.length, MAX_HEAD_BYTES));
  const lastLineEnd = text.lastIndexOf("\n");
  if (lastLineEnd < 0) return undefined;
  const head = headOf(text.slice(0, lastLineEnd).trimEnd(), bytes.length);
  return head === "notSip" ? undefined : head;
}

function headOf(text: string, headBytes: number): SipHead | "notSip" {
  const [startLine = "", ...lines] = text.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/);
  const start = parseStart(startLine.trimEnd());
  if (start === undefined) return "notSip";
  const headers = headersOf(lines);
  const length = headers.get("content-length");
  const bodyBytes =
    length !== undefined && /^\d{1,7}$/.test(length) ? Math.min(Number(length), MAX_BODY_BYTES) : undefined;
  return { ...start, headers, headBytes, bodyBytes };
}

function parseStart(line: string) {
  const request = REQUEST_LINE.exec(line);
  if (request !== null) return { kind: "request" as const, method: request[1] ?? "", uri: request[2] ?? "" };
  const status = STATUS_LINE.exec(line);
  return status === null ? undefined : { kind: "response" as const, code: Number(status[1]), reason: status[2] ?? "" };
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const long = LONG_NAMES[name] ?? name;
    if (!headers.has(long)) headers.set(long, line.slice(colon + 1).trim());
  }
  return headers;
}

/** What a response has in common with its request: the branch of the topmost Via and the method in CSeq (RFC 3261 §17.1.3), and the call. */
export function transactionOf({ headers }: SipHead): string {
  const branch = /;\s*branch=([^;,\s]{1,256})/i.exec(headers.get("via") ?? "")?.[1] ?? "";
  const [number = "", method = ""] = (headers.get("cseq") ?? "").split(/\s+/);
  return `${branch} ${headers.get("call-id") ?? ""} ${number} ${method.toUpperCase()}`;
}

/** An address without the user: `sip:***@example.org`. */
export function maskedUri(uri: string): string {
  const inner = /<([^>]{1,2048})>/.exec(uri)?.[1] ?? uri.split(";")[0] ?? "";
  return inner.replace(/^(sips?|tel):[^@;]*@/i, "$1:***@").replace(/^tel:.*/i, "tel:***");
}
