/** A record whose protection is to be taken off. */
export interface SealedRecord {
  readonly type: number;
  readonly version: number;
  /** Borrowed. */
  readonly body: Uint8Array;
}

/** What stood in it. In TLS 1.3 the type is sealed too. */
export interface OpenedRecord {
  readonly type: number;
  /** Borrowed: valid until the next record is opened. */
  readonly text: Uint8Array;
}

/** Does with a record what does not depend on its number, and returns what checks it for one. */
export type RecordProtection = (record: SealedRecord) => (number: number) => OpenedRecord | undefined;

/** Most records that a hole is believed to have swallowed; behind more, nothing is opened any more. */
const MAX_LOST_RECORDS = 64;

/** Opens one direction's records, counting them: the number is part of what protects a record (RFC 5246 §6.2.3.3, RFC 8446 §5.3). */
export class RecordOpener {
  readonly #protection: RecordProtection;
  #number = 0;
  /** Records that may have been lost before the next one. */
  #lost = 0;

  constructor(protection: RecordProtection) {
    this.#protection = protection;
  }

  /** Undefined where the keys do not fit, or the record is damaged; it counts all the same. */
  open(record: SealedRecord): OpenedRecord | undefined {
    const check = this.#protection(record);
    for (let lost = 0; lost <= this.#lost; lost += 1) {
      const opened = check(this.#number + lost);
      if (opened === undefined) continue;
      this.#number += lost + 1;
      this.#lost = 0;
      return opened;
    }
    if (this.#lost === 0) this.#number += 1;
    else this.lose(1);
    return undefined;
  }

  /** A record of which bytes are missing has passed. */
  skip(): void {
    this.#number += 1;
  }

  /** Up to so many records are missing. */
  lose(records: number): void {
    this.#lost = Math.min(MAX_LOST_RECORDS, this.#lost + records);
  }
}

/** Writes a record's number as eight bytes. */
export function writeNumber(into: Uint8Array, number: number): void {
  const high = Math.floor(number / 2 ** 32);
  for (let at = 0; at < 4; at += 1) {
    into[at] = high >>> (24 - 8 * at);
    into[4 + at] = number >>> (24 - 8 * at);
  }
}
