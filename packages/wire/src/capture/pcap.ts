import { DAMAGE_HINT, type FormatContext, type FormatParser, MAX_PACKET_BYTES } from "./format.ts";

/**
 * The classic pcap format (draft-ietf-opsawg-pcap): a 24-byte header, then records of a 16-byte header and the packet.
 * Variants by magic number: both byte orders, microseconds or nanoseconds, and the "modified" form with 24-byte record headers.
 */
const MAGIC = { micro: 0xa1b2c3d4, nano: 0xa1b23c4d, modified: 0xa1b2cd34 } as const;
const HEADER = { major: 4, minor: 6, snapLength: 16, linkType: 20, bytes: 24 } as const;
const RECORD = { seconds: 0, fraction: 4, capturedLength: 8, originalLength: 12, bytes: 16 } as const;
const MODIFIED_RECORD_BYTES = 24;

export function isPcap(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && variantOf(new DataView(bytes.buffer, bytes.byteOffset, 4)) !== undefined;
}

interface Variant {
  readonly littleEndian: boolean;
  /** What one in the fraction field stands for. */
  readonly tickNs: number;
  readonly recordBytes: number;
}

function variantOf(view: DataView): Variant | undefined {
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian);
    if (magic === MAGIC.micro) return { littleEndian, tickNs: 1e3, recordBytes: RECORD.bytes };
    if (magic === MAGIC.nano) return { littleEndian, tickNs: 1, recordBytes: RECORD.bytes };
    if (magic === MAGIC.modified) return { littleEndian, tickNs: 1e3, recordBytes: MODIFIED_RECORD_BYTES };
  }
  return undefined;
}

export class PcapParser implements FormatParser {
  readonly #context: FormatContext;
  #variant: Variant | undefined;
  #linkType = 0;
  #longest = MAX_PACKET_BYTES;
  /** Versions before 2.3 wrote the two lengths the other way round, and some writers of 2.3 too. */
  #minorVersion = 4;

  constructor(context: FormatContext) {
    this.#context = context;
  }

  unitBytes(view: DataView, at: number, end: number): number {
    if (this.#variant === undefined) return HEADER.bytes;
    const { recordBytes, littleEndian } = this.#variant;
    if (end - at < recordBytes) return recordBytes;
    const captured = this.#capturedLength(view, at, littleEndian);
    // A damaged length is not waited for: `unit` says what is wrong with it.
    return captured > this.#longest ? recordBytes : recordBytes + captured;
  }

  unit(bytes: Uint8Array, view: DataView, at: number, _length: number, fileOffset: number): void {
    const variant = this.#variant;
    if (variant === undefined) {
      this.#header(view, at);
      return;
    }
    const captured = this.#capturedLength(view, at, variant.littleEndian);
    if (captured > this.#longest) this.#failAt(captured, fileOffset);
    else this.#record(variant, bytes, view, at, captured, fileOffset);
  }

  units(bytes: Uint8Array, view: DataView, at: number, end: number, fileOffset: number): number {
    const variant = this.#variant;
    if (variant === undefined || this.#minorVersion < 4) return at;
    const { littleEndian, recordBytes } = variant;
    const longest = this.#longest;
    const fileBase = fileOffset - at;
    while (at + recordBytes <= end) {
      const captured = view.getUint32(at + RECORD.capturedLength, littleEndian);
      const next = at + recordBytes + captured;
      if (captured > longest || next > end) return at;
      this.#record(variant, bytes, view, at, captured, fileBase + at);
      at = next;
    }
    return at;
  }

  /** One packet: its record's header, and its bytes behind it. */
  #record(
    { littleEndian, tickNs, recordBytes }: Variant,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    captured: number,
    fileOffset: number,
  ): void {
    const { packet, time } = this.#context;
    time.seconds = view.getUint32(at + RECORD.seconds, littleEndian);
    time.nanoseconds = view.getUint32(at + RECORD.fraction, littleEndian) * tickNs;
    packet.interfaceId = 0;
    packet.linkType = this.#linkType;
    packet.capturedBytes = captured;
    packet.wireBytes =
      this.#minorVersion > 3
        ? view.getUint32(at + RECORD.originalLength, littleEndian)
        : this.#originalLength(view, at, littleEndian);
    packet.fileOffset = fileOffset;
    // Pointers are written only where they change: V8 keeps book of such writes.
    if (packet.view !== view) {
      packet.bytes = bytes;
      packet.view = view;
    }
    packet.start = at + recordBytes;
    packet.end = packet.start + captured;
    this.#context.emit(true);
  }

  #failAt(captured: number, fileOffset: number): void {
    this.#context.fail(`a packet claims ${captured} captured bytes, more than any packet has`, fileOffset, DAMAGE_HINT);
  }

  #capturedLength(view: DataView, at: number, littleEndian: boolean): number {
    const first = view.getUint32(at + RECORD.capturedLength, littleEndian);
    if (this.#minorVersion > 3) return first;
    const second = view.getUint32(at + RECORD.originalLength, littleEndian);
    return this.#minorVersion === 3 ? Math.min(first, second) : second;
  }

  #originalLength(view: DataView, at: number, littleEndian: boolean): number {
    const first = view.getUint32(at + RECORD.capturedLength, littleEndian);
    const second = view.getUint32(at + RECORD.originalLength, littleEndian);
    return this.#minorVersion === 3 ? Math.max(first, second) : first;
  }

  #header(view: DataView, at: number): void {
    const variant = variantOf(new DataView(view.buffer, view.byteOffset + at, 4));
    if (variant === undefined) return;
    this.#variant = variant;
    const isOfVersion2 = view.getUint16(at + HEADER.major, variant.littleEndian) === 2;
    this.#minorVersion = isOfVersion2 ? view.getUint16(at + HEADER.minor, variant.littleEndian) : 4;
    // The upper bits of the link type field hold the frame check sequence's length, not the type.
    this.#linkType = view.getUint32(at + HEADER.linkType, variant.littleEndian) & 0xffff;
    const snapBytes = view.getUint32(at + HEADER.snapLength, variant.littleEndian);
    this.#longest = Math.max(MAX_PACKET_BYTES, Math.min(snapBytes, 1 << 24));
    this.#context.summary.interfaces.push({ name: "", linkType: this.#linkType, snapBytes, droppedPackets: undefined });
  }
}
