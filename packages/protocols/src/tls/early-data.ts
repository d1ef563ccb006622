import type { Mark } from "@weir/base";
import type { TlsRecord } from "./record-reader.ts";

/** Bytes of early data that are kept until the server says whether it takes them; servers take 16 KiB by default. */
const MAX_EARLY_BYTES = 1 << 16;

/** A record that was kept. */
export interface EarlyRecord extends Pick<TlsRecord, "type" | "version"> {
  readonly body: Uint8Array;
  readonly first: Mark;
  readonly last: Mark;
}

/** Records that a client sends before the server has said anything (RFC 8446 §2.3): they are opened when it takes them, else forgotten. */
export class EarlyData {
  #records: EarlyRecord[] = [];
  #bytes = 0;

  /** Keeps a copy. */
  keep({ type, version, body, first, last }: TlsRecord): void {
    if (body === undefined || this.#bytes + body.length > MAX_EARLY_BYTES) return;
    this.#bytes += body.length;
    this.#records.push({ type, version, body: body.slice(), first, last });
  }

  /** What was kept, once. */
  take(): readonly EarlyRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }
}
