/*
 * Memory layout of a TPACKET_V3 receive ring (linux/if_packet.h): blocks of variable packets, each with a header of its own. Numbers are in the host's
 * byte order, which is little-endian on everything that Node runs on under Linux but s390x and ppc64.
 */

/** Fields of a block's header, `struct tpacket_block_desc` with `struct tpacket_hdr_v1`. */
export const Block = { status: 8, packets: 12, firstPacketAt: 16 } as const;

/** Fields of a packet's header, `struct tpacket3_hdr`; behind it, aligned, a `struct sockaddr_ll`. */
export const Header = {
  nextAt: 0,
  seconds: 4,
  nanoseconds: 8,
  capturedBytes: 12,
  wireBytes: 16,
  status: 20,
  linkAt: 24,
  networkAt: 26,
  vlanTag: 32,
  vlanEtherType: 36,
  bytes: 48,
} as const;

/** Fields of the `struct sockaddr_ll` behind a packet's header, from the header's beginning. The EtherType is in network byte order. */
export const LinkAddress = { etherType: 50, interfaceIndex: 52, hardwareType: 56, packetType: 58 } as const;

/** Bits of a packet's status. */
export const PacketStatus = {
  /** The sender left the checksum to the network card: what is captured does not hold it yet. */
  checksumNotReady: 1 << 3,
  vlanTag: 1 << 4,
  vlanEtherType: 1 << 6,
  /** The kernel handles several segments as one packet. */
  superFrame: 1 << 8,
} as const;

/** Whose a block is. */
export const BlockStatus = { kernel: 0, user: 1 } as const;

/** How a packet came by (`sll_pkttype`). */
export const PacketType = { outgoing: 4 } as const;

/** Kinds of interfaces (ARPHRD_…) whose frames begin with an Ethernet header. */
export const HardwareType = { ethernet: 1, loopback: 772 } as const;

/** Bytes kept free before each packet, into which a VLAN tag fits. */
export const RESERVED_BYTES = 4;
