import type { Reassembler } from "./network/fragments.ts";
import type { Packet, Verdict } from "./packet.ts";

/**
 * Where decoding stands in one packet. Layers nest in any order (Ethernet in VXLAN in UDP in IP in PPP …), so each layer goes on
 * through these functions instead of importing the others. One object, reused for every packet.
 */
export interface Descent {
  packet: Packet;
  reassembler: Reassembler;
  /** Network layers entered so far; bounded. */
  layers: number;
  /** Goes on with a frame of a LINKTYPE. */
  readonly link: (way: Descent, linkType: number, at: number, end: number) => Verdict;
  /** Goes on behind an EtherType field, VLAN tags and labels included. */
  readonly etherType: (way: Descent, etherType: number, at: number, end: number) => Verdict;
  /** Goes on with an IP packet, its version told by its first bits. */
  readonly ip: (way: Descent, at: number, end: number) => Verdict;
}
