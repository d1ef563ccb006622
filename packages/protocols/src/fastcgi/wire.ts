import { ByteCursor } from "../common/byte-cursor.ts";
import type { Frame, FrameShape } from "../common/frame-reader.ts";
import type { ProbeVerdict } from "../contract.ts";

/** Types of records (§8, `FCGI_BEGIN_REQUEST` …). */
export const RecordType = {
  beginRequest: 1,
  abortRequest: 2,
  endRequest: 3,
  params: 4,
  stdin: 5,
  stdout: 6,
  stderr: 7,
  data: 8,
  getValues: 9,
  getValuesResult: 10,
  unknownType: 11,
} as const;
const MAX_TYPE = RecordType.unknownType;

/** Version, type, request id, content's length, padding's length, reserved (§3.3). */
export const HEADER_BYTES = 8;
const VERSION = 1;
/** Length of the fixed bodies of BEGIN_REQUEST and END_REQUEST. */
const BODY_BYTES = 8;
/** Beginning of a record that is kept; its content has up to 65535 bytes. */
export const KEPT_BYTES = 32 << 10;
const MAX_RECORD_BYTES = HEADER_BYTES + 0xff_ff + 0xff;

/** One record as it passed. */
export interface FastcgiRecord {
  readonly type: number;
  /** 0 for management records. */
  readonly requestId: number;
  /** What was kept of the content. Borrowed. */
  readonly content: Uint8Array;
  /** Its length on the wire. */
  readonly contentBytes: number;
  readonly frame: Frame;
}

/** The record that a frame is. */
export function recordOf(frame: Frame): FastcgiRecord {
  const { bytes } = frame;
  const contentBytes = uint16At(bytes, 4);
  return {
    type: bytes[1] ?? 0,
    requestId: uint16At(bytes, 2),
    content: bytes.subarray(HEADER_BYTES, HEADER_BYTES + contentBytes),
    contentBytes,
    frame,
  };
}

/** What BEGIN_REQUEST asks for (§5.1). */
export interface Beginning {
  readonly role: number;
  readonly keepsConnection: boolean;
}

export function readBeginning(content: Uint8Array): Beginning | undefined {
  const cursor = new ByteCursor(content);
  const role = cursor.uint16();
  const flags = cursor.uint8();
  return cursor.hasFailed ? undefined : { role, keepsConnection: (flags & 1) === 1 };
}

/** How END_REQUEST says that it went (§5.5). */
export interface Ending {
  /** Like the exit status of a CGI program. */
  readonly appStatus: number;
  readonly protocolStatus: number;
}

export function readEnding(content: Uint8Array): Ending | undefined {
  const cursor = new ByteCursor(content);
  const appStatus = cursor.uint32();
  const protocolStatus = cursor.uint8();
  return cursor.hasFailed ? undefined : { appStatus, protocolStatus };
}

/** Records as frames that tell their own length. */
export const FASTCGI_FRAMES: FrameShape = {
  headerBytes: HEADER_BYTES,
  lengthOf(bytes) {
    const type = bytes[1] ?? 0;
    if (bytes[0] !== VERSION || type === 0 || type > MAX_TYPE) return undefined;
    return HEADER_BYTES + uint16At(bytes, 4) + (bytes[6] ?? 0);
  },
  maxBytes: MAX_RECORD_BYTES,
  keptBytes: KEPT_BYTES,
  resumes: probeRecord,
};

/** Whether bytes begin with a record whose content shows that it is one. Bodies alone do not: they are anything. */
export function probeRecord(bytes: Uint8Array): ProbeVerdict {
  const type = bytes[1] ?? RecordType.beginRequest;
  if (bytes[0] !== VERSION || !TELLING.has(type) || (bytes[7] ?? 0) !== 0) return "noMatch";
  if (bytes.length < HEADER_BYTES) return "needMore";
  const isManagement = type === RecordType.getValues || type === RecordType.getValuesResult;
  if (isManagement !== (uint16At(bytes, 2) === 0)) return "noMatch";
  if (type === RecordType.beginRequest || type === RecordType.endRequest) return probeFixed(bytes, type);
  const contentBytes = uint16At(bytes, 4);
  const content = bytes.subarray(HEADER_BYTES, HEADER_BYTES + contentBytes);
  return type === RecordType.stdout ? probeHead(content, contentBytes) : probePairs(content, contentBytes);
}

const TELLING: ReadonlySet<number> = new Set([
  RecordType.beginRequest,
  RecordType.endRequest,
  RecordType.params,
  RecordType.stdout,
  RecordType.getValues,
  RecordType.getValuesResult,
]);
const MAX_ROLE = 3;
const MAX_PROTOCOL_STATUS = 3;

/** Bodies of eight bytes: a role with flags, or two statuses; the rest is reserved and 0. */
function probeFixed(bytes: Uint8Array, type: number): ProbeVerdict {
  if (uint16At(bytes, 4) !== BODY_BYTES) return "noMatch";
  if (bytes.length < HEADER_BYTES + BODY_BYTES) return "needMore";
  const reserved = bytes.subarray(type === RecordType.beginRequest ? 11 : 13, 16);
  if (reserved.some((byte) => byte !== 0)) return "noMatch";
  if (type === RecordType.endRequest) return (bytes[12] ?? 0) <= MAX_PROTOCOL_STATUS ? "match" : "noMatch";
  const role = uint16At(bytes, 8);
  return role > 0 && role <= MAX_ROLE && (bytes[10] ?? 0) <= 1 ? "match" : "noMatch";
}

/** The first lines of a response: a header's name and a colon, or a status line. */
function probeHead(content: Uint8Array, contentBytes: number): ProbeVerdict {
  for (const [at, byte] of content.subarray(0, MAX_NAME_BYTES).entries()) {
    if (byte === COLON || (byte === SLASH && at === 4)) return at > 2 ? "match" : "noMatch";
    if (!isLetter(byte) && byte !== HYPHEN) return "noMatch";
  }
  return content.length < Math.min(contentBytes, MAX_NAME_BYTES) ? "needMore" : "noMatch";
}

const MAX_NAME_BYTES = 64;
const COLON = 0x3a;
const SLASH = 0x2f;
const HYPHEN = 0x2d;
const UNDERSCORE = 0x5f;

function isLetter(byte: number): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
}

/** Pairs begin with the length of a short name in capitals, as those of CGI are. */
function probePairs(content: Uint8Array, contentBytes: number): ProbeVerdict {
  if (content.length < Math.min(2, contentBytes)) return "needMore";
  const nameBytes = content[0] ?? 0;
  const nameAt = (content[1] ?? 0) < 0x80 ? 2 : 5;
  if (nameBytes < 3 || nameBytes > MAX_NAME_BYTES || contentBytes < nameAt + nameBytes) return "noMatch";
  const name = content.subarray(nameAt, nameAt + nameBytes);
  if (!name.every(isNameByte)) return "noMatch";
  return name.length === nameBytes ? "match" : "needMore";
}

function isNameByte(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39) || byte === UNDERSCORE;
}

function uint16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
