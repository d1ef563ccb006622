import type { HandshakeVerdict } from "@weir/model";
import { SAMPLED_WORDS } from "./sampled-tree.ts";
import { type VerdictWords, words } from "./words.ts";

const QUICK_ELSEWHERE = "handshakes on the same path that are quick at the same time";

/** What each outcome of the handshake tree means. */
export const HANDSHAKE_WORDS: Readonly<Record<HandshakeVerdict, VerdictWords>> = {
  notCaptured: words(
    "undecided",
    "handshake not captured",
    "The capture does not hold the handshake of this connection, so that it says nothing about the path.",
    "Capture both directions, and from before the connection begins",
  ),
  sampled: SAMPLED_WORDS,
  notCompleted: words(
    "note",
    "handshake not completed",
    "It never came to work; the walk of the failing tree says why.",
    "See the verdict on failing",
  ),
  acceptQueueFull: words(
    "trouble",
    "accept queue full",
    "The kernel answered, but the server's process did not accept the connection: its accept queue was full, and the client's ACK was dropped.",
    "Look at the server: a process that is too busy to accept, or a listen backlog that is too small",
    "socket statistics of the server without listen overflows in that time",
  ),
  synLost: words(
    "trouble",
    "SYN lost or ignored",
    "The first SYN was not answered and had to be sent again: it, or its answer, was lost, or the server had no room. The handshake's time is the client's timer, not the distance.",
    "See whether data is lost on this path as well; if not, look at the server's SYN queue and at limits of firewalls",
    "a capture at the server that shows the first SYN answered",
  ),
  synAckLost: words(
    "trouble",
    "SYN-ACK sent again",
    "The server answered more than once: its SYN-ACK or the client's ACK was lost on the way.",
    "Look for packet loss between the vantage and the client, or the server, whichever is further away",
    "a capture at the client that shows the first SYN-ACK arriving",
  ),
  quick: words(
    "healthy",
    "quick handshake",
    "The path is no reason for anything slow: look at the application.",
    "",
    "round trips that grow later, when there is load",
  ),
  ordinary: words("healthy", "ordinary handshake", "The path is neither quick nor far."),
  far: words(
    "note",
    "ends far apart",
    "The handshake takes as long as between zones or regions. Every round trip of the application costs this much.",
    "See whether both ends are meant to be this far apart, and how many round trips a call needs",
    QUICK_ELSEWHERE,
  ),
  farFromServer: words(
    "trouble",
    "slow way to the server",
    "The handshake takes so long that the network, or the server's kernel, is what is slow: the time is spent behind the vantage, on the server's side.",
    "Compare with other clients of this server: slow for all of them, it is the server's host or its link",
    QUICK_ELSEWHERE,
  ),
  farFromClient: words(
    "trouble",
    "slow way to the client",
    "The handshake takes so long that the network, or the client's kernel, is what is slow: the time is spent between the vantage and the client.",
    "Compare with other servers that this client asks: slow to all of them, it is the client's host or its link",
    QUICK_ELSEWHERE,
  ),
};
