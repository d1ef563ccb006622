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
  acceptQueueFull: "accept queue full",
  handshakeResetByClient: "reset by client in the handshake",
  handshakeResetByServer: "reset by server in the handshake",
  resetByClient: "reset by client",
  resetByServer: "reset by server",
  closedWithReset: "closed, then reset",
  resetAfterClientFin: "closed by client, then reset by server",
  resetAfterServerFin: "closed by server, then reset by client",
  timedOutByClient: "client got no answer any more",
  timedOutByServer: "server got no answer any more",
  keepAliveFailed: "keep-alives not answered",
  idle: "idle",
  replaced: "ports used again",
  limit: "given up: too many open",
};

/** Endings that are trouble. */
export const BAD_ENDINGS: ReadonlySet<CloseReason> = new Set<CloseReason>([
  "refused",
  "noAnswer",
  "unreachable",
  "handshakeIncomplete",
  "acceptQueueFull",
  "handshakeResetByClient",
  "handshakeResetByServer",
  "resetByServer",
  "resetByClient",
  "timedOutByClient",
  "timedOutByServer",
  "keepAliveFailed",
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
