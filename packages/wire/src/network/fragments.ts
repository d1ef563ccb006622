/** Datagrams under reassembly at most, and bytes of all their fragments; beyond either the oldest is given up. */
const MAX_DATAGRAMS = 1024;
const MAX_PENDING_BYTES = 16 * 1024 * 1024;
/** Fragments of one datagram: as many as 8-byte pieces make the longest one. A datagram that repeats itself beyond that is given up. */
const MAX_FRAGMENTS = 8192;
/** Longest IP datagram. */
const MAX_DATAGRAM_BYTES = 65_535 + 40;
/** A datagram whose fragments stay away for so long is given up (RFC 791 suggests 15 to 60 s, Linux waits 30). */
const MAX_AGE_NS = 60e9;

interface Pending {
  readonly startedAtNs: number;
  header: Uint8Array;
  readonly parts: { readonly from: number; readonly bytes: Uint8Array }[];
  /** Sum over `parts`. */
  bytes: number;
  /** Known when the last fragment came. */
  totalBytes: number | undefined;
}

/** A datagram put together: the first fragment's IP header without its fragment fields' meaning, then the payload. */
export interface Reassembled {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the payload begins in `bytes`. */
  readonly payloadAt: number;
}

/**
 * Puts fragments of IP datagrams together (RFC 791 §3.2, RFC 8200 §4.5). Overlaps: bytes that came first win. Bounded in count, size
 * and age. Fragments are rare: here objects are made.
 */
export class Reassembler {
  readonly #pending = new Map<string, Pending>();
  #pendingBytes = 0;

  /**
   * Takes one fragment: `bytes[at..end)` is its payload, which belongs at `from` in the datagram. Returns the datagram when it is
   * whole. `key` names addresses, protocol and identification.
   */
  add(
    key: string,
    atNs: number,
    header: Uint8Array,
    payload: Uint8Array,
    from: number,
    isLast: boolean,
  ): Reassembled | undefined {
    if (from + payload.length > MAX_DATAGRAM_BYTES) return undefined;
    const pending = this.#pendingFor(key, atNs, header);
    if (from === 0) pending.header = header.slice();
    if (isLast) pending.totalBytes = from + payload.length;
    pending.parts.push({ from, bytes: payload.slice() });
    pending.bytes += payload.length;
    this.#pendingBytes += payload.length;
    const whole = assemble(pending);
    if (whole !== undefined || pending.parts.length >= MAX_FRAGMENTS) this.#giveUp(key);
    while (this.#pendingBytes > MAX_PENDING_BYTES) this.#giveUpOldest();
    return whole;
  }

  /** Bytes of fragments that wait for others. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  #giveUp(key: string): void {
    this.#pendingBytes -= this.#pending.get(key)?.bytes ?? 0;
    this.#pending.delete(key);
  }

  #giveUpOldest(): void {
    const [oldest] = this.#pending.keys();
    if (oldest !== undefined) this.#giveUp(oldest);
  }

  #pendingFor(key: string, atNs: number, header: Uint8Array): Pending {
    const known = this.#pending.get(key);
    if (known !== undefined && Math.abs(atNs - known.startedAtNs) <= MAX_AGE_NS) return known;
    this.#giveUp(key);
    if (this.#pending.size >= MAX_DATAGRAMS) this.#giveUpOldest();
    const fresh: Pending = { startedAtNs: atNs, header: header.slice(), parts: [], bytes: 0, totalBytes: undefined };
    this.#pending.set(key, fresh);
    return fresh;
  }
}

function assemble({ header, parts, totalBytes }: Pending): Reassembled | undefined {
  if (totalBytes === undefined) return undefined;
  const bytes = new Uint8Array(header.length + totalBytes);
  bytes.set(header);
  const sorted = [...parts].sort((a, b) => a.from - b.from);
  let filled = 0;
  for (const part of sorted) {
    if (part.from > filled) return undefined;
    const fresh = part.bytes.subarray(filled - part.from);
    const room = totalBytes - filled;
    if (fresh.length === 0 || room <= 0) continue;
    bytes.set(fresh.subarray(0, room), header.length + filled);
    filled += Math.min(fresh.length, room);
  }
  if (filled < totalBytes) return undefined;
  return { bytes, view: new DataView(bytes.buffer), payloadAt: header.length };
}
