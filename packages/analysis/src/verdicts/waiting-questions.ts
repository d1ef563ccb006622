import { formatDurationNs, formatRatio } from "@weir/base";
import type { Connection, SlowVerdict } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import { becauseOf } from "../grade-words.ts";
import type { Question } from "../tree.ts";

type Asked = Question<Connection, SlowVerdict>;

/** Does setting up TLS cost much more than setting up TCP? */
export function tlsQuestion(config: AnalysisConfig): Asked {
  return {
    question: "Does the beginning of TLS take much longer than the TCP handshake?",
    test: (connection) => {
      if (!isTls(connection)) return false;
      const setupNs = tlsSetupNs(connection);
      const { handshakeNs } = connection;
      if (setupNs === undefined || handshakeNs === undefined) return undefined;
      return setupNs > config.tlsSetupNs && setupNs >= handshakeNs * config.tlsSetupTimes;
    },
    measured: (connection) => {
      if (!isTls(connection)) return "no TLS";
      const setupNs = tlsSetupNs(connection);
      const handshake = connection.handshakeNs === undefined ? "" : `, TCP ${formatDurationNs(connection.handshakeNs)}`;
      return setupNs === undefined ? "not measured" : `${formatDurationNs(setupNs)} to the first answer${handshake}`;
    },
    threshold: `more than ${formatDurationNs(config.tlsSetupNs)}, and ${config.tlsSetupTimes} times the TCP handshake`,
    because: (connection) =>
      becauseOf(connection, "midStreamStart", "oneDirection") ?? "its beginning was not measured",
    yes: "tlsOverhead",
  };
}

function isTls({ protocol, tlsServerName }: Connection): boolean {
  return protocol === "tls" || tlsServerName !== undefined;
}

/** From the end of the TCP handshake to the server's first byte. */
function tlsSetupNs({ connectionTimeNs, handshakeNs, firstByteNs }: Connection): number | undefined {
  if (connectionTimeNs === undefined || handshakeNs === undefined || firstByteNs === undefined) return undefined;
  return connectionTimeNs - handshakeNs + firstByteNs;
}

/** Does the server take long to begin its answers? */
export function thinkQuestion(config: AnalysisConfig): Asked {
  return {
    question: "Does the server take long to answer?",
    test: (connection) => {
      const thinkNs = longestThinkNs(connection);
      return thinkNs === undefined ? whereUnknown(connection) : thinkNs > config.slowThinkNs;
    },
    measured: (connection) => {
      const { thinkMeanNs, thinkSamples } = connection;
      const thinkNs = longestThinkNs(connection);
      if (thinkNs === undefined) return "nobody waited for an answer";
      const mean = thinkMeanNs === undefined ? "" : `, mean ${formatDurationNs(thinkMeanNs)} of ${thinkSamples} turns`;
      return `longest wait ${formatDurationNs(thinkNs)}${mean}`;
    },
    threshold: `more than ${formatDurationNs(config.slowThinkNs)}`,
    because: (connection) => becauseOf(connection, "oneDirection"),
    yes: "serverThinking",
  };
}

/** The longest wait for an answer, also one that never came. */
function longestThinkNs({
  thinkMaxNs,
  firstByteNs,
  longestStallReason,
  longestStallNs,
}: Connection): number | undefined {
  const answeredNs = thinkMaxNs ?? firstByteNs;
  return longestStallReason === "serverThinking" ? Math.max(answeredNs ?? 0, longestStallNs) : answeredNs;
}

/** A connection of one direction has no turns; one of both without any was not asked, or never answered: that is no wait that ended. */
function whereUnknown(connection: Connection): false | undefined {
  return becauseOf(connection, "oneDirection") === undefined ? false : undefined;
}

/** Did the server stop in the middle of an answer? */
export function pauseQuestion(config: AnalysisConfig): Asked {
  return {
    question: "Did the server pause in the middle of an answer?",
    test: ({ longestStallReason, longestStallNs }) =>
      longestStallReason === "serverPausing" && longestStallNs > config.slowThinkNs,
    measured: ({ longestStallReason, longestStallNs }) =>
      `longest pause ${formatDurationNs(longestStallNs)}${longestStallReason === "" ? "" : ` (${longestStallReason})`}`,
    threshold: `more than ${formatDurationNs(config.slowThinkNs)} with nothing lost and room in the window`,
    yes: "serverPausing",
  };
}

/** Was there mostly nothing to do? */
export function idleQuestion(config: AnalysisConfig): Asked {
  return {
    question: "Was most of its time without a question of the client?",
    test: (connection) => {
      const idleNs = clientIdleNs(connection);
      return idleNs > config.idleNs && idleNs >= connection.durationNs * config.idleRatio;
    },
    measured: (connection) => {
      const { clientIdleMaxNs, durationNs } = connection;
      const longest = clientIdleMaxNs === undefined ? "" : `, longest ${formatDurationNs(clientIdleMaxNs)}`;
      return `${formatDurationNs(clientIdleNs(connection))} of ${formatDurationNs(durationNs)}${longest}`;
    },
    threshold: `more than ${formatDurationNs(config.idleNs)} and ${formatRatio(config.idleRatio)} of its time`,
    yes: "clientIdle",
  };
}

/** Time between answers and the next questions, all turns together. */
function clientIdleNs({ clientIdleMeanNs, clientIdleSamples }: Connection): number {
  return (clientIdleMeanNs ?? 0) * clientIdleSamples;
}
