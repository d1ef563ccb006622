import type { CaptureFile } from "./capture-file.ts";

/** Who talks to whom. An address is 32 bits: an IPv4 address, or the end of an IPv6 address. */
export interface Ends {
  readonly clientAddress: number;
  readonly clientPort: number;
  readonly serverAddress: number;
  readonly serverPort: number;
  readonly ipv6: boolean;
  /** Of the 802.1Q tag; 0: untagged. */
  readonly vlan: number;
}

/** Where a transport header begins, and what its checksum begins with. */
export interface TransportPlace {
  at: number;
  pseudoHeaderSum: number;
}

const IPV6_PREFIX = [0xfd00, 0x0010, 0, 0, 0, 0] as const;
const place: TransportPlace = { at: 0, pseudoHeaderSum: 0 };
let identification = 0;

/** Writes Ethernet, the VLAN tag and the IP header of a frame with `transportBytes` behind them. The result is reused. */
export function beginIpFrame(
  file: CaptureFile,
  atUs: number,
  ends: Ends,
  fromClient: boolean,
  protocol: number,
  transportBytes: number,
): TransportPlace {
  const source = fromClient ? ends.clientAddress : ends.serverAddress;
  const target = fromClient ? ends.serverAddress : ends.clientAddress;
  const linkBytes = ends.vlan === 0 ? 14 : 18;
  const headerBytes = ends.ipv6 ? 40 : 20;
  const start = file.record(atUs, linkBytes + headerBytes + transportBytes);
  const bytes = file.bytes;
  put16(bytes, start, 0x0200);
  put32(bytes, start + 2, target);
  put16(bytes, start + 6, 0x0200);
  put32(bytes, start + 8, source);
  if (ends.vlan !== 0) put32(bytes, start + 12, 0x81000000 + ends.vlan);
  const ip = start + linkBytes;
  put16(bytes, ip - 2, ends.ipv6 ? 0x86dd : 0x0800);
  let sum = words(source) + words(target);
  if (ends.ipv6) {
    put32(bytes, ip, 0x60000000);
    put16(bytes, ip + 4, transportBytes);
    put16(bytes, ip + 6, (protocol << 8) | 64);
    sum += putIpv6(bytes, ip + 8, source) + putIpv6(bytes, ip + 24, target);
  } else {
    const totalBytes = headerBytes + transportBytes;
    identification = (identification + 1) & 0xffff;
    put32(bytes, ip, 0x45000000 + totalBytes);
    put16(bytes, ip + 4, identification);
    put16(bytes, ip + 6, 0x4000);
    put16(bytes, ip + 8, (64 << 8) | protocol);
    put16(bytes, ip + 10, ~fold(sum + 0x4500 + totalBytes + identification + 0x4000 + ((64 << 8) | protocol)));
    put32(bytes, ip + 12, source);
    put32(bytes, ip + 16, target);
  }
  place.at = ip + headerBytes;
  place.pseudoHeaderSum = fold(sum + protocol + transportBytes);
  return place;
}

/** Big-endian, as all of a frame. */
export function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function put32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Returns the sum of the prefix's words. */
function putIpv6(bytes: Uint8Array, at: number, end: number): number {
  let sum = 0;
  for (let word = 0; word < IPV6_PREFIX.length; word += 1) {
    put16(bytes, at + 2 * word, IPV6_PREFIX[word]!);
    sum += IPV6_PREFIX[word]!;
  }
  put32(bytes, at + 12, end);
  return sum;
}

function words(address: number): number {
  return (address >>> 16) + (address & 0xffff);
}

function fold(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}
