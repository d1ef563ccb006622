/**
 * What one captured frame is, as numbers and offsets into its bytes. One object is reused for every packet: whoever needs
 * something later copies it. HOT PATH: plain numbers only; no strings, no objects per packet.
 */

/** Which transport header was found innermost. */
export const Transport = { none: 0, tcp: 1, udp: 2, icmp: 3, icmpv6: 4, sctp: 5, other: 6 } as const;
export type Transport = (typeof Transport)[keyof typeof Transport];

/** Why decoding stopped before the payload. `ok` when it did not. Their bytes are values: counted, never thrown. */
export const Verdict = {
  ok: 0,
  unknownLinkType: 1,
  notIp: 2,
  truncatedLink: 3,
  truncatedNetwork: 4,
  truncatedTransport: 5,
  badNetworkHeader: 6,
  badTransportHeader: 7,
  fragmentPending: 8,
  tooManyLayers: 9,
  unknownTransport: 10,
} as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** TCP flag bits (RFC 9293 §3.1; ECE and CWR of RFC 3168). */
export const TcpFlag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const;

/** Tunnel and encapsulation kinds that are looked through. */
export const Tunnel = { none: 0, vxlan: 1, geneve: 2, gre: 3, ipip: 4, mpls: 5, gtp: 6, erspan: 7, other: 8 } as const;
export type Tunnel = (typeof Tunnel)[keyof typeof Tunnel];

/** A UDP header that carries a tunnel: a conversation of its own (Wireshark gives it a `udp.stream`), outside of the payload. */
export interface OuterDatagram {
  /** The memory that the address offsets point into. */
  bytes: Uint8Array;
  view: DataView;
  sourceAddressAt: number;
  destinationAddressAt: number;
  /** 4 or 16. */
  addressBytes: number;
  sourcePort: number;
  destinationPort: number;
  tunnel: Tunnel;
}

/**
 * Zero, kept as a double. A field that begins as a small integer and later holds a larger number changes the object's layout, and all code that was
 * compiled for the old one is thrown away: fields of more than 31 bits begin as this.
 */
const WIDE_ZERO = -0;

/** One decoded packet. Borrowed: overwritten by the next one. */
export class Packet {
  // The capture's own facts.
  /** 1-based, over all interfaces of the file, as Wireshark's `frame.number`. */
  number = 0;
  /** Nanoseconds since the capture's first packet. */
  atNs = WIDE_ZERO;
  interfaceId = 0;
  /** Length on the wire, `frame.len`. */
  wireBytes = 0;
  /** Length in the file, `frame.cap_len`. */
  capturedBytes = 0;
  /** Where the record starts in the (uncompressed) file: enough to read it again. */
  fileOffset = WIDE_ZERO;
  /** The frame's bytes (or those of a reassembled datagram): `bytes[start..end)`, with a DataView over the same memory. */
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  start = 0;
  end = 0;
  /** The frame as captured, whatever became of `bytes` by reassembly: what a capture file would hold. */
  frame: Uint8Array = this.bytes;
  frameStart = 0;
  frameEnd = 0;
  /** What the file's writer calls it (`epb_packetid`): in files that Weir wrote the number that it had when it was captured; 0 where it says nothing. */
  packetId = WIDE_ZERO;
  /** LINKTYPE number of the interface (https://www.tcpdump.org/linktypes.html). */
  linkType = 0;

  /** True where the reader has found that this worker's share contains the packet's conversation; see shard.ts. */
  isShared = false;

  // What the headers said.
  verdict: Verdict = Verdict.ok;
  vlanId = -1;
  tunnel: Tunnel = Tunnel.none;
  /** VNI, GRE key or TEID of the innermost tunnel; -1 where it has none. */
  tunnelId = -1;
  /** UDP headers of tunnels around the innermost packet, outermost first; `outerCount` of them are valid. */
  readonly outer: OuterDatagram[] = [];
  outerCount = 0;
  /** 0 (no IP), 4 or 6: the innermost network header. */
  ipVersion = 0;
  sourceAddressAt = 0;
  destinationAddressAt = 0;
  /** 4 or 16. */
  addressBytes = 0;
  ipProtocol = 0;
  ttl = 0;
  /** The whole traffic class byte: DSCP in the upper six bits, ECN in the lower two. */
  trafficClass = 0;
  ipIdentification = 0;
  /** True when this packet completed a fragmented datagram; `bytes` are then the whole datagram's. */
  reassembled = false;
  transport: Transport = Transport.none;
  sourcePort = 0;
  destinationPort = 0;
  /** Offset of the transport header in `bytes`. */
  transportAt = 0;
  /** Payload in `bytes`: captured from `payloadAt` to `payloadEnd`. */
  payloadAt = 0;
  payloadEnd = 0;
  /** Payload length as the headers claim it (`tcp.len`); more than captured when the snap length cut it. */
  payloadBytes = 0;
  tcpSequence = WIDE_ZERO;
  tcpAcknowledgment = WIDE_ZERO;
  tcpFlags = 0;
  /** The window field as sent, unscaled. */
  tcpWindow = 0;
  /** TCP options: `bytes[tcpOptionsAt..tcpOptionsEnd)`. */
  tcpOptionsAt = 0;
  tcpOptionsEnd = 0;
  icmpType = 0;
  icmpCode = 0;
  /** Where the packet quoted by an ICMP error begins in `bytes`; -1 where there is none. */
  quotedAt = -1;
}
