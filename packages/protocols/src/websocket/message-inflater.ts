// fflate: decodes piece by piece, and keeps its window from message to message.
import { Inflate } from "fflate";

/** What every compressed message ends with, and the wire leaves out (RFC 7692 §7.2.1). */
const TAIL = Uint8Array.of(0, 0, 0xff, 0xff);
/** Most that is made of one message: more is a bomb, and what follows is not decoded. */
export const MAX_MESSAGE_BYTES = 1 << 20;
const PIECE_BYTES = 1024;

/** Decompresses one side's messages (permessage-deflate, RFC 7692). Messages may refer to those before: where one is missing, all that follow are. */
export class MessageInflater {
  readonly #keepsContext: boolean;
  #inflate = new Inflate();
  #isLost = false;

  constructor(keepsContext: boolean) {
    this.#keepsContext = keepsContext;
  }

  /** A message was not seen whole: nobody knows what later ones refer to. */
  lose(): void {
    this.#isLost = this.#keepsContext;
  }

  /** The first `keptBytes` of a message; undefined where it cannot be decoded, `bomb` where it was made to hurt. */
  decode(payload: Uint8Array, keptBytes: number): Uint8Array | "bomb" | undefined {
    if (this.#isLost) return undefined;
    if (!this.#keepsContext) this.#inflate = new Inflate();
    const kept: Uint8Array[] = [];
    let length = 0;
    this.#inflate.ondata = (data) => {
      if (length < keptBytes) kept.push(data.slice(0, keptBytes - length));
      length += data.length;
    };
    try {
      for (let at = 0; at < payload.length && length <= MAX_MESSAGE_BYTES; at += PIECE_BYTES)
        this.#inflate.push(payload.subarray(at, at + PIECE_BYTES), false);
      if (length <= MAX_MESSAGE_BYTES) this.#inflate.push(TAIL, false);
    } catch {
      this.lose();
      return undefined;
    }
    if (length > MAX_MESSAGE_BYTES) {
      this.lose();
      return "bomb";
    }
    return joined(kept);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
