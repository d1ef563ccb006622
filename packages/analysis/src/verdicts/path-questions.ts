import { formatBytes, formatDurationNs, formatRatio } from "@weir/base";
import type { Connection, SlowVerdict } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import { becauseOf } from "../grade-words.ts";
import { distanceWords, roundTripNs } from "../measures.ts";
import type { Question } from "../tree.ts";

type Asked = Question<Connection, SlowVerdict>;

/** How the round trips of one way varied. */
interface RoundTrips {
  readonly way: "server" | "client";
  readonly minNs: number;
  readonly meanNs: number;
  /** What nearly all stayed below: the 95th percentile, or the largest where there is none. */
  readonly highNs: number;
  readonly deviationNs: number;
  /** The most that whose round trips they are had in flight. */
  readonly inFlightBytes: number;
}

/** Why nothing can be said about how round trips vary. */
function tripsBecause(connection: Connection): string {
  return becauseOf(connection, "oneDirection", "missingSegments") ?? "too few round trips were measured";
}

/** An ACK that is held back looks like a long round trip, but not where many segments are in flight: every second one is acknowledged at once. */
function isLoaded({ inFlightBytes }: RoundTrips, config: AnalysisConfig): boolean {
  return inFlightBytes >= config.queueLoadBytes;
}

/** Did routers mark its packets? A mark is a proof; nothing else is. */
export function marksQuestion(config: AnalysisConfig): Asked {
  return {
    question: "Did routers mark its packets as congested (ECN)?",
    test: (connection) =>
      marksOf(connection) >= config.congestionMarkMin &&
      marksOf(connection) > packetsOf(connection) * config.congestionMarkRatio,
    measured: (connection) =>
      `${marksOf(connection)} of ${packetsOf(connection)} packets marked, ${connection.clientCongestionEchoes + connection.serverCongestionEchoes} echoes`,
    threshold: `${config.congestionMarkMin} and more than ${formatRatio(config.congestionMarkRatio)}`,
    yes: "congestion",
  };
}

/** Do round trips shoot up for a while: does a buffer on the way fill? */
export function bloatQuestion(config: AnalysisConfig): Asked {
  return {
    question: "Do round trips shoot up under load?",
    test: (connection) => {
      const trips = worstTrips(connection, config);
      if (trips === undefined) return undefined;
      const { minNs, highNs } = trips;
      const isHigh = highNs >= minNs * config.bufferbloatTimes && highNs - minNs > config.queueingNs;
      return isHigh && isJittery(trips, config) && isLoaded(trips, config);
    },
    measured: (connection) => tripsText(worstTrips(connection, config)),
    threshold: `${config.bufferbloatTimes} times the smallest and ${formatDurationNs(config.queueingNs)} more, jitter from ${formatRatio(config.jitterRatio)} of the mean, with ${formatBytes(config.queueLoadBytes)} in flight`,
    because: tripsBecause,
    yes: "bufferbloat",
  };
}

/** Do round trips stay long: is the path full? */
export function congestionQuestion(config: AnalysisConfig): Asked {
  return {
    question: "Are round trips much longer than the path needs?",
    test: (connection) => {
      const trips = worstTrips(connection, config);
      if (trips === undefined) return undefined;
      const { minNs, meanNs } = trips;
      const isLong = meanNs >= minNs * config.congestionTimes && meanNs - minNs > config.queueingNs;
      return isLong && isJittery(trips, config) && isLoaded(trips, config);
    },
    measured: (connection) => tripsText(worstTrips(connection, config)),
    threshold: `mean of ${config.congestionTimes} times the smallest and ${formatDurationNs(config.queueingNs)} more, jitter from ${formatRatio(config.jitterRatio)} of the mean, with ${formatBytes(config.queueLoadBytes)} in flight`,
    because: tripsBecause,
    yes: "congestion",
  };
}

/** Is the path long, and the wait mostly made of it? */
export function pathQuestion(config: AnalysisConfig): Asked {
  return {
    question: "Is the path long, so that the wait is mostly the round trip?",
    test: (connection) => {
      const tripNs = roundTripNs(connection);
      if (tripNs === undefined) return undefined;
      if (tripNs <= config.slowPathNs) return false;
      const { thinkMeanNs, firstByteNs } = connection;
      const waitNs = thinkMeanNs ?? firstByteNs;
      return waitNs === undefined || tripNs >= waitNs * config.slowPathShareRatio;
    },
    measured: (connection) => {
      const tripNs = roundTripNs(connection);
      const waitNs = connection.thinkMeanNs ?? connection.firstByteNs;
      return `${tripNs === undefined ? "no round trip" : `${formatDurationNs(tripNs)}, ${distanceWords(tripNs, config)}`}; ${waitNs === undefined ? "nobody waited for an answer" : `mean wait for an answer ${formatDurationNs(waitNs)}`}`;
    },
    threshold: `more than ${formatDurationNs(config.slowPathNs)}, and at least ${formatRatio(config.slowPathShareRatio)} of the wait`,
    because: (connection) =>
      becauseOf(connection, "oneDirection") ?? "a round trip was not measured on both sides of the vantage",
    yes: "farPath",
  };
}

function isJittery({ deviationNs, meanNs }: RoundTrips, config: AnalysisConfig): boolean {
  return deviationNs >= meanNs * config.jitterRatio;
}

/** The way whose round trips grew more; undefined where neither was measured often enough. */
function worstTrips(connection: Connection, config: AnalysisConfig): RoundTrips | undefined {
  const server = tripsOf(connection, "server", config);
  const client = tripsOf(connection, "client", config);
  if (server === undefined || client === undefined) return server ?? client;
  return server.highNs - server.minNs >= client.highNs - client.minNs ? server : client;
}

function tripsOf(connection: Connection, way: RoundTrips["way"], config: AnalysisConfig): RoundTrips | undefined {
  const isServer = way === "server";
  const minNs = isServer ? connection.rttServerMinNs : connection.rttClientMinNs;
  const meanNs = isServer ? connection.rttServerMeanNs : connection.rttClientMeanNs;
  const maxNs = isServer ? connection.rttServerMaxNs : connection.rttClientMaxNs;
  const p95Ns = isServer ? connection.rttServerP95Ns : connection.rttClientP95Ns;
  const deviationNs = isServer ? connection.rttServerDeviationNs : connection.rttClientDeviationNs;
  const samples = isServer ? connection.rttServerSamples : connection.rttClientSamples;
  if (minNs === undefined || meanNs === undefined || maxNs === undefined || deviationNs === undefined) return undefined;
  if ((samples ?? 0) < config.rttMinSamples || becauseOf(connection, "missingSegments") !== undefined) return undefined;
  const inFlightBytes = isServer ? connection.clientMaxBytesInFlight : connection.serverMaxBytesInFlight;
  return { way, minNs, meanNs, highNs: p95Ns ?? maxNs, deviationNs, inFlightBytes };
}

function tripsText(trips: RoundTrips | undefined): string {
  if (trips === undefined) return "no or few round trips";
  const { way, minNs, meanNs, highNs, deviationNs, inFlightBytes } = trips;
  return `to the ${way} and back: smallest ${formatDurationNs(minNs)}, mean ${formatDurationNs(meanNs)}, 95th percentile ${formatDurationNs(highNs)}, jitter ${formatDurationNs(deviationNs)}; ${formatBytes(inFlightBytes)} in flight`;
}

function marksOf({ clientCongestionMarks, serverCongestionMarks }: Connection): number {
  return clientCongestionMarks + serverCongestionMarks;
}

function packetsOf({ clientPackets, serverPackets }: Connection): number {
  return clientPackets + serverPackets;
}
