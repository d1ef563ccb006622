import type { CloseReason } from "@weir/model";

/** How a connection ended, in words. */
export const CLOSE_WORDS: Readonly<Record<CloseReason, string>> = {
  closed: "closed by both",
  open: "still open",
  halfClosedByClient: "half closed by client",
  halfClosedByServer: "half closed by server",
  refused: "refused",
  noAnswer: "no answer to SYN",
  unreachable: "unreachable (ICMP)",
  handshakeIncomplete: "handshake not finished",
  resetByClient: "reset by client",
  resetByServer: "reset by server",
  closedWithReset: "closed, then reset",
  idle: "idle",
  replaced: "ports used again",
};

/** Endings that are trouble. */
export const BAD_ENDINGS: ReadonlySet<CloseReason> = new Set<CloseReason>([
  "refused",
  "noAnswer",
  "unreachable",
  "handshakeIncomplete",
  "resetByServer",
  "resetByClient",
]);
