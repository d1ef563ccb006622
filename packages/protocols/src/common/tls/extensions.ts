import { decodeLatin1 } from "@weir/base";
import { ByteReader, uint16s } from "./byte-reader.ts";

/** Numbers of extensions that are read (IANA "TLS ExtensionType Values"). */
export const Extension = {
  serverName: 0,
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  alpn: 16,
  encryptThenMac: 22,
  extendedMasterSecret: 23,
  sessionTicket: 35,
  preSharedKey: 41,
  earlyData: 42,
  supportedVersions: 43,
  keyShare: 51,
  encryptedClientHello: 0xfe0d,
  renegotiationInfo: 0xff01,
} as const;

/** Extensions of one message that are looked at; more is no hello of anybody's. */
const MAX_EXTENSIONS = 256;

/** Calls `visit` for each extension in a list (RFC 8446 §4.2), its two bytes of length already taken off. */
export function forEachExtension(list: Uint8Array, visit: (type: number, body: Uint8Array) => void): void {
  const reader = new ByteReader(list);
  for (let count = 0; reader.left >= 4 && count < MAX_EXTENSIONS; count += 1) {
    const type = reader.uint16();
    const body = reader.vector(2);
    if (reader.failed) return;
    visit(type, body);
  }
}

/** RFC 6066 §3: a list of names of which the first host name counts. */
export function readServerName(body: Uint8Array): string | undefined {
  const reader = new ByteReader(body);
  reader.uint16();
  const type = reader.uint8();
  const name = reader.vector(2);
  return reader.failed || type !== 0 || name.length === 0 ? undefined : decodeLatin1(name);
}

/** RFC 7301 §3.1: names of application protocols. */
export function readAlpn(body: Uint8Array): string[] {
  const reader = new ByteReader(body);
  const names: string[] = [];
  reader.uint16();
  while (reader.left > 0 && !reader.failed) {
    const name = reader.vector(1);
    if (!reader.failed) names.push(decodeLatin1(name));
  }
  return names;
}

/** Groups of a client's key shares (RFC 8446 §4.2.8), without the keys. */
export function readKeyShares(body: Uint8Array): number[] {
  const reader = new ByteReader(body.subarray(2));
  const groups: number[] = [];
  while (reader.left >= 4 && !reader.failed) {
    groups.push(reader.uint16());
    reader.vector(2);
  }
  return groups;
}

/** A list of numbers of two bytes behind its length in two bytes. */
export function readUint16List(body: Uint8Array): number[] {
  return uint16s(body.subarray(2));
}
