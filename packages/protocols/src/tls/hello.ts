import { decodeLatin1 } from "@weir/base";

/** Extension numbers (IANA "TLS ExtensionType Values") that are read. */
const Extension = { serverName: 0, alpn: 16, preSharedKey: 41, supportedVersions: 43 } as const;
/** RFC 8446 §4.1.3: a ServerHello with this random is a request to try again. */
const RETRY_RANDOM = [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11];
const RANDOM_BYTES = 32;

/** What a ClientHello or ServerHello says. */
export interface Hello {
  readonly version: number;
  readonly sessionId: string;
  /** One in a ServerHello. */
  readonly ciphers: readonly number[];
  readonly serverName: string | undefined;
  readonly alpn: readonly string[];
  readonly hasPreSharedKey: boolean;
  readonly isRetry: boolean;
}

/** Parses the body of a ClientHello (RFC 8446 §4.1.2) or ServerHello (§4.1.3); undefined where it does not fit. */
export function parseHello(bytes: Uint8Array, kind: "client" | "server"): Hello | undefined {
  const reader = new Reader(bytes);
  let version = reader.uint16();
  const random = reader.take(RANDOM_BYTES);
  const sessionId = decodeLatin1(reader.take(reader.uint8()));
  const ciphers = kind === "server" ? [reader.uint16()] : uint16s(reader.take(reader.uint16()));
  if (kind === "server") reader.uint8();
  else reader.take(reader.uint8());
  if (reader.failed) return undefined;
  let serverName: string | undefined;
  let alpn: string[] = [];
  let hasPreSharedKey = false;
  const extensions = reader.left >= 2 ? new Reader(reader.take(reader.uint16())) : new Reader(new Uint8Array(0));
  while (extensions.left >= 4 && !extensions.failed) {
    const type = extensions.uint16();
    const body = extensions.take(extensions.uint16());
    if (type === Extension.serverName) serverName = readServerName(body) ?? serverName;
    else if (type === Extension.alpn) alpn = readAlpn(body);
    else if (type === Extension.preSharedKey) hasPreSharedKey = true;
    else if (type === Extension.supportedVersions) version = Math.max(version, ...readVersions(body, kind));
  }
  const isRetry = kind === "server" && RETRY_RANDOM.every((byte, index) => random[index] === byte);
  return { version, sessionId, ciphers, serverName, alpn, hasPreSharedKey, isRetry };
}

/** RFC 6066 §3: a list of names of which the first host name counts. */
function readServerName(body: Uint8Array): string | undefined {
  const reader = new Reader(body);
  reader.uint16();
  const type = reader.uint8();
  const name = reader.take(reader.uint16());
  return reader.failed || type !== 0 ? undefined : decodeLatin1(name);
}

function readAlpn(body: Uint8Array): string[] {
  const reader = new Reader(body);
  const names: string[] = [];
  reader.uint16();
  while (reader.left > 0 && !reader.failed) names.push(decodeLatin1(reader.take(reader.uint8())));
  return names;
}

/** GREASE values (RFC 8701) are no versions. */
function readVersions(body: Uint8Array, kind: "client" | "server"): number[] {
  const list = kind === "server" ? uint16s(body) : uint16s(body.subarray(1));
  return list.filter((version) => (version & 0x0f0f) !== 0x0a0a && version <= 0x0304);
}

function uint16s(bytes: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2) values.push(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  return values;
}

/** Reads big-endian numbers and vectors; `failed` once anything did not fit. */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;
  failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(count: number): Uint8Array {
    if (count > this.left) this.failed = true;
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at = Math.min(this.#bytes.length, this.#at + count);
    return taken;
  }

  uint8(): number {
    return this.take(1)[0] ?? 0;
  }

  uint16(): number {
    return this.uint8() * 256 + this.uint8();
  }

  uint24(): number {
    return this.uint16() * 256 + this.uint8();
  }
}
