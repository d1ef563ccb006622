import { readFileSync, writeFileSync } from "node:fs";

/** A piece of the packet history: a compressed capture file of its own, which any tool reads. */
export interface Segment {
  /** Path of `NAME.pcapng.gz`; its index lies beside it as `NAME.idx`. */
  readonly file: string;
  /** The run of the agent that captured it. */
  readonly captureId: string;
  /** Unix time of its first and last packet. */
  readonly fromNs: bigint;
  readonly toNs: bigint;
  readonly packets: number;
  /** On disk, with its index. */
  readonly fileBytes: number;
}

export const SEGMENT_SUFFIX = ".pcapng.gz";
const INDEX_SUFFIX = ".idx";
const LITTLE_ENDIAN_WORD = 4;

/** Path of a segment's index. */
export function indexFileOf(segmentFile: string): string {
  return segmentFile.slice(0, -SEGMENT_SUFFIX.length) + INDEX_SUFFIX;
}

/**
 * Writes a segment's index: a line of JSON that says what it is, then the hashes of the conversations in it, sorted, four bytes each. Returns its length in bytes.
 */
export function writeIndex(segment: Omit<Segment, "fileBytes">, hashes: ReadonlySet<number>): number {
  const { file, captureId, fromNs, toNs, packets } = segment;
  const head = Buffer.from(`${JSON.stringify({ captureId, fromNs: `${fromNs}`, toNs: `${toNs}`, packets })}\n`);
  const sorted = Uint32Array.from(hashes).sort();
  const bytes = Buffer.alloc(head.length + sorted.length * LITTLE_ENDIAN_WORD);
  head.copy(bytes);
  let at = head.length;
  for (const hash of sorted) at = bytes.writeUInt32LE(hash, at);
  writeFileSync(indexFileOf(file), bytes);
  return bytes.length;
}

/** Reads what a segment's index says of it; undefined where there is none, or none that Weir wrote. */
export function readIndexHead(segmentFile: string): Omit<Segment, "fileBytes" | "file"> | undefined {
  try {
    const bytes = readFileSync(indexFileOf(segmentFile));
    const head = JSON.parse(bytes.toString("utf8", 0, bytes.indexOf("\n"))) as Record<string, string | number>;
    const { captureId, fromNs = "", toNs = "", packets } = head;
    return { captureId: String(captureId), fromNs: BigInt(fromNs), toNs: BigInt(toNs), packets: Number(packets) };
  } catch {
    // Half written when the agent was killed, or gone: its segment is of no use without it, and is removed.
    return undefined;
  }
}

/** True where a segment may hold packets of one of these conversations; others may share a hash. */
export function mayHold(segmentFile: string, hashes: readonly number[]): boolean {
  const bytes = readFileSync(indexFileOf(segmentFile));
  const from = bytes.indexOf("\n") + 1;
  const count = Math.floor((bytes.length - from) / LITTLE_ENDIAN_WORD);
  return hashes.some((hash) => {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bytes.readUInt32LE(from + middle * LITTLE_ENDIAN_WORD) < hash) low = middle + 1;
      else high = middle;
    }
    return low < count && bytes.readUInt32LE(from + low * LITTLE_ENDIAN_WORD) === hash;
  });
}
