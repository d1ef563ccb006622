import { field } from "../field.ts";

/** What the handshake of a TCP connection says. Words and advice: packages/analysis/src/verdicts. */
export const HANDSHAKE_VERDICTS = [
  /** It began before the capture, or one direction is missing. */
  "notCaptured",
  /** Only some of the packets were captured, by choice: nothing can be told. */
  "sampled",
  /** It never came to work: see the failing verdict. */
  "notCompleted",
  /** The server's accept queue was full. */
  "acceptQueueFull",
  /** The SYN, or its answer, was lost or not answered the first time. */
  "synLost",
  "synAckLost",
  /** So quick that the path is no reason for anything slow. */
  "quick",
  /** Neither quick nor far. */
  "ordinary",
  /** As between zones of a region, or further. */
  "far",
  /** So long that the network is what is slow, beyond the vantage towards the server or towards the client. */
  "farFromServer",
  "farFromClient",
] as const;
export type HandshakeVerdict = (typeof HANDSHAKE_VERDICTS)[number];

/** Whether a TCP connection failed, and by whose doing. */
export const FAILING_VERDICTS = [
  /** It came to work and was not cut. */
  "working",
  /** One direction is missing: the answers cannot be judged. */
  "oneDirection",
  /** Only some of the packets were captured, by choice: nothing can be told. */
  "sampled",
  "refused",
  "refusedByMiddlebox",
  /** An ICMP message said so: nothing there, or a filter that says that it forbids. */
  "unreachable",
  "prohibited",
  /** SYN sent again and never answered. */
  "silentlyDropped",
  /** A single SYN without an answer. */
  "noAnswerYet",
  /** Answered, and never acknowledged by the client. */
  "clientNeverCompleted",
  "handshakeCutByCapture",
  "acceptQueueFull",
  "rejectedByServer",
  "abandonedByClient",
  /** Cut while in use. */
  "resetByMiddlebox",
  "resetWhenIdle",
  "resetByServer",
  "clientGaveUp",
  "resetByClient",
  /** The client asked and closed, and the server had said nothing. */
  "neverAnswered",
  /** One side did not answer any more. */
  "serverVanished",
  "clientVanished",
  /** One side said that it is done, the other never did. */
  "serverNeverClosed",
  "clientNeverClosed",
] as const;
export type FailingVerdict = (typeof FAILING_VERDICTS)[number];

/** What slowed a TCP connection down, the surest cause first. */
export const SLOW_VERDICTS = [
  /** Nothing that crosses a threshold. */
  "healthy",
  "noData",
  /** Nothing is seen to cross a threshold, but one direction is missing. */
  "notMeasured",
  /** Only some of the packets were captured, by choice: nothing can be told. */
  "sampled",
  /** A receive window stood at zero: its process did not read. */
  "serverNotReading",
  "clientNotReading",
  /** A window was closed when the capture ended. */
  "windowClosedAtEnd",
  /** Full-size segments do not get through, small ones do. */
  "pathMtuBlackHole",
  "pathMtuIgnored",
  /** Segments were lost before the vantage, behind it, or at a place that the capture does not tell. */
  "lossBeforeVantage",
  "lossAfterVantage",
  "loss",
  /** Repeats that may come from the capture itself. */
  "lossUnsure",
  /** Routers marked it, or round trips stay long under load. */
  "congestion",
  "bufferbloat",
  /** The receiver's window is too small for the distance. */
  "windowTooSmall",
  "farPath",
  "tlsOverhead",
  "serverThinking",
  "serverPausing",
  /** Nobody was waited for: the client asked nothing. */
  "clientIdle",
] as const;
export type SlowVerdict = (typeof SLOW_VERDICTS)[number];

const judged = { optional: true, cardinality: "few" } as const;

/** Where the decision trees arrived; absent where none was run: other transports, and stores of an older Weir. */
export const verdictFields = [
  field("handshakeVerdict", "string", "What its handshake says", { ...judged, values: HANDSHAKE_VERDICTS }),
  field("failingVerdict", "string", "Whether it failed, and by whose doing", { ...judged, values: FAILING_VERDICTS }),
  field("slowVerdict", "string", "What slowed it down, the surest cause first", { ...judged, values: SLOW_VERDICTS }),
] as const;
