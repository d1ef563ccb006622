import type { ByteWriter } from "../bytes/byte-writer.ts";

/** Bounds of DateTime64(9): any clock may be wrong, and one such row must not cost its batch. */
const EARLIEST_NS = -2_208_988_800_000_000_000n;
const LATEST_NS = 9_223_372_036_000_000_000n;
/** The upper 32 bits of the latest moment; below them no time in Unix nanoseconds is too late. */
const LATEST_HIGH = Number(LATEST_NS >> 32n);
/** Last moment of DateTime. */
const LAST_SECOND_NS = 0xffff_ffffn * 1_000_000_000n;
const LAST_SECOND_MS = 0xffff_ffff * 1_000;
const NS_PER_MS = 1_000_000;
const TWO_32 = 2 ** 32;

/** A time that DateTime64(9) can hold. */
export function clampMoment(unixNs: bigint): bigint {
  return unixNs < EARLIEST_NS ? EARLIEST_NS : unixNs > LATEST_NS ? LATEST_NS : unixNs;
}

/** A time as far as DateTime goes. */
export function clampSecond(unixNs: bigint): bigint {
  return unixNs < 0n ? 0n : unixNs > LAST_SECOND_NS ? LAST_SECOND_NS : unixNs;
}

/** A time as unsigned 64 bits of Unix nanoseconds, by its halves, as far as DateTime64(9) goes. */
export function momentOfHalves(cells: ByteWriter, low: number, high: number): void {
  if (high >= LATEST_HIGH) cells.big(clampMoment((BigInt(high) << 32n) | BigInt(low)));
  else cells.halves(low, high);
}

/** A time in Unix milliseconds, a whole number, as far as DateTime goes. */
export function secondOfMs(cells: ByteWriter, unixMs: number): void {
  const ms = unixMs < 0 ? 0 : unixMs > LAST_SECOND_MS ? LAST_SECOND_MS : unixMs;
  // In two halves: the product has more digits than a double.
  const low = (ms % TWO_32) * NS_PER_MS;
  cells.halves(low % TWO_32, Math.floor(ms / TWO_32) * NS_PER_MS + Math.floor(low / TWO_32));
}
