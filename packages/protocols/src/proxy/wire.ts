import { decodeLatin1, formatIpv4, formatIpv6 } from "@weir/base";
import { readTlvs, type Told } from "./tlvs.ts";

/** The longest line of version 1 (specification §2.1), its end included. */
const MAX_LINE_BYTES = 107;
/** How version 1 begins. */
const WORD = Uint8Array.of(0x50, 0x52, 0x4f, 0x58, 0x59, 0x20);
/** How version 2 begins (specification §2.2). */
const SIGNATURE = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);
const HEADER_BYTES = 16;
/** Addresses and TLVs of version 2 that are believed: a certificate's name fits many times. */
export const MAX_REST_BYTES = 4096;
const LINE_FEED = 0x0a;

/** A header as it was told: `operation` is its verb, the rest is absent where the proxy does not say it. */
export interface ProxyHeader extends Told {
  readonly version: 1 | 2;
  /** Bytes that it takes. */
  readonly length: number;
  /** PROXY: for a client; LOCAL: for the proxy itself (a health check). */
  readonly operation: "PROXY" | "LOCAL";
  readonly client?: Address | undefined;
  readonly destination?: Address | undefined;
}

export interface Address {
  readonly address: string;
  readonly port: number;
}

/** Reads a header of either version; undefined where none begins so. */
export function readHeader(bytes: Uint8Array): ProxyHeader | "needMore" | undefined {
  if (bytes[0] === WORD[0]) return beginsLike(bytes, WORD) ? readLine(bytes) : undefined;
  return bytes[0] === SIGNATURE[0] && beginsLike(bytes, SIGNATURE) ? readBinary(bytes) : undefined;
}

/** True where the bytes are the beginning of `wanted`, or begin with it. */
function beginsLike(bytes: Uint8Array, wanted: Uint8Array): boolean {
  const length = Math.min(bytes.length, wanted.length);
  for (let at = 0; at < length; at += 1) if (bytes[at] !== wanted[at]) return false;
  return true;
}

const ADDRESSES = {
  TCP4: /^\d{1,3}(?:\.\d{1,3}){3}$/,
  TCP6: /^[0-9a-fA-F:.]{2,45}$/,
} as const;

/** `PROXY TCP4 203.0.113.7 192.0.2.1 56324 443`, or `PROXY UNKNOWN` and anything. */
function readLine(bytes: Uint8Array): ProxyHeader | "needMore" | undefined {
  const line = bytes.subarray(0, MAX_LINE_BYTES);
  const end = line.indexOf(LINE_FEED);
  if (end === -1) return bytes.length < MAX_LINE_BYTES ? "needMore" : undefined;
  const text = decodeLatin1(line.subarray(0, end + 1));
  if (!text.endsWith("\r\n")) return undefined;
  const [, family = "", source = "", target = "", sourcePort = "", targetPort = "", ...more] = text
    .trimEnd()
    .split(" ");
  const header = { version: 1, length: end + 1, operation: "PROXY" } as const;
  if (family === "UNKNOWN") return header;
  if ((family !== "TCP4" && family !== "TCP6") || more.length > 0) return undefined;
  const form = ADDRESSES[family];
  const client = readAddress(form, source, sourcePort);
  const destination = readAddress(form, target, targetPort);
  return client === undefined || destination === undefined ? undefined : { ...header, client, destination };
}

function readAddress(form: RegExp, address: string, port: string): Address | undefined {
  return form.test(address) && /^\d{1,5}$/.test(port) ? { address, port: Number(port) } : undefined;
}

/** Address families and transports of version 2, by the byte that says both, and how long their two addresses are. */
const FAMILIES: Readonly<Record<number, { readonly addressBytes: number; readonly bytes: number }>> = {
  0: { addressBytes: 0, bytes: 0 },
  17: { addressBytes: 4, bytes: 12 },
  18: { addressBytes: 4, bytes: 12 },
  33: { addressBytes: 16, bytes: 36 },
  34: { addressBytes: 16, bytes: 36 },
  49: { addressBytes: 0, bytes: 216 },
  50: { addressBytes: 0, bytes: 216 },
};

function readBinary(bytes: Uint8Array): ProxyHeader | "needMore" | undefined {
  if (bytes.length < HEADER_BYTES) return "needMore";
  const [versionAndCommand = 0, familyAndTransport = 0, high = 0, low = 0] = bytes.subarray(SIGNATURE.length);
  const rest = (high << 8) | low;
  const family = FAMILIES[familyAndTransport];
  const command = versionAndCommand & 0x0f;
  if (versionAndCommand >> 4 !== 2 || command > 1 || family === undefined || rest > MAX_REST_BYTES) return undefined;
  const isLocal = command === 0;
  if (!isLocal && rest < family.bytes) return undefined;
  const length = HEADER_BYTES + rest;
  if (bytes.length < length) return "needMore";
  const header = { version: 2, length, operation: isLocal ? "LOCAL" : "PROXY" } as const;
  // Of itself the proxy may say anything: it counts for nothing.
  if (isLocal) return header;
  const told = readTlvs(bytes.subarray(HEADER_BYTES + family.bytes, length));
  if (family.addressBytes === 0) return { ...header, ...told };
  return { ...header, ...told, ...readPair(bytes, family.addressBytes) };
}

/** Client and destination: both addresses, then both ports. */
function readPair(bytes: Uint8Array, addressBytes: number): { client: Address; destination: Address } {
  const format = addressBytes === 4 ? formatIpv4 : formatIpv6;
  const portsAt = HEADER_BYTES + 2 * addressBytes;
  const port = (at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  return {
    client: { address: format(bytes, HEADER_BYTES), port: port(portsAt) },
    destination: { address: format(bytes, HEADER_BYTES + addressBytes), port: port(portsAt + 2) },
  };
}
