import { decodeUtf8, formatIpv4 } from "@weir/base";

/** Bytes of the header: code, identifier, length, authenticator (RFC 2865 §3). */
export const HEADER_BYTES = 20;
/** Longest packet (RFC 2865 §3; RFC 7930 allows more over TCP). */
export const MAX_PACKET_BYTES = 4096;

/** Packet codes (IANA "RADIUS Types"), with what asks and what answers. */
export const CODES: ReadonlyMap<number, { readonly name: string; readonly isRequest: boolean }> = new Map(
  (
    [
      [1, "Access-Request", true],
      [2, "Access-Accept", false],
      [3, "Access-Reject", false],
      [4, "Accounting-Request", true],
      [5, "Accounting-Response", false],
      [11, "Access-Challenge", false],
      [12, "Status-Server", true],
      [13, "Status-Client", true],
      [40, "Disconnect-Request", true],
      [41, "Disconnect-ACK", false],
      [42, "Disconnect-NAK", false],
      [43, "CoA-Request", true],
      [44, "CoA-ACK", false],
      [45, "CoA-NAK", false],
    ] as const
  ).map(([code, name, isRequest]) => [code, { name, isRequest }]),
);

/** Attributes that are read; passwords and what a user sends to prove himself are not among them (IANA "RADIUS Attribute Types"). */
export const AttributeType = {
  userName: 1,
  nasIpAddress: 4,
  replyMessage: 18,
  calledStationId: 30,
  nasIdentifier: 32,
  acctStatusType: 40,
  acctSessionId: 44,
} as const;

/** Acct-Status-Type values (RFC 2866 §5.1, RFC 2867). */
const ACCT_STATUS: Readonly<Record<number, string>> = {
  1: "Start",
  2: "Stop",
  3: "Interim-Update",
  7: "Accounting-On",
  8: "Accounting-Off",
  9: "Tunnel-Start",
  10: "Tunnel-Stop",
  11: "Tunnel-Reject",
  15: "Failed",
};

/** A packet's head, and where each attribute that is read lies. */
export interface RadiusPacket {
  readonly code: number;
  readonly id: number;
  readonly length: number;
  /** Hexadecimal: a request that is sent again has the same. */
  readonly attributes: ReadonlyMap<number, Uint8Array>;
  /** True where the attributes fill the packet exactly. */
  readonly isWhole: boolean;
}

const READ: ReadonlySet<number> = new Set(Object.values(AttributeType));

/** Reads a packet; undefined where the bytes are none. What the snap length cut off is missing. */
export function parsePacket(bytes: Uint8Array): RadiusPacket | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const length = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  const code = bytes[0] ?? 0;
  if (!CODES.has(code) || length < HEADER_BYTES || length > MAX_PACKET_BYTES) return undefined;
  const attributes = new Map<number, Uint8Array>();
  let at = HEADER_BYTES;
  while (at + 2 <= length && at + 2 <= bytes.length) {
    const type = bytes[at] ?? 0;
    const size = bytes[at + 1] ?? 0;
    if (size < 2 || at + size > length) break;
    if (READ.has(type) && !attributes.has(type)) attributes.set(type, bytes.subarray(at + 2, at + size));
    at += size;
  }
  return { code, id: bytes[1] ?? 0, length, attributes, isWhole: at === length && length <= bytes.length };
}

export function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined || bytes.length === 0 ? undefined : decodeUtf8(bytes);
}

export function addressOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes?.length === 4 ? formatIpv4(bytes, 0) : undefined;
}

export function acctStatusOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes?.length !== 4) return undefined;
  const value = bytes[3] ?? 0;
  return ACCT_STATUS[value] ?? String(value);
}
