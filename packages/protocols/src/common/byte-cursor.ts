import { decodeUtf8 } from "@weir/base";

/**
 * Reads numbers in network byte order and counted pieces, one behind the other. Once anything did not fit, `hasFailed` stays true and all
 * reads give zeros and empty pieces: callers look once, at the end.
 */
export class ByteCursor {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  at: number;
  hasFailed = false;

  /** `bytes` are borrowed: the cursor lives no longer than they do. */
  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.hasFailed ? 0 : this.bytes.length - this.at;
  }

  uint8(): number {
    return this.#advance(1) ? this.#view.getUint8(this.at - 1) : 0;
  }

  uint16(): number {
    return this.#advance(2) ? this.#view.getUint16(this.at - 2) : 0;
  }

  uint32(): number {
    return this.#advance(4) ? this.#view.getUint32(this.at - 4) : 0;
  }

  int32(): number {
    return this.#advance(4) ? this.#view.getInt32(this.at - 4) : 0;
  }

  uint64(): bigint {
    return this.#advance(8) ? this.#view.getBigUint64(this.at - 8) : 0n;
  }

  int64(): bigint {
    return this.#advance(8) ? this.#view.getBigInt64(this.at - 8) : 0n;
  }

  float32(): number {
    return this.#advance(4) ? this.#view.getFloat32(this.at - 4) : 0;
  }

  float64(): number {
    return this.#advance(8) ? this.#view.getFloat64(this.at - 8) : 0;
  }

  /** The next `count` bytes. Borrowed. */
  take(count: number): Uint8Array {
    const at = this.at;
    return this.#advance(count) ? this.bytes.subarray(at, at + count) : EMPTY;
  }

  /** The next `count` bytes as text. */
  text(count: number): string {
    return decodeUtf8(this.take(count));
  }

  /** Says that what was read makes no sense. */
  fail(): void {
    this.hasFailed = true;
  }

  #advance(count: number): boolean {
    if (this.hasFailed || count > this.bytes.length - this.at) {
      this.hasFailed = true;
      return false;
    }
    this.at += count;
    return true;
  }
}

const EMPTY = new Uint8Array(0);
