import type { CloseReason } from "@weir/model";

/** How a connection ended, in words. */
const CLOSE_WORDS: Readonly<Record<CloseReason, string>> = {
  closed: "closed",
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

/** How a connection ended, and who began it where both did. */
export function endingText({
  closeReason,
  closedBy,
}: {
  closeReason: CloseReason;
  closedBy?: string | undefined;
}): string {
  return closeReason === "closed" && closedBy !== undefined && closedBy !== ""
    ? `closed by ${closedBy}`
    : CLOSE_WORDS[closeReason];
}
