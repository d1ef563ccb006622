/** Beginning of a line that is kept: an error, an inline command. */
const MAX_KEPT = 512;
/** Longest line that is believed; Redis takes inline commands of 64 KiB (PROTO_INLINE_MAX_SIZE), and monitors print longer lines. */
const MAX_LINE_BYTES = 1 << 20;
const EMPTY = new Uint8Array(0);

/** A line that comes in pieces: its length, and its beginning. */
export class LineBuffer {
  /** The kept bytes stand at the beginning. Borrowed: good until the next `append`. */
  bytes: Uint8Array = EMPTY;
  /** How many bytes are kept. */
  kept = 0;
  length = 0;

  get isFull(): boolean {
    return this.kept === MAX_KEPT;
  }

  clear(): void {
    this.kept = 0;
    this.length = 0;
  }

  /** Returns false where the line is longer than any that is believed. The last kept byte is always the line's last one. */
  append(bytes: Uint8Array, from: number, to: number): boolean {
    if (to === from) return true;
    if (this.bytes === EMPTY) this.bytes = new Uint8Array(MAX_KEPT);
    const kept = Math.min(to - from, MAX_KEPT - this.kept);
    this.bytes.set(bytes.subarray(from, from + kept), this.kept);
    this.kept += kept;
    this.length += to - from;
    this.bytes[this.kept - 1] = bytes[to - 1] ?? 0;
    return this.length <= MAX_LINE_BYTES;
  }
}

/** Where the words of a line begin and end; quotes hold words together. */
export function* wordsIn(
  line: Uint8Array,
  from: number,
  end: number,
): Generator<readonly [start: number, end: number]> {
  for (let at = from; at < end; at += 1) {
    const byte = line[at] ?? 0;
    if (isSpace(byte)) continue;
    const isQuoted = byte === 0x22 || byte === 0x27;
    const start = isQuoted ? at + 1 : at;
    at = start;
    while (at < end && (isQuoted ? line[at] !== byte : !isSpace(line[at] ?? 0))) at += 1;
    yield [start, at];
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}
