import { formatBytes, formatRatio } from "@weir/base";
import type { Connection, SlowVerdict } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import { becauseOf } from "../grade-words.ts";
import type { Question } from "../tree.ts";

/** What one side sent again after waiting for its timer. */
interface Repeats {
  readonly timeouts: number;
  /** Mean payload of what was sent again; 0 where nothing was. */
  readonly meanBytes: number;
  readonly largestBytes: number;
  /** Payload that was sent for the first time, small segments and all. */
  readonly firstBytes: number;
  /** Repeats of what had not passed the vantage: what is seen there of full size did pass the links before it. */
  readonly lostBefore: number;
}

/** Do only the largest segments fail, again and again, while small ones pass? */
export function mtuQuestion(config: AnalysisConfig): Question<Connection, SlowVerdict> {
  return {
    question: "Do large segments fail to get through, while small ones do?",
    test: (connection) => {
      const client = repeatsOf(connection, "client");
      const server = repeatsOf(connection, "server");
      if (!isStuck(client, config) && !isStuck(server, config)) return false;
      // Without the receiver's word nobody knows whether the small ones arrived.
      return becauseOf(connection, "oneDirection") === undefined ? true : undefined;
    },
    measured: (connection) =>
      `${repeatsText("client", repeatsOf(connection, "client"))}, ${repeatsText("server", repeatsOf(connection, "server"))}`,
    threshold: `${config.pathMtuMinRepeats} repeats after a time-out, of ${formatRatio(config.pathMtuFullRatio)} of the largest segment, which has ${config.pathMtuMinBytes} B or more, and up to ${formatBytes(config.pathMtuPassedBytes)} sent before`,
    because: (connection) => becauseOf(connection, "oneDirection"),
    yes: {
      question: "Did a router name a smaller MTU (ICMP)?",
      test: ({ pathMtuBytes }) => pathMtuBytes !== undefined,
      measured: ({ pathMtuBytes }) => (pathMtuBytes === undefined ? "no such message" : `${pathMtuBytes} B`),
      threshold: "any: the sender should have heard it",
      yes: "pathMtuIgnored",
      no: "pathMtuBlackHole",
    },
  };
}

function isStuck(repeats: Repeats, config: AnalysisConfig): boolean {
  const { timeouts, meanBytes, largestBytes, firstBytes, lostBefore } = repeats;
  return (
    timeouts >= config.pathMtuMinRepeats &&
    largestBytes >= config.pathMtuMinBytes &&
    meanBytes >= largestBytes * config.pathMtuFullRatio &&
    firstBytes > meanBytes &&
    firstBytes <= config.pathMtuPassedBytes &&
    lostBefore === 0
  );
}

function repeatsText(side: string, { timeouts, meanBytes, largestBytes }: Repeats): string {
  return `${side}: ${timeouts} time-outs, ${Math.round(meanBytes)} B a repeat, largest segment ${largestBytes} B`;
}

function repeatsOf(connection: Connection, side: "client" | "server"): Repeats {
  const isClient = side === "client";
  const resent = isClient ? connection.clientDataRetransmissions : connection.serverDataRetransmissions;
  const resentBytes = isClient ? connection.clientRetransmittedBytes : connection.serverRetransmittedBytes;
  const meanBytes = resent === 0 ? 0 : resentBytes / resent;
  return {
    timeouts: isClient ? connection.clientTimeoutRetransmissions : connection.serverTimeoutRetransmissions,
    meanBytes,
    largestBytes: isClient ? connection.clientLargestSegmentBytes : connection.serverLargestSegmentBytes,
    firstBytes: isClient ? connection.clientGoodputBytes : connection.serverGoodputBytes,
    lostBefore: isClient ? connection.clientLostBefore : connection.serverLostBefore,
  };
}
