import { decodeUtf8 } from "@weir/base";
import { SYSLOG_FRAMES, syslogMessageStart } from "@weir/protocols";

const LINE_FEED = 0x0a;
const NOTHING = new Uint8Array(0);
const EXAMPLE_BYTES = 60;

/** Messages of a connection, and what stood between them that was none. */
export interface SyslogPieces {
  readonly messages: readonly Uint8Array[];
  /** The beginning of each. */
  readonly damages: readonly string[];
}

/** Cuts a connection into messages, by their lengths or at line feeds (RFC 6587 §3.4). What is no message costs what is left of its line. */
export class SyslogFrames {
  #rest: Uint8Array = NOTHING;
  /** True behind damage, until the line ends. */
  #isLost = false;

  /** The messages that a chunk completes. */
  push(chunk: Uint8Array): SyslogPieces {
    const messages: Uint8Array[] = [];
    const damages: string[] = [];
    let bytes = joined(this.#rest, chunk);
    while (bytes.length > 0) {
      if (this.#isLost) {
        const end = bytes.indexOf(LINE_FEED) + 1;
        bytes = end === 0 ? NOTHING : bytes.subarray(end);
        this.#isLost = end === 0;
        continue;
      }
      const length = SYSLOG_FRAMES.lengthOf(bytes);
      if (length === undefined || (length !== "needMore" && length > SYSLOG_FRAMES.maxBytes)) {
        damages.push(decodeUtf8(bytes.subarray(0, EXAMPLE_BYTES)));
        this.#isLost = true;
        continue;
      }
      if (length === "needMore" || length > bytes.length) break;
      messages.push(bytes.subarray(syslogMessageStart(bytes), length));
      bytes = bytes.subarray(length);
    }
    this.#rest = bytes.slice();
    return { messages, damages };
  }

  /** The connection ended: so does a line, while a counted message is cut. */
  end(): SyslogPieces {
    const rest = this.#rest;
    this.#rest = NOTHING;
    if (rest.length === 0) return { messages: [], damages: [] };
    const start = syslogMessageStart(rest);
    return start === 0
      ? { messages: [rest], damages: [] }
      : { messages: [], damages: [`cut off: ${decodeUtf8(rest.subarray(0, EXAMPLE_BYTES))}`] };
  }
}

function joined(rest: Uint8Array, chunk: Uint8Array): Uint8Array {
  if (rest.length === 0) return chunk;
  const whole = new Uint8Array(rest.length + chunk.length);
  whole.set(rest);
  whole.set(chunk, rest.length);
  return whole;
}
