import { DAMAGE_HINT, type FormatContext, type FormatParser, MAX_PACKET_BYTES } from "./format.ts";

/** The snoop format of Solaris (RFC 1761): big-endian, with the count of dropped packets in each record. */
const MAGIC = [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0, 0, 0];
const HEADER = { dataLink: 12, bytes: 16 } as const;
const RECORD = {
  originalLength: 0,
  includedLength: 4,
  recordLength: 8,
  drops: 12,
  seconds: 16,
  micros: 20,
  bytes: 24,
} as const;
/** Data link numbers of RFC 1761 and their LINKTYPE numbers: Ethernet both; FDDI and the rest are not decoded. */
const LINK_TYPES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [4, 1],
]);

export function isSnoop(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC.length && MAGIC.every((byte, index) => bytes[index] === byte);
}

export class SnoopParser implements FormatParser {
  readonly #context: FormatContext;
  #linkType: number | undefined;

  constructor(context: FormatContext) {
    this.#context = context;
  }

  unitBytes(view: DataView, at: number, end: number): number {
    if (this.#linkType === undefined) return HEADER.bytes;
    if (end - at < RECORD.bytes) return RECORD.bytes;
    const length = view.getUint32(at + RECORD.recordLength);
    return length > MAX_PACKET_BYTES + RECORD.bytes + 1024 || length < RECORD.bytes ? RECORD.bytes : length;
  }

  unit(bytes: Uint8Array, view: DataView, at: number, length: number, fileOffset: number): void {
    const { summary, packet, time } = this.#context;
    if (this.#linkType === undefined) {
      this.#linkType = LINK_TYPES.get(view.getUint32(at + HEADER.dataLink)) ?? -1;
      summary.interfaces.push({ name: "", linkType: this.#linkType, snapBytes: 0, droppedPackets: 0 });
      return;
    }
    const captured = view.getUint32(at + RECORD.includedLength);
    if (captured > length - RECORD.bytes) {
      this.#context.fail(`a record of ${length} bytes claims ${captured} captured bytes`, fileOffset, DAMAGE_HINT);
      return;
    }
    const [only] = summary.interfaces;
    if (only !== undefined) only.droppedPackets = view.getUint32(at + RECORD.drops);
    time.set(view.getUint32(at + RECORD.seconds), view.getUint32(at + RECORD.micros), 1e6);
    packet.interfaceId = 0;
    packet.linkType = this.#linkType;
    packet.capturedBytes = captured;
    packet.wireBytes = view.getUint32(at + RECORD.originalLength);
    packet.fileOffset = fileOffset;
    packet.bytes = bytes;
    packet.view = view;
    packet.start = at + RECORD.bytes;
    packet.end = packet.start + captured;
    this.#context.emit(true);
  }
}
