/**
 * Timestamps as whole seconds and nanoseconds, in plain numbers: exact for every resolution a capture file can declare,
 * without a bigint per packet. HOT PATH.
 */
export class Timestamp {
  seconds = 0;
  nanoseconds = 0;

  /** Sets it from seconds and a fraction in units of 1/`perSecond` seconds. */
  set(seconds: number, fraction: number, perSecond: number): void {
    this.seconds = seconds;
    this.nanoseconds = perSecond === 1e9 ? fraction : Math.floor((fraction * 1e9) / perSecond);
  }

  /** Sets it from a 64-bit count of ticks, given as two halves: long division in base 2^16, exact up to 10^11 ticks a second. */
  setTicks(high: number, low: number, perSecond: number, offsetSeconds: number): void {
    if (perSecond > 1e11) {
      this.#setManyTicks(high, low, perSecond, offsetSeconds);
      return;
    }
    const top = Math.floor(high / perSecond);
    const middle = (high % perSecond) * 65_536 + (low >>> 16);
    const bottom = (middle % perSecond) * 65_536 + (low & 0xffff);
    const seconds = top * 4_294_967_296 + Math.floor(middle / perSecond) * 65_536 + Math.floor(bottom / perSecond);
    this.set(seconds + offsetSeconds, bottom % perSecond, perSecond);
  }

  #setManyTicks(high: number, low: number, perSecond: number, offsetSeconds: number): void {
    const ticks = (BigInt(high) << 32n) | BigInt(low);
    const divisor = BigInt(perSecond);
    this.seconds = Number(ticks / divisor) + offsetSeconds;
    this.nanoseconds = Number(((ticks % divisor) * 1_000_000_000n) / divisor);
  }

  /** Nanoseconds since an earlier moment; exact up to 104 days, negative where the clock ran backwards. */
  since(start: Timestamp): number {
    return (this.seconds - start.seconds) * 1e9 + (this.nanoseconds - start.nanoseconds);
  }

  /** Nanoseconds since 1970. */
  toUnixNs(): bigint {
    return BigInt(this.seconds) * 1_000_000_000n + BigInt(this.nanoseconds);
  }

  copyFrom(other: Timestamp): void {
    this.seconds = other.seconds;
    this.nanoseconds = other.nanoseconds;
  }
}
