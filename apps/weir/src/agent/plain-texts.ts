import { addressBytes } from "@weir/identity";
import type { Pipeline } from "@weir/pipeline";
import type { PlainText } from "./messages.ts";

/** A text waits so long for the packets that carried it: the ring hands them over later than the kernel's programs tell. */
const HOLD_NS = 200_000_000n;
/** Texts that wait at most, and their bytes. */
const MAX_TEXTS = 20_000;
const MAX_BYTES = 32 << 20;

/** Texts from inside of TLS on their way into the pipeline. */
export class PlainTexts {
  readonly #waiting: PlainText[] = [];
  #bytes = 0;
  /** Texts that found no room, or no connection. */
  dropped = 0;

  add(texts: readonly PlainText[]): void {
    for (const text of texts) {
      if (this.#waiting.length >= MAX_TEXTS || this.#bytes >= MAX_BYTES) {
        this.dropped += 1;
        continue;
      }
      this.#waiting.push(text);
      this.#bytes += text.bytes.length;
    }
  }

  /** Gives the pipeline those whose packets must have come by now, whose times count from `startUnixNs`. */
  deliver(pipeline: Pipeline, startUnixNs: bigint, nowUnixNs: bigint): void {
    const late = this.#waiting.findIndex(({ atUnixNs }) => atUnixNs + HOLD_NS > nowUnixNs);
    for (const text of this.#waiting.splice(0, late < 0 ? this.#waiting.length : late)) {
      this.#bytes -= text.bytes.length;
      const ends = endsOf(text);
      const { missingBefore, bytes, missingBehind, atUnixNs } = text;
      const isTaken =
        ends !== undefined &&
        pipeline.plainText(ends, { missingBefore, bytes, missingBehind, atNs: Number(atUnixNs - startUnixNs) });
      if (!isTaken) this.dropped += 1;
    }
  }
}

/** The ends as a packet has them. */
function endsOf({ from, to }: PlainText) {
  const source = addressBytes(from.address);
  const destination = addressBytes(to.address);
  if (source === undefined || destination === undefined || source.length !== destination.length) return undefined;
  const bytes = Uint8Array.from([...source, ...destination]);
  return {
    bytes,
    view: new DataView(bytes.buffer),
    sourceAddressAt: 0,
    destinationAddressAt: source.length,
    addressBytes: source.length,
    sourcePort: from.port,
    destinationPort: to.port,
  };
}
