import { tryDecodeUtf8 } from "@weir/base";
import { ByteCursor } from "../common/byte-cursor.ts";
import type { ProbeVerdict } from "../contract.ts";

/** Length of the frame, then how the header is written and how long it is. */
export const PREFIX_BYTES = 8;
/** `com.rocketmq.remoting.frameMaxLength` is 16 MiB by default. */
export const MAX_FRAME_BYTES = 64 << 20;
const MAX_HEADER_BYTES = 1 << 16;
/** In the upper byte of the header's length. */
const HeaderForm = { json: 0, binary: 1 } as const;
/** Code, language, version, opaque, flag, and the lengths of remark and fields. */
const MIN_BINARY_HEADER_BYTES = 21;
const MIN_JSON_HEADER_BYTES = 24;
const MAX_LANGUAGE = 16;
/** Fields of a header that are kept. */
const MAX_FIELDS = 64;
const LANGUAGES = [
  "JAVA",
  "CPP",
  "DOTNET",
  "PYTHON",
  "DELPHI",
  "ERLANG",
  "RUBY",
  "OTHER",
  "HTTP",
  "GO",
  "PHP",
  "OMS",
  "RUST",
];
const RESPONSE_FLAG = 1;
const ONE_WAY_FLAG = 2;

/** `RemotingCommand`: one message of the remoting protocol. */
export interface RemotingCommand {
  /** What is asked, or how it went. */
  readonly code: number;
  /** Pairs a request with its response. */
  readonly opaque: number;
  readonly isResponse: boolean;
  readonly isOneWay: boolean;
  readonly language: string;
  readonly version: number;
  readonly remark: string;
  readonly fields: ReadonlyMap<string, string>;
  /** Borrowed. */
  readonly body: Uint8Array;
}

/** Length of a frame by its first bytes; undefined where the header would not fit. */
export function frameLength(bytes: Uint8Array): number | undefined {
  const cursor = new ByteCursor(bytes);
  const length = cursor.uint32();
  const header = cursor.uint32() & 0xff_ff_ff;
  return header + 4 <= length ? 4 + length : undefined;
}

/** Reads a frame; undefined where its header is not one. `bytes` may lack the end of the body. */
export function parseFrame(bytes: Uint8Array): RemotingCommand | undefined {
  const form = bytes[4] ?? 0;
  const length = new ByteCursor(bytes, 4).uint32() & 0xff_ff_ff;
  const header = bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + length);
  if (header.length < length || length > MAX_HEADER_BYTES) return undefined;
  const body = bytes.subarray(PREFIX_BYTES + length);
  return form === HeaderForm.json ? parseJson(header, body) : parseBinary(header, body);
}

function parseJson(header: Uint8Array, body: Uint8Array): RemotingCommand | undefined {
  const value = parseObject(tryDecodeUtf8(header) ?? "");
  const { code, opaque, flag, language, version, remark, extFields } = value ?? {};
  if (typeof code !== "number" || typeof opaque !== "number" || typeof flag !== "number") return undefined;
  const fields = new Map<string, string>();
  for (const [name, field] of Object.entries(isObject(extFields) ? extFields : {})) {
    if (fields.size >= MAX_FIELDS) break;
    if (typeof field !== "object") fields.set(name, String(field));
  }
  return {
    code,
    opaque,
    ...flagsOf(flag),
    language: typeof language === "string" ? language : "",
    version: typeof version === "number" ? version : 0,
    remark: typeof remark === "string" ? remark : "",
    fields,
    body,
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The compact form (`SerializeType.ROCKETMQ`). */
function parseBinary(header: Uint8Array, body: Uint8Array): RemotingCommand | undefined {
  const cursor = new ByteCursor(header);
  const code = cursor.uint16();
  const language = cursor.uint8();
  const version = cursor.uint16();
  const opaque = cursor.int32();
  const flag = cursor.int32();
  const remark = cursor.text(cursor.uint32());
  const fieldsEnd = cursor.uint32() + cursor.at;
  const fields = new Map<string, string>();
  while (cursor.at < fieldsEnd && !cursor.hasFailed && fields.size < MAX_FIELDS) {
    const name = cursor.text(cursor.uint16());
    fields.set(name, cursor.text(cursor.uint32()));
  }
  if (cursor.hasFailed || fieldsEnd !== header.length || language > MAX_LANGUAGE) return undefined;
  return { code, opaque, ...flagsOf(flag), language: LANGUAGES[language] ?? "", version, remark, fields, body };
}

function flagsOf(flag: number): Pick<RemotingCommand, "isResponse" | "isOneWay"> {
  return { isResponse: (flag & RESPONSE_FLAG) !== 0, isOneWay: (flag & ONE_WAY_FLAG) !== 0 };
}

/** Whether bytes begin with a frame: lengths that agree, and a header that is one, whole. */
export function probeFrame(bytes: Uint8Array): ProbeVerdict {
  const form = bytes[4] ?? 0;
  if ((bytes[0] ?? 0) > MAX_FRAME_BYTES >> 24 || form > HeaderForm.binary) return "noMatch";
  if (form === HeaderForm.json && bytes.length > PREFIX_BYTES && bytes[PREFIX_BYTES] !== 0x7b) return "noMatch";
  if (bytes.length <= PREFIX_BYTES) return "needMore";
  const length = frameLength(bytes);
  const header = new ByteCursor(bytes, 4).uint32() & 0xff_ff_ff;
  const shortest = form === HeaderForm.json ? MIN_JSON_HEADER_BYTES : MIN_BINARY_HEADER_BYTES;
  if (length === undefined || length > MAX_FRAME_BYTES || header < shortest || header > MAX_HEADER_BYTES)
    return "noMatch";
  if (bytes.length < PREFIX_BYTES + header) return "needMore";
  return parseFrame(bytes) === undefined ? "noMatch" : "match";
}
