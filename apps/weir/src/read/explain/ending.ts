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
  acceptQueueFull: "the SYN-ACK was sent again though it was acknowledged: the server's accept queue is full",
  handshakeResetByClient: "RST by the client after the SYN-ACK and before any data",
  handshakeResetByServer: "RST by the server after the SYN-ACK and before any data",
  resetByClient: "RST after data, from the client",
  resetByServer: "RST after data, from the server",
  closedWithReset: "RST by the client after its last answer was complete: normal for probes and pools",
  resetAfterClientFin: "RST by the server after the client had sent FIN",
  resetAfterServerFin: "RST by the client after the server had sent FIN",
  timedOutByClient: "the client sent again and again, and got no answer any more",
  timedOutByServer: "the server sent again and again, and got no answer any more",
  keepAliveFailed: "keep-alives were not answered any more",
  idle: "no packet for the idle limit",
  replaced: "the same ports began a new connection",
  limit: "given up by Weir: more connections were open than it may hold",
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
