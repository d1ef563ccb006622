// brotli: the one decoder in plain JavaScript; the static dictionary of RFC 7932 comes with it.
import { decompress } from "brotli/decompress";
import type { BoundedOutput } from "./bounded-output.ts";

/** The library gives everything or nothing: longer texts are not decoded. */
const MAX_WHOLE_BYTES = 256 << 10;

/** Brotli (RFC 7932). Throws where the input's end is missing, or more than {@link MAX_WHOLE_BYTES} would come out. */
export function decodeBrotli(bytes: Uint8Array, output: BoundedOutput): boolean {
  const whole = decompress(bytes, MAX_WHOLE_BYTES);
  // Many a text happens to begin like an empty stream, which needs no more than two bytes.
  if (whole.length === 0 && bytes.length > 2) return false;
  output.write(whole);
  return output.length === whole.length;
}
