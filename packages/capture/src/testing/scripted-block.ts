import { Block, Header, LinkAddress, PacketStatus } from "../ring/layout.ts";

/** A packet as the kernel would lay it into a block. */
export interface ScriptedPacket {
  readonly frame: Uint8Array;
  readonly wireBytes?: number;
  readonly seconds?: number;
  readonly nanoseconds?: number;
  readonly interfaceIndex?: number;
  /** ARPHRD number; Ethernet where absent. */
  readonly hardwareType?: number;
  /** Bytes before the network header; that of Ethernet where absent. */
  readonly linkBytes?: number;
  /** Tag control information, and perhaps its EtherType, that the kernel has taken out. */
  readonly vlan?: { readonly tag: number; readonly etherType?: number };
  readonly status?: number;
}

const BLOCK_HEADER_BYTES = 48;
/** Header, link address, and reserved bytes; the frame begins here. */
const FRAME_AT = 88;

/** A block of a ring with these packets. */
export function scriptedBlock(packets: readonly ScriptedPacket[], blockBytes = 1 << 16): Uint8Array {
  const bytes = new Uint8Array(blockBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(Block.status, 1, true);
  view.setUint32(Block.packets, packets.length, true);
  view.setUint32(Block.firstPacketAt, BLOCK_HEADER_BYTES, true);
  let at = BLOCK_HEADER_BYTES;
  packets.forEach((packet, index) => {
    const { frame, vlan, linkBytes = 14 } = packet;
    const length = (FRAME_AT + frame.length + 15) & ~15;
    const isTagged = vlan === undefined ? 0 : PacketStatus.vlanTag;
    const hasType = vlan?.etherType === undefined ? 0 : PacketStatus.vlanEtherType;
    view.setUint32(at + Header.nextAt, index === packets.length - 1 ? 0 : length, true);
    view.setUint32(at + Header.seconds, packet.seconds ?? 0, true);
    view.setUint32(at + Header.nanoseconds, packet.nanoseconds ?? 0, true);
    view.setUint32(at + Header.capturedBytes, frame.length, true);
    view.setUint32(at + Header.wireBytes, packet.wireBytes ?? frame.length, true);
    view.setUint32(at + Header.status, (packet.status ?? 0) | isTagged | hasType, true);
    view.setUint16(at + Header.linkAt, FRAME_AT, true);
    view.setUint16(at + Header.networkAt, FRAME_AT + linkBytes, true);
    view.setUint32(at + Header.vlanTag, vlan?.tag ?? 0, true);
    view.setUint16(at + Header.vlanEtherType, vlan?.etherType ?? 0, true);
    view.setInt32(at + LinkAddress.interfaceIndex, packet.interfaceIndex ?? 1, true);
    view.setUint16(at + LinkAddress.hardwareType, packet.hardwareType ?? 1, true);
    bytes.set(frame, at + FRAME_AT);
    at += length;
  });
  return bytes;
}
