import { decodeUtf8, formatIpv4, formatIpv6 } from "@weir/base";
import { DAMAGE_HINT, type FormatContext, type FormatParser, MAX_PACKET_BYTES } from "./format.ts";
import type { CaptureInterface } from "./summary.ts";

/** The pcapng format (draft-ietf-opsawg-pcapng): blocks of a type, a length, a body, and the length again. */
const Block = {
  section: 0x0a0d0d0a,
  interface: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  nameResolution: 4,
  interfaceStatistics: 5,
  enhancedPacket: 6,
  decryptionSecrets: 10,
  custom: 0x00000bad,
  customNotCopied: 0x40000bad,
} as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const MIN_BLOCK_BYTES = 12;
const MAX_BLOCK_BYTES = 16 << 20;
/** No interface has it: what is not a frame of any link. */
const NO_LINK_TYPE = -1;
const MAX_NAMES = 100_000;
const MAX_INTERFACES = 4_096;
const Option = {
  end: 0,
  interfaceName: 2,
  packetDrops: 4,
  packetId: 5,
  interfaceDrops: 5,
  osDrops: 7,
  tsResolution: 9,
  tsOffset: 14,
} as const;
/** Kinds of decryption secrets that are read: `TLSK`, the text of a key log. */
const TLS_KEY_LOG = 0x544c534b;
const NameRecord = { end: 0, ipv4: 1, ipv6: 2 } as const;

export function isPcapng(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x0a && bytes[1] === 0x0d && bytes[2] === 0x0d && bytes[3] === 0x0a;
}

/** An interface with what its timestamps mean. */
interface Clock {
  readonly perSecond: number;
  readonly offsetSeconds: number;
}

export class PcapngParser implements FormatParser {
  readonly #context: FormatContext;
  #littleEndian = true;
  /** Interfaces of the present section; a section numbers its own from 0. */
  #interfaces: CaptureInterface[] = [];
  #clocks: Clock[] = [];
  /** Packets that each interface lost, by what its packets say of the time before them. */
  #drops: number[] = [];
  #firstInterface = 0;

  constructor(context: FormatContext) {
    this.#context = context;
  }

  unitBytes(view: DataView, at: number, end: number): number {
    if (end - at < MIN_BLOCK_BYTES) return MIN_BLOCK_BYTES;
    const length = view.getUint32(at + 4, this.#orderAt(view, at));
    const isSane = length >= MIN_BLOCK_BYTES && length <= MAX_BLOCK_BYTES;
    // Early writers did not pad the length that they wrote; the block is padded all the same.
    return isSane ? padded(length) : MIN_BLOCK_BYTES;
  }

  unit(bytes: Uint8Array, view: DataView, at: number, length: number, fileOffset: number): void {
    const littleEndian = this.#orderAt(view, at);
    const type = view.getUint32(at, littleEndian);
    const claimed = view.getUint32(at + 4, littleEndian);
    if (padded(claimed) !== length || (type === Block.section && !this.#isSectionMagic(view, at))) {
      this.#context.fail(`a block claims ${claimed} bytes`, fileOffset, DAMAGE_HINT);
      return;
    }
    this.#littleEndian = littleEndian;
    const bodyAt = at + 8;
    const bodyEnd = at + length - 4;
    switch (type) {
      case Block.section:
        this.#section(view, bodyAt, fileOffset);
        break;
      case Block.interface:
        this.#interface(bytes, view, bodyAt, bodyEnd, fileOffset);
        break;
      case Block.enhancedPacket:
        this.#enhancedPacket(bytes, view, bodyAt, bodyEnd, fileOffset);
        break;
      case Block.simplePacket:
        this.#simplePacket(bytes, view, bodyAt, bodyEnd, fileOffset);
        break;
      case Block.obsoletePacket:
        this.#obsoletePacket(bytes, view, bodyAt, bodyEnd, fileOffset);
        break;
      case Block.interfaceStatistics:
        this.#statistics(view, bodyAt, bodyEnd);
        break;
      case Block.nameResolution:
        this.#names(bytes, view, bodyAt, bodyEnd);
        break;
      case Block.decryptionSecrets:
        this.#secrets(bytes, view, bodyAt, bodyEnd);
        break;
      case Block.custom:
      case Block.customNotCopied:
        this.#custom(bytes, view, bodyAt, bodyEnd, fileOffset);
        break;
      default:
        // What is invented later: skipped by its length.
        break;
    }
  }

  /** Byte order of the block at `at`: a section header says its own, all others follow their section. */
  #orderAt(view: DataView, at: number): boolean {
    if (view.getUint32(at, true) !== Block.section) return this.#littleEndian;
    return view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
  }

  #isSectionMagic(view: DataView, at: number): boolean {
    return view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC || view.getUint32(at + 8, false) === BYTE_ORDER_MAGIC;
  }

