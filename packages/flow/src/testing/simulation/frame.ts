import { TcpFlag } from "@weir/wire";
import { concat, type End, ethernet, ipv4 } from "@weir/wire/testing";
import type { ConversationOptions } from "./conversation.ts";
import { otherSide, type Segment, type SideName } from "./segment.ts";

const ENDS: Readonly<Record<SideName, End>> = { client: "10.0.0.1:40000", server: "10.0.0.2:80" };
const PORTS: Readonly<Record<SideName, number>> = { client: 40_000, server: 80 };

/** ECN code points (RFC 3168 §5). */
const ECN_CAPABLE = 2;
const CONGESTION_EXPERIENCED = 3;

/** A segment as an Ethernet frame, as it looks at the vantage. */
export function frameOf(segment: Segment, isMarked: boolean, options: ConversationOptions): Uint8Array {
  const { from, flags, sequence, acknowledgment, payloadBytes, windowBytes } = segment;
  const { firstSequence, windowScale } = options;
  const tcpOptions = tcpOptionsOf(segment, options);
  const header = new Uint8Array(20 + tcpOptions.length);
  const view = new DataView(header.buffer);
  const isSyn = (flags & TcpFlag.syn) !== 0;
  view.setUint16(0, PORTS[from]);
  view.setUint16(2, PORTS[otherSide(from)]);
  view.setUint32(4, (firstSequence[from] + sequence) >>> 0);
  if ((flags & TcpFlag.ack) !== 0) view.setUint32(8, (firstSequence[otherSide(from)] + acknowledgment) >>> 0);
  view.setUint8(12, (header.length / 4) << 4);
  view.setUint8(13, flags);
  view.setUint16(14, isSyn ? Math.min(windowBytes, 0xffff) : Math.ceil(windowBytes / 2 ** windowScale));
  header.set(tcpOptions, 20);
  const packet = ipv4(
    ENDS[from],
    ENDS[otherSide(from)],
    6,
    concat(header, payloadOf(from, sequence - 1, payloadBytes)),
  );
  // No checksum is computed anew: Weir, like Wireshark, does not verify it.
  if (segment.isEcnCapable) packet[1] = isMarked ? CONGESTION_EXPERIENCED : ECN_CAPABLE;
  if (options.abilities.ipIdentification) new DataView(packet.buffer).setUint16(4, (segment.id % 0xffff) + 1);
  return ethernet(packet);
}

/** A side's payload, by its place in the stream: letters that do not repeat themselves, so that misplaced bytes show. */
export function payloadOf(side: SideName, offset: number, bytes: number): Uint8Array {
  const payload = new Uint8Array(bytes);
  const salt = side === "client" ? 1 : 7;
  for (let index = 0; index < bytes; index += 1)
    payload[index] = 97 + ((Math.imul(offset + index + salt, 0x9e3779b1) >>> 12) % 26);
  return payload;
}

/** The option kinds (IANA, "TCP Option Kind Numbers") that are sent, padded to four bytes with no-operations. */
function tcpOptionsOf(
  segment: Segment,
  { maxSegmentBytes, windowScale, abilities, firstSequence }: ConversationOptions,
) {
  const { flags, timestamps, sackBlocks, from } = segment;
  const bytes: number[] = [];
  if ((flags & TcpFlag.syn) !== 0) {
    bytes.push(2, 4, maxSegmentBytes >> 8, maxSegmentBytes & 255, 3, 3, windowScale);
    if (abilities.sack) bytes.push(4, 2);
  }
  if (timestamps !== undefined) bytes.push(8, 10, ...fourBytes(timestamps.value), ...fourBytes(timestamps.echo));
  if (sackBlocks.length > 0) {
    const base = firstSequence[otherSide(from)];
    bytes.push(5, 2 + 8 * sackBlocks.length, ...sackBlocks.flat().flatMap((edge) => fourBytes(base + edge)));
  }
  while (bytes.length % 4 !== 0) bytes.push(1);
  return Uint8Array.from(bytes);
}

function fourBytes(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
}
