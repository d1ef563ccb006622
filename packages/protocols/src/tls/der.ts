/** One DER element (X.690 §8.1): its tag and its content. */
export interface DerElement {
  readonly tag: number;
  /** Borrowed. */
  readonly content: Uint8Array;
}

/** Tags that certificates are made of. */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  sequence: 0x30,
  utcTime: 0x17,
  bmpString: 0x1e,
  context0: 0xa0,
  context3: 0xa3,
  dnsName: 0x82,
  ipName: 0x87,
} as const;

/** Elements of one sequence that are looked at. */
const MAX_ELEMENTS = 1000;

/** The elements that stand one after the other in `bytes`; ends at what is malformed. */
export function derElements(bytes: Uint8Array): DerElement[] {
  const found: DerElement[] = [];
  let at = 0;
  while (at + 2 <= bytes.length && found.length < MAX_ELEMENTS) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    let contentAt = at + 2;
    if (length >= 0x80) {
      const lengthBytes = length & 0x7f;
      if (lengthBytes === 0 || lengthBytes > 3) return found;
      length = 0;
      for (let index = 0; index < lengthBytes; index += 1) length = length * 256 + (bytes[contentAt + index] ?? 0);
      contentAt += lengthBytes;
    }
    if (contentAt + length > bytes.length) return found;
    found.push({ tag, content: bytes.subarray(contentAt, contentAt + length) });
    at = contentAt + length;
  }
  return found;
}