  #section(view: DataView, at: number, fileOffset: number): void {
    const major = view.getUint16(at + 4, this.#littleEndian);
    if (major !== 1) {
      this.#context.fail(`a section is of pcapng version ${major}, which does not exist yet`, fileOffset, DAMAGE_HINT);
      return;
    }
    this.#firstInterface += this.#interfaces.length;
    this.#interfaces = [];
    this.#clocks = [];
    this.#drops = [];
  }

  #interface(bytes: Uint8Array, view: DataView, at: number, end: number, fileOffset: number): void {
    if (end - at < 8 || this.#interfaces.length >= MAX_INTERFACES) {
      this.#context.fail("an interface block is too short, or there are too many of them", fileOffset, DAMAGE_HINT);
      return;
    }
    let name = "";
    let perSecond = 1e6;
    let offsetSeconds = 0;
    this.#options(view, at + 8, end, (code, valueAt, length) => {
      if (code === Option.interfaceName)
        name = decodeUtf8(bytes.subarray(valueAt, valueAt + length)).replace(/\0+$/, "");
      if (code === Option.tsResolution && length >= 1) perSecond = resolutionOf(view.getUint8(valueAt));
      if (code === Option.tsOffset && length >= 8)
        offsetSeconds = Number(view.getBigInt64(valueAt, this.#littleEndian));
    });
    const made: CaptureInterface = {
      name,
      linkType: view.getUint16(at, this.#littleEndian),
      snapBytes: view.getUint32(at + 4, this.#littleEndian),
      droppedPackets: undefined,
    };
    this.#interfaces.push(made);
    this.#clocks.push({ perSecond, offsetSeconds });
    this.#drops.push(0);
    this.#context.summary.interfaces.push(made);
  }

  #enhancedPacket(bytes: Uint8Array, view: DataView, at: number, end: number, fileOffset: number): void {
    if (end - at < 20) {
      this.#context.fail("a packet block is too short", fileOffset, DAMAGE_HINT);
      return;
    }
    const order = this.#littleEndian;
    const high = view.getUint32(at + 4, order);
    const low = view.getUint32(at + 8, order);
    const captured = view.getUint32(at + 12, order);
    const original = view.getUint32(at + 16, order);
    const interfaceId = view.getUint32(at, order);
    const optionsAt = at + 20 + padded(captured);
    const { packet } = this.#context;
    packet.packetId = 0;
    if (captured <= end - at && end - optionsAt >= 4) this.#packetOptions(view, optionsAt, end, interfaceId);
    this.#emit(bytes, view, interfaceId, high, low, captured, original, at + 20, end, fileOffset);
    packet.packetId = 0;
  }

