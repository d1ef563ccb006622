import type { CaptureFile } from "./capture-file.ts";
import { beginIpFrame, type Ends, put16, put32 } from "./ip-frame.ts";

export const Flag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

const TCP = 6;
const MAX_SEGMENT_BYTES = 1460;

/** What a segment says. One object per connection, changed before each segment. */
export interface Segment {
  flags: number;
  sequence: number;
  acknowledgment: number;
  window: number;
  timestamp: number;
  timestampEcho: number;
  /** Edges of the one SACK block; the same where there is none. */
  sackFrom: number;
  sackTo: number;
  payload: Buffer;
  payloadFrom: number;
  payloadBytes: number;
}

/**
 * Writes one segment with the options Linux sends: MSS, SACK and window scale with SYN, timestamps always, SACK while something is
 * missing. The checksum is that of the pseudo header alone, as offloading leaves it on a bridge.
 */
export function writeSegment(file: CaptureFile, atUs: number, ends: Ends, fromClient: boolean, segment: Segment): void {
  const { flags, payloadBytes } = segment;
  const optionBytes = (flags & Flag.syn) !== 0 ? 20 : segment.sackFrom === segment.sackTo ? 12 : 24;
  const headerBytes = 20 + optionBytes;
  const { at, pseudoHeaderSum } = beginIpFrame(file, atUs, ends, fromClient, TCP, headerBytes + payloadBytes);
  const bytes = file.bytes;
  put16(bytes, at, fromClient ? ends.clientPort : ends.serverPort);
  put16(bytes, at + 2, fromClient ? ends.serverPort : ends.clientPort);
  put32(bytes, at + 4, segment.sequence);
  put32(bytes, at + 8, segment.acknowledgment);
  put16(bytes, at + 12, (headerBytes << 10) | flags);
  put16(bytes, at + 14, segment.window);
  put16(bytes, at + 16, pseudoHeaderSum);
  put16(bytes, at + 18, 0);
  const options = at + 20;
  if ((flags & Flag.syn) !== 0) {
    put32(bytes, options, 0x02040000 + MAX_SEGMENT_BYTES);
    put32(bytes, options + 4, 0x0402080a);
    put32(bytes, options + 16, 0x01030307);
    putTimestamps(bytes, options + 8, segment);
  } else {
    put32(bytes, options, 0x0101080a);
    putTimestamps(bytes, options + 4, segment);
  }
  if (optionBytes === 24) {
    put32(bytes, options + 12, 0x0101050a);
    put32(bytes, options + 16, segment.sackFrom);
    put32(bytes, options + 20, segment.sackTo);
  }
  if (payloadBytes > 0) {
    segment.payload.copy(bytes, at + headerBytes, segment.payloadFrom, segment.payloadFrom + payloadBytes);
  }
}

function putTimestamps(bytes: Uint8Array, at: number, { timestamp, timestampEcho }: Segment): void {
  put32(bytes, at, timestamp);
  put32(bytes, at + 4, timestampEcho);
}
