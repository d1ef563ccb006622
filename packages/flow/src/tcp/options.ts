/** TCP option kinds (IANA) that a SYN is read for. */
const Kind = { end: 0, noOperation: 1, maxSegmentSize: 2, windowScale: 3 } as const;

/** What a SYN's options announce; -1 where absent. Reused: overwritten by the next read. */
export interface SynOptions {
  maxSegmentBytes: number;
  windowScale: number;
}

/** Reads the options between `at` and `end` into `into` (RFC 9293 §3.1, RFC 7323 §2). Stops at what is malformed. */
export function readSynOptions(view: DataView, at: number, end: number, into: SynOptions): void {
  into.maxSegmentBytes = -1;
  into.windowScale = -1;
  while (at < end) {
    const kind = view.getUint8(at);
    if (kind === Kind.end) return;
    if (kind === Kind.noOperation) {
      at += 1;
      continue;
    }
    if (at + 2 > end) return;
    const length = view.getUint8(at + 1);
    if (length < 2 || at + length > end) return;
    if (kind === Kind.maxSegmentSize && length === 4) into.maxSegmentBytes = view.getUint16(at + 2);
    if (kind === Kind.windowScale && length === 3) into.windowScale = view.getUint8(at + 2);
    at += length;
  }
}
