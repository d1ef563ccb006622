/** Datagrams under reassembly at most; beyond it the oldest is given up. */
const MAX_DATAGRAMS = 1024;
/** Longest IP datagram. */
const MAX_DATAGRAM_BYTES = 65_535 + 40;
/** A datagram whose fragments stay away for so long is given up (RFC 791 suggests 15 to 60 s, Linux waits 30). */
const MAX_AGE_NS = 60e9;

interface Pending {
  readonly startedAtNs: number;
  header: Uint8Array;
  readonly parts: { readonly from: number; readonly bytes: Uint8Array }[];
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
    const whole = assemble(pending);
    if (whole !== undefined) this.#pending.delete(key);
    return whole;
  }

  #pendingFor(key: string, atNs: number, header: Uint8Array): Pending {
    const known = this.#pending.get(key);
    if (known !== undefined && Math.abs(atNs - known.startedAtNs) <= MAX_AGE_NS) return known;
    if (this.#pending.size >= MAX_DATAGRAMS) {
      const [oldest] = this.#pending.keys();
      if (oldest !== undefined) this.#pending.delete(oldest);
    }
    const fresh: Pending = { startedAtNs: atNs, header: header.slice(), parts: [], totalBytes: undefined };
    this.#pending.delete(key);
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