  /**
   * epb_dropcount: what was lost between the interface's packet before and this one; the statistics at the end may say the same once more. epb_packetid: what the
   * writer calls the packet.
   */
  #packetOptions(view: DataView, at: number, end: number, interfaceId: number): void {
    const about = this.#interfaces[interfaceId];
    if (about === undefined) return;
    this.#options(view, at, end, (code, valueAt, length) => {
      if (length < 8) return;
      if (code === Option.packetId)
        this.#context.packet.packetId = Number(view.getBigUint64(valueAt, this.#littleEndian));
      if (code !== Option.packetDrops) return;
      const lost = (this.#drops[interfaceId] ?? 0) + Number(view.getBigUint64(valueAt, this.#littleEndian));
      this.#drops[interfaceId] = lost;
      about.droppedPackets = Math.max(about.droppedPackets ?? 0, lost);
    });
  }

  #obsoletePacket(bytes: Uint8Array, view: DataView, at: number, end: number, fileOffset: number): void {
    if (end - at < 20) {
      this.#context.fail("a packet block is too short", fileOffset, DAMAGE_HINT);
      return;
    }
    const order = this.#littleEndian;
    const high = view.getUint32(at + 4, order);
    const low = view.getUint32(at + 8, order);
    const captured = view.getUint32(at + 12, order);
    const original = view.getUint32(at + 16, order);
    this.#emit(bytes, view, view.getUint16(at, order), high, low, captured, original, at + 20, end, fileOffset);
  }

  /** A simple packet has no time: it gets that of the packet before it. */
  #simplePacket(bytes: Uint8Array, view: DataView, at: number, end: number, fileOffset: number): void {
    if (end - at < 4) {
      this.#context.fail("a packet block is too short", fileOffset, DAMAGE_HINT);
      return;
    }
    const original = view.getUint32(at, this.#littleEndian);
    const snapBytes = this.#interfaces[0]?.snapBytes ?? 0;
    const captured = Math.min(original, end - at - 4, snapBytes === 0 ? original : snapBytes);
    this.#emit(bytes, view, 0, undefined, 0, captured, original, at + 4, end, fileOffset);
  }

  /** Wireshark numbers custom blocks as packets; so that numbers agree, they are packets here too, without readable headers. */
  #custom(bytes: Uint8Array, view: DataView, at: number, end: number, fileOffset: number): void {
    const { packet } = this.#context;
    packet.interfaceId = this.#firstInterface;
    packet.linkType = NO_LINK_TYPE;
    packet.capturedBytes = Math.max(0, end - at - 4);
    packet.wireBytes = packet.capturedBytes;
    packet.fileOffset = fileOffset;
    packet.bytes = bytes;
    packet.view = view;
    packet.start = Math.min(at + 4, end);
    packet.end = end;
    this.#context.emit(false);
  }

  #emit(
    bytes: Uint8Array,
    view: DataView,
    interfaceId: number,
    high: number | undefined,
    low: number,
    captured: number,
    original: number,
    start: number,
    end: number,
    fileOffset: number,
  ): void {
    const { packet, time } = this.#context;
    const from = this.#interfaces[interfaceId];
    const clock = this.#clocks[interfaceId];
    if (from === undefined || clock === undefined) {
      this.#context.fail(`a packet names interface ${interfaceId}, which was never described`, fileOffset, DAMAGE_HINT);
      return;
    }
    if (captured > end - start || captured > MAX_PACKET_BYTES) {
      this.#context.fail(
        `a packet claims ${captured} captured bytes in a block that holds ${end - start}`,
        fileOffset,
        DAMAGE_HINT,
      );
      return;
    }
    if (high !== undefined) time.setTicks(high, low, clock.perSecond, clock.offsetSeconds);
    packet.interfaceId = this.#firstInterface + interfaceId;
    packet.linkType = from.linkType;
    packet.capturedBytes = captured;
    packet.wireBytes = original;
    packet.fileOffset = fileOffset;
    packet.bytes = bytes;
    packet.view = view;
    packet.start = start;
    packet.end = start + captured;
    this.#context.emit(high !== undefined);
  }

  #statistics(view: DataView, at: number, end: number): void {
    if (end - at < 12) return;
    const about = this.#interfaces[view.getUint32(at, this.#littleEndian)];
    if (about === undefined) return;
    this.#options(view, at + 12, end, (code, valueAt, length) => {
      if ((code !== Option.interfaceDrops && code !== Option.osDrops) || length < 8) return;
      about.droppedPackets = Math.max(
        about.droppedPackets ?? 0,
        Number(view.getBigUint64(valueAt, this.#littleEndian)),
      );
    });
  }

  #names(bytes: Uint8Array, view: DataView, at: number, end: number): void {
    const { names } = this.#context.summary;
    while (end - at >= 4 && names.length < MAX_NAMES) {
      const type = view.getUint16(at, this.#littleEndian);
      const length = view.getUint16(at + 2, this.#littleEndian);
      const valueAt = at + 4;
      if (type === NameRecord.end || valueAt + length > end) return;
      const addressBytes = type === NameRecord.ipv4 ? 4 : 16;
      if ((type === NameRecord.ipv4 || type === NameRecord.ipv6) && length > addressBytes) {
        const address = type === NameRecord.ipv4 ? formatIpv4(bytes, valueAt) : formatIpv6(bytes, valueAt);
        const [name = ""] = decodeUtf8(bytes.subarray(valueAt + addressBytes, valueAt + length)).split("\0");
        if (name !== "") names.push({ address, name });
      }
      at = valueAt + padded(length);
    }
  }

  #secrets(bytes: Uint8Array, view: DataView, at: number, end: number): void {
    if (end - at < 8 || view.getUint32(at, this.#littleEndian) !== TLS_KEY_LOG) return;
    const length = view.getUint32(at + 4, this.#littleEndian);
    this.#context.keyLog(decodeUtf8(bytes.subarray(at + 8, Math.min(end, at + 8 + length))));
  }

  #options(
    view: DataView,
    at: number,
    end: number,
    take: (code: number, valueAt: number, length: number) => void,
  ): void {
    while (end - at >= 4) {
      const code = view.getUint16(at, this.#littleEndian);
      const length = view.getUint16(at + 2, this.#littleEndian);
      if (code === Option.end || at + 4 + length > end) return;
      take(code, at + 4, length);
      at += 4 + padded(length);
    }
  }
}

/** if_tsresol: a power of ten, or of two where the highest bit is set. */
function resolutionOf(value: number): number {
  const exponent = value & 0x7f;
  return (value & 0x80) === 0 ? 10 ** Math.min(exponent, 18) : 2 ** Math.min(exponent, 62);
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
