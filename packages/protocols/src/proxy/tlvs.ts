import { decodeUtf8 } from "@weir/base";

/** What the proxy may say beside addresses (specification §2.2, TLVs). */
export interface Told {
  readonly authority?: string | undefined;
  readonly alpn?: string | undefined;
  readonly tlsVersion?: string | undefined;
}

const Tlv = { alpn: 0x01, authority: 0x02, tls: 0x20, tlsVersion: 0x21 } as const;
/** Type and length. */
const TLV_HEADER_BYTES = 3;
/** What stands before the TLVs inside the one about TLS: what the client presented, and whether it was found good. */
const TLS_HEADER_BYTES = 5;
/** Longest value that is kept. */
const MAX_VALUE_BYTES = 255;

/** Reads the TLVs behind the addresses; a length that leads beyond them ends them. */
export function readTlvs(bytes: Uint8Array): Told {
  const found = valuesOf(bytes);
  const tls = found.get(Tlv.tls);
  const inTls = tls === undefined ? undefined : valuesOf(tls.subarray(TLS_HEADER_BYTES));
  return {
    authority: textOf(found.get(Tlv.authority)),
    alpn: textOf(found.get(Tlv.alpn)),
    tlsVersion: textOf(inTls?.get(Tlv.tlsVersion)),
  };
}

function valuesOf(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const values = new Map<number, Uint8Array>();
  let at = 0;
  while (at + TLV_HEADER_BYTES <= bytes.length) {
    const type = bytes[at] ?? 0;
    const length = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    at += TLV_HEADER_BYTES;
    if (at + length > bytes.length) break;
    values.set(type, bytes.subarray(at, at + length));
    at += length;
  }
  return values;
}

function textOf(value: Uint8Array | undefined): string | undefined {
  return value === undefined || value.length === 0 || value.length > MAX_VALUE_BYTES ? undefined : decodeUtf8(value);
}
