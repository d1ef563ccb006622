import type { SlowVerdict } from "@weir/model";
import { SAMPLED_WORDS } from "./sampled-tree.ts";
import { type VerdictWords, words } from "./words.ts";

const NOT_READING_REFUTED = "a profile or socket statistics of the receiver that show it reading all the time";
const LOSS_REFUTED = "a capture at the receiver that shows the segments arriving once";
const LOSS_ADVICE =
  "Compare captures along that way: the segments are gone between the last that has them and the next";

/** What each outcome of the slow tree means. */
export const SLOW_WORDS: Readonly<Record<SlowVerdict, VerdictWords>> = {
  healthy: words("healthy", "healthy", "Nothing that slows a connection down crosses its threshold."),
  noData: words("healthy", "no data", "It carried no data, so that nothing on it could be slow."),
  notMeasured: words(
    "undecided",
    "one direction captured",
    "Nothing crosses a threshold in what was captured, but one direction is missing: round trips and waits are not known.",
    "Capture both directions",
  ),
  sampled: SAMPLED_WORDS,
  serverNotReading: words(
    "trouble",
    "server not reading",
    "The server's receive window stood at zero: its process did not take data out of the socket, and the client had to wait.",
    "Look at what the server was doing: a blocked event loop, a full thread pool, a lock, a dependency it waits for, too little CPU",
    NOT_READING_REFUTED,
  ),
  clientNotReading: words(
    "trouble",
    "client not reading",
    "The client's receive window stood at zero: its process did not take data out of the socket, and the server had to wait.",
    "Look at what the client was doing: a slow consumer, a blocked event loop, back-pressure from further down",
    NOT_READING_REFUTED,
  ),
  windowClosedAtEnd: words(
    "undecided",
    "window closed at the end",
    "A receive window was closed when the capture ended: it may have opened right after.",
    "Capture for longer",
  ),
  pathMtuBlackHole: words(
    "trouble",
    "large packets vanish",
    "Only full-size segments were sent again and again, while small ones passed, and no router said why: a link on the way has a smaller MTU and its ICMP messages are lost or filtered.",
    "Let ICMP (fragmentation needed, packet too big) pass, or clamp the segment size at the tunnel",
    "a large packet that does pass the same way",
  ),
  pathMtuIgnored: words(
    "trouble",
    "smaller MTU ignored",
    "A router named a smaller MTU, and the sender went on with full-size segments.",
    "Look whether the ICMP message reaches the sender's kernel: a firewall or NAT in front of it may drop it",
    "smaller segments of the sender right after the message",
  ),
  lossBeforeVantage: words(
    "trouble",
    "loss before the vantage",
    "Segments were lost between their sender and the place of capture: what was sent again had not passed here.",
    LOSS_ADVICE,
    LOSS_REFUTED,
  ),
  lossAfterVantage: words(
    "trouble",
    "loss behind the vantage",
    "Segments were lost between the place of capture and their receiver: they had passed here, and were needed again.",
    LOSS_ADVICE,
    LOSS_REFUTED,
  ),
  loss: words(
    "trouble",
    "loss",
    "Segments were lost and sent again; the capture does not tell on which side of it.",
    LOSS_ADVICE,
    LOSS_REFUTED,
  ),
  lossUnsure: words(
    "undecided",
    "repeats that may be the capture's",
    "Segments came more than once, but the capture itself lacks or repeats packets: they need not have been lost.",
    "Capture at one place only, with enough buffer that nothing is dropped",
  ),
  congestion: words(
    "trouble",
    "congested path",
    "The path is full: routers marked its packets, or round trips stay much longer than the path needs.",
    "Find the link that is full at that time: other connections over it grow slow together",
    "round trips of other connections on the same path that stay short",
  ),
  bufferbloat: words(
    "trouble",
    "bufferbloat",
    "Round trips shoot up while data flows: a buffer on the way fills, and everything behind it waits.",
    "Look for the slowest link of the path, and give it active queue management or a rate limit below its speed",
    "round trips that grow without data in flight; then it is the receiver that is late with its ACKs",
  ),
  windowTooSmall: words(
    "note",
    "limited by the window",
    "The sender filled the receiver's window again and again while the receiver kept reading: the window is too small for this distance and speed.",
    "Give the receiver larger buffers, or let the kernel tune them: window divided by round trip is the most that gets through",
    "a sender that pauses although the window has room",
  ),
  farPath: words(
    "note",
    "far apart",
    "The wait is mostly the round trip: the ends are far apart.",
    "Bring the ends closer together, or let a call need fewer round trips",
    "handshakes on the same path that are quick at the same time",
  ),
  tlsOverhead: words(
    "note",
    "slow TLS set-up",
    "From the TCP handshake to the first answer of TLS took much longer than the round trip: one of the ends computes, looks something up, or hesitates.",
    "Look at certificate checks and key sizes, and reuse connections or sessions",
    "a TLS handshake on the same edge that is as quick as its round trips",
  ),
  serverThinking: words(
    "trouble",
    "server answers late",
    "The server took long to begin an answer, and the path is quick: the time is spent in it or in what it waits for.",
    "Look at what the server did for these calls: its own calls to others in the same time, its CPU, its locks",
    "the server's own trace that shows a quick answer; answers that are meant to come late, such as long polling",
  ),
  serverPausing: words(
    "note",
    "server paused in an answer",
    "The server stopped in the middle of an answer with nothing lost and room in the window: it had nothing more to send yet.",
    "Look at what the server reads or computes while it streams",
    "an answer that is meant to be streamed, such as events",
  ),
  clientIdle: words(
    "healthy",
    "client idle",
    "Most of its time the client asked nothing: nobody waited for anybody.",
    "",
    "a client that wanted to ask and waited for something else",
  ),
};
