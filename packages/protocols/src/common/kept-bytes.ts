/** Bytes of one block: a few pieces of messages. A piece that is kept for long keeps its block, so that a block is no longer than what one message may keep. */
const BLOCK_BYTES = 16 << 10;
/** Longer pieces have memory of their own. */
const MAX_SHARED_BYTES = 2 << 10;

let block = new Uint8Array(BLOCK_BYTES);
let used = 0;

/**
 * A copy of the first `count` of some borrowed bytes. HOT PATH: memory for a typed array takes most of a microsecond to get, and the collector as much to
 * give back; short pieces share blocks of it, one behind the other.
 */
export function keepBytes(bytes: Uint8Array, count: number): Uint8Array {
  if (count > MAX_SHARED_BYTES) return bytes.slice(0, count);
  if (used + count > BLOCK_BYTES) {
    block = new Uint8Array(BLOCK_BYTES);
    used = 0;
  }
  const kept = block.subarray(used, used + count);
  kept.set(count === bytes.length ? bytes : bytes.subarray(0, count));
  used += count;
  return kept;
}
