import type { Reassembler } from "./network/fragments.ts";
import type { Packet, Verdict } from "./packet.ts";

/**
 * Where decoding stands in one packet. Layers nest in any order (Ethernet in VXLAN in UDP in IP in PPP …), so each layer goes on
 * through these functions instead of importing the others. One object, reused for every packet.
 */
export interface Descent {
  packet: Packet;
  reassembler: Reassembler;
  /** Layers entered so far; see {@link enterLayer}. */
  layers: number;
  /** Where the innermost datagram ends by its own length and those around it; beyond the captured end when the snap length cut the frame. */
  claimedEnd: number;
  /** Goes on with a frame of a LINKTYPE. */
  readonly link: (way: Descent, linkType: number, at: number, end: number) => Verdict;
  /** Goes on behind an EtherType field, VLAN tags and labels included. */
  readonly etherType: (way: Descent, etherType: number, at: number, end: number) => Verdict;
  /** Goes on with an IP packet, its version told by its first bits. */
  readonly ip: (way: Descent, at: number, end: number) => Verdict;
}

/** Headers within headers that are followed at most: deeper is an attack or a mistake. */
const MAX_LAYERS = 32;

/** Counts one more layer. False where there are too many: whoever nests must ask, or a crafted frame overflows the stack. */
export function enterLayer(way: Descent): boolean {
  way.layers += 1;
  return way.layers <= MAX_LAYERS;
}
