import { decodeUtf8 } from "@weir/base";

/** Most bytes of a length (X.690 §8.1.3.5) that are believed. */
const MAX_LENGTH_BYTES = 4;

/** The tag and the length of an element: where its content begins, and how long it is; undefined for forms that the protocols here have none of. */
export function headerAt(
  bytes: Uint8Array,
  at: number,
): { readonly tag: number; readonly contentAt: number; readonly length: number } | "needMore" | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) return "needMore";
  if (first < 0x80) return { tag, contentAt: at + 2, length: first };
  const count = first & 0x7f;
  if (count === 0 || count > MAX_LENGTH_BYTES) return undefined;
  let length = 0;
  for (let index = 0; index < count; index += 1) {
    const byte = bytes[at + 2 + index];
    if (byte === undefined) return "needMore";
    length = length * 256 + byte;
  }
  return { tag, contentAt: at + 2 + count, length };
}

/** Steps through the elements of a content in BER with definite lengths, as LDAP (RFC 4511 §5.1) and SNMP (RFC 3417 §8) have it. Stops where there is none, or none that can be read. */
export class BerReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  /** Tag of the element under way, and its content; before the first element all of it, as a primitive's is read. */
  tag = 0;
  contentAt = 0;
  contentEnd = 0;
  #next: number;

  constructor(bytes: Uint8Array, from = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.#next = from;
    this.end = Math.min(end, bytes.length);
    this.contentAt = from;
    this.contentEnd = this.end;
  }

  next(): boolean {
    if (this.#next >= this.end) return false;
    const header = headerAt(this.bytes, this.#next);
    if (header === undefined || header === "needMore") return false;
    this.tag = header.tag;
    this.contentAt = header.contentAt;
    this.contentEnd = header.contentAt + header.length;
    this.#next = this.contentEnd;
    return true;
  }

  /** The same; true where the element has this tag. */
  nextIs(tag: number): boolean {
    return this.next() && this.tag === tag;
  }

  /** A reader of what is inside the element under way. */
  get inside(): BerReader {
    return new BerReader(this.bytes, this.contentAt, this.contentEnd);
  }

  get text(): string {
    return decodeUtf8(this.bytes.subarray(this.contentAt, Math.min(this.contentEnd, this.end)));
  }

  get number(): number {
    let number = 0;
    for (let at = this.contentAt; at < Math.min(this.contentEnd, this.end); at += 1)
      number = number * 256 + (this.bytes[at] ?? 0);
    return number;
  }
}
