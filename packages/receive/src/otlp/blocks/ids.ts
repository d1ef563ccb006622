import type { ByteWriter } from "@weir/native";

/** Whether an identity is none: all zeros, so OpenTelemetry writes it. */
export function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] !== 0) return false;
  return true;
}

/** Whether these bytes are an identity of this length. */
export function isId(bytes: Uint8Array, from: number, to: number, length: number): boolean {
  return to - from === length && !isZero(bytes, from, to);
}

/** Writes an identity as hexadecimal digits; nothing where it is none. */
export function writeId(cells: ByteWriter, bytes: Uint8Array, from: number, to: number): void {
  if (isZero(bytes, from, to)) cells.byte(0);
  else cells.hex(bytes, from, to);
}
