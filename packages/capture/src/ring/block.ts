import type { Frame } from "./frame.ts";
import { LinkType } from "./frame.ts";
import { Block, HardwareType, Header, LinkAddress, PacketStatus } from "./layout.ts";

const MAC_ADDRESSES_BYTES = 12;
const VLAN_TAG_BYTES = 4;
const ETHER_TYPE_VLAN = 0x8100;

/**
 * Walks the packets of one block of a ring, in place. A VLAN tag that the kernel took out of the frame is put back, into the bytes that were kept free
 * before it. Nothing is trusted to be inside the block that is not: a block of wrong offsets ends early. HOT PATH.
 */
export class BlockCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #blockAt = 0;
  #blockEnd = 0;
  #left = 0;

  /** `bytes` are the whole ring's. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Goes to the block `[at..end)`. False where it holds no packet. */
  enter(at: number, end: number): boolean {
    this.#blockAt = at;
    this.#blockEnd = end;
    this.#left = this.#view.getUint32(at + Block.packets, true);
    this.#at = at + this.#view.getUint32(at + Block.firstPacketAt, true);
    return this.isAtPacket;
  }

  /** True where there is a packet to read. */
  get isAtPacket(): boolean {
    return this.#left > 0 && this.#at > this.#blockAt && this.#at + LinkAddress.packetType < this.#blockEnd;
  }

  /** True where this packet is older than the other cursor's. */
  isBefore(other: BlockCursor): boolean {
    const seconds = this.#seconds - other.#seconds;
    return seconds === 0 ? this.#nanoseconds < other.#nanoseconds : seconds < 0;
  }

  /** When this packet came, in milliseconds of Unix time. */
  get unixMs(): number {
    return this.#seconds * 1e3 + this.#nanoseconds / 1e6;
  }

  /** Gives the packet into `frame` and goes on to the next. False where it does not lie inside of its block. */
  take(frame: Frame): boolean {
    const view = this.#view;
    const at = this.#at;
    const next = view.getUint32(at + Header.nextAt, true);
    const status = view.getUint32(at + Header.status, true);
    const captured = view.getUint32(at + Header.capturedBytes, true);
    const start = at + view.getUint16(at + Header.linkAt, true);
    this.#left = next === 0 ? 0 : this.#left - 1;
    this.#at = at + next;
    if (start + captured > this.#blockEnd || start < at + Header.bytes) return false;
    if (frame.view !== view) {
      frame.bytes = this.#bytes;
      frame.view = view;
    }
    frame.seconds = view.getUint32(at + Header.seconds, true);
    frame.nanoseconds = view.getUint32(at + Header.nanoseconds, true);
    frame.interfaceIndex = view.getInt32(at + LinkAddress.interfaceIndex, true);
    frame.isChecksumPending = (status & PacketStatus.checksumNotReady) !== 0;
    frame.isSuperFrame = (status & PacketStatus.superFrame) !== 0;
    frame.wireBytes = view.getUint32(at + Header.wireBytes, true);
    frame.start = start;
    frame.end = start + captured;
    this.#placeFrame(frame, at, status);
    return true;
  }

  get #seconds(): number {
    return this.#view.getUint32(this.#at + Header.seconds, true);
  }

  get #nanoseconds(): number {
    return this.#view.getUint32(this.#at + Header.nanoseconds, true);
  }

  /** Finds where the frame begins by the kind of its interface. */
  #placeFrame(frame: Frame, at: number, status: number): void {
    const view = this.#view;
    const hardwareType = view.getUint16(at + LinkAddress.hardwareType, true);
    if (hardwareType === HardwareType.ethernet || hardwareType === HardwareType.loopback) {
      frame.linkType = LinkType.ethernet;
      if ((status & PacketStatus.vlanTag) !== 0) this.#putVlanTagBack(frame, at, status);
      return;
    }
    // Tunnels and the like: whatever their own header is, the kernel knows where the network's begins.
    frame.linkType = LinkType.raw;
    const networkAt = Math.min(at + view.getUint16(at + Header.networkAt, true), frame.end);
    frame.wireBytes -= networkAt - frame.start;
    frame.start = networkAt;
  }

  #putVlanTagBack(frame: Frame, at: number, status: number): void {
    const { start } = frame;
    const tagged = start - VLAN_TAG_BYTES;
    if (tagged < at + Header.bytes || frame.end - start < MAC_ADDRESSES_BYTES) return;
    const view = this.#view;
    const hasEtherType = (status & PacketStatus.vlanEtherType) !== 0;
    this.#bytes.copyWithin(tagged, start, start + MAC_ADDRESSES_BYTES);
    const tagAt = tagged + MAC_ADDRESSES_BYTES;
    view.setUint16(tagAt, hasEtherType ? view.getUint16(at + Header.vlanEtherType, true) : ETHER_TYPE_VLAN);
    view.setUint16(tagAt + 2, view.getUint16(at + Header.vlanTag, true));
    frame.start = tagged;
    frame.wireBytes += VLAN_TAG_BYTES;
  }
}
