import type { CloseReason, Connection } from "@weir/model";

/** How a connection ended, in words. */
export const CLOSE_WORDS: Readonly<Record<CloseReason, string>> = {
  closed: "FIN from both sides",
  open: "still open when the capture ended",
  halfClosedByClient: "the client sent FIN, the server never did",
  halfClosedByServer: "the server sent FIN, the client never did",
  refused: "the SYN was answered with RST",
  noAnswer: "the SYN was never answered",
  unreachable: "the SYN was answered by an ICMP unreachable message",
  handshakeIncomplete: "the SYN-ACK was never acknowledged",
  resetByClient: "RST after data, from the client",
  resetByServer: "RST after data, from the server",
  closedWithReset: "RST by the client after its last answer was complete: normal for probes and pools",
  idle: "no packet for the idle limit",
  replaced: "the same ports began a new connection",
};

/** Bits of `completeness`, as Wireshark's `tcp.completeness` counts them. */
const PARTS = [
  ["SYN", 1],
  ["SYN-ACK", 2],
  ["ACK", 4],
  ["DATA", 8],
  ["FIN", 16],
  ["RST", 32],
] as const;

/** Which parts of a TCP connection were seen, e.g. `SYN`, `SYN-ACK`; empty for other transports. */
export function seenParts({ transport, completeness }: Connection): string[] {
  if (transport !== "tcp") return [];
  return PARTS.filter(([, bit]) => (completeness & bit) !== 0).map(([part]) => part);
}
