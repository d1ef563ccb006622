import type { LiveRecord } from "./messages.ts";

/** Records that wait at most. Beyond the first number reports and calls are left out, beyond the second everything. */
const MANY_RECORDS = 50_000;
const MAX_RECORDS = 100_000;
/** Records that go out together, and batches that are on their way at once. */
const BATCH_RECORDS = 2_000;
const MAX_UNTAKEN = 4;

/** Records between the engine and whoever takes them: bounded, so that a slow taker costs records and not memory. What is left out is counted. */
export class RecordQueue {
  readonly #send: (records: readonly LiveRecord[]) => void;
  #waiting: LiveRecord[] = [];
  #untaken = 0;
  dropped = 0;

  constructor(send: (records: readonly LiveRecord[]) => void) {
    this.#send = send;
  }

  /** Records that wait. */
  get length(): number {
    return this.#waiting.length;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#untaken === 0;
  }

  add(record: LiveRecord): void {
    const limit = isWorthMore(record) ? MAX_RECORDS : MANY_RECORDS;
    if (this.#waiting.length >= limit) this.dropped += 1;
    else this.#waiting.push(record);
  }

  /** Sends what may be sent. */
  flush(): void {
    while (this.#waiting.length > 0 && this.#untaken < MAX_UNTAKEN) {
      const batch = this.#waiting.length <= BATCH_RECORDS ? this.#waiting : this.#waiting.splice(0, BATCH_RECORDS);
      if (batch === this.#waiting) this.#waiting = [];
      this.#untaken += 1;
      this.#send(batch);
    }
  }

  /** One batch was taken. */
  taken(): void {
    this.#untaken -= 1;
    this.flush();
  }
}

/** The last word on a connection, and what was found, say more than reports and calls. */
function isWorthMore(record: LiveRecord): boolean {
  return (
    record.kind === "finding" || record.kind === "capture" || (record.kind === "connection" && record.report === "end")
  );
}
