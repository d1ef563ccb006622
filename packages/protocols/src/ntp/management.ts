import { controlErrorName, controlName, privateErrorName, privateName } from "./names.ts";
import { Mode, modeOf, versionOf } from "./wire.ts";

/** Header of a control message (RFC 9327 §2), and of one of private mode. */
const CONTROL_BYTES = 12;
const PRIVATE_BYTES = 8;
/** Key and digest behind a message that is authenticated: MD5, SHA-1, SHA-256 cut to 20 bytes. */
const MAX_AUTHENTICATOR_BYTES = 24;
/** Implementations that a request of private mode names: any, ntpd before version 4, ntpd. */
const IMPLEMENTATIONS: ReadonlySet<number> = new Set([0, 2, 3]);
/** The same of its requests: ntpd knows so many. */
const PRIVATE_REQUESTS = 46;
/** A request of private mode has room for 128 bytes, a time stamp and an authenticator (`ntp_request.h`). */
const MAX_PRIVATE_REQUEST_BYTES = 224;

/** What a control message (mode 6) or one of private mode (7) is about. */
export interface ManagementMessage {
  readonly mode: number;
  readonly version: number;
  readonly isResponse: boolean;
  /** Others of the same response follow. */
  readonly hasMore: boolean;
  readonly operation: string;
  readonly sequence: number;
  /** Bytes that it carries, or items in private mode. */
  readonly count: number;
  /** Empty where all is well. */
  readonly error: string;
}

/** Reads a message of mode 6 or 7; undefined where it is none. */
export function parseManagement(bytes: Uint8Array): ManagementMessage | undefined {
  if (modeOf(bytes) === Mode.control) return parseControl(bytes);
  return modeOf(bytes) === Mode.private ? parsePrivate(bytes) : undefined;
}

/** Response, error, more and the operation stand in the second byte; then sequence, status, association, offset, count. */
function parseControl(bytes: Uint8Array): ManagementMessage | undefined {
  const version = versionOf(bytes);
  if (bytes.length < CONTROL_BYTES || version < 1 || version > 4 || (bytes[0] ?? 0) >>> 6 !== 0) return undefined;
  const flags = bytes[1] ?? 0;
  const isResponse = (flags & 0x80) !== 0;
  const operation = controlName(flags & 0x1f);
  const status = uint16(bytes, 4);
  const count = uint16(bytes, 10);
  if (operation === undefined || !isLengthOf(bytes, CONTROL_BYTES + count)) return undefined;
  if (!isResponse && ((flags & 0x60) !== 0 || status !== 0 || uint16(bytes, 8) !== 0)) return undefined;
  const error = (flags & 0x40) === 0 ? "" : controlErrorName(status >>> 8);
  return {
    mode: Mode.control,
    version,
    isResponse,
    hasMore: (flags & 0x20) !== 0,
    operation,
    sequence: uint16(bytes, 2),
    count,
    error,
  };
}

/** Response and more stand in the first byte; then sequence, implementation, request, error and items, size of an item. */
function parsePrivate(bytes: Uint8Array): ManagementMessage | undefined {
  const [first = 0, sequence = 0, implementation = 0, request = 0] = bytes;
  const isResponse = (first & 0x80) !== 0;
  const count = uint16(bytes, 4) & 0xfff;
  const itemBytes = uint16(bytes, 6);
  if (bytes.length < PRIVATE_BYTES || !IMPLEMENTATIONS.has(implementation) || request > PRIVATE_REQUESTS)
    return undefined;
  // Items have a size, and what has none has no items; all is filled up to four bytes.
  if (itemBytes > 0xfff || (count > 0 !== itemBytes > 0 && !isResponse) || bytes.length % 4 !== 0) return undefined;
  if (PRIVATE_BYTES + count * itemBytes > bytes.length) return undefined;
  const version = versionOf(bytes);
  const error = uint16(bytes, 4) >>> 12;
  const isRequest = error === 0 && (first & 0x40) === 0 && bytes.length <= MAX_PRIVATE_REQUEST_BYTES;
  if (version < 2 || version > 4 || (isResponse ? !isWholeAnswer(bytes, count * itemBytes) : !isRequest))
    return undefined;
  return {
    mode: Mode.private,
    version,
    isResponse,
    hasMore: (first & 0x40) !== 0,
    operation: privateName(request),
    sequence: sequence & 0x7f,
    count,
    error: error === 0 ? "" : privateErrorName(error),
  };
}

/** An answer is as long as its items; an error comes with none. */
function isWholeAnswer(bytes: Uint8Array, itemsBytes: number): boolean {
  return bytes.length === PRIVATE_BYTES + itemsBytes || (itemsBytes === 0 && bytes.length <= MAX_PRIVATE_REQUEST_BYTES);
}

/** True where a datagram is as long as a message with padding, and perhaps an authenticator. */
function isLengthOf(bytes: Uint8Array, messageBytes: number): boolean {
  const over = bytes.length - messageBytes;
  return over >= 0 && over < 4 + MAX_AUTHENTICATOR_BYTES;
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
