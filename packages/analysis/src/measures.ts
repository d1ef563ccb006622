import type { Connection } from "@weir/model";
import type { AnalysisConfig } from "./config.ts";

/** Segments with payload that were sent again because the first one did not arrive; repeats of data that had arrived are left out. */
export function lostByClient(connection: Connection): number {
  return Math.max(0, connection.clientDataRetransmissions - connection.clientSpuriousRetransmissions);
}

/** The same for the server. */
export function lostByServer(connection: Connection): number {
  return Math.max(0, connection.serverDataRetransmissions - connection.serverSpuriousRetransmissions);
}

/** The same of both directions. */
export function lostSegments(connection: Connection): number {
  return lostByClient(connection) + lostByServer(connection);
}

/** Segments with payload, both directions. */
export function dataSegments({ clientDataSegments, serverDataSegments }: Connection): number {
  return clientDataSegments + serverDataSegments;
}

/** Share of data that was lost and sent again: of the segments, or of their bytes where offloading had put segments together. */
export function lossRatio(connection: Connection): number {
  const lost = lostSegments(connection);
  if (lost === 0) return 0;
  if (connection.gradeReasons.includes("superFrames")) {
    const bytes = connection.clientPayloadBytes + connection.serverPayloadBytes;
    const resent = connection.clientRetransmittedBytes + connection.serverRetransmittedBytes;
    if (bytes > 0 && resent > 0) return resent / bytes;
  }
  return lost / Math.max(1, dataSegments(connection));
}

/** Time that either side's window stood at zero. */
export function zeroWindowNs({ clientZeroWindowNs, serverZeroWindowNs }: Connection): number {
  return clientZeroWindowNs + serverZeroWindowNs;
}

/** True where a window was closed and nothing had opened it when the capture ended: a window that opens again is announced by an update. */
export function isClosedAtEnd(connection: Connection): boolean {
  return (
    connection.clientZeroWindows + connection.serverZeroWindows > 0 &&
    connection.clientWindowUpdates + connection.serverWindowUpdates === 0 &&
    connection.gradeReasons.includes("captureEnded")
  );
}

/**
 * Smallest round trip from the vantage to the server and back; undefined where none was measured. The handshake counts as well: on short
 * connections the only ACKs of data came with an answer, and hold the server's thinking.
 */
export function roundTripToServerNs({ rttServerMinNs, handshakeServerNs }: Connection): number | undefined {
  return smaller(rttServerMinNs, handshakeServerNs);
}

/** Smallest round trip from end to end: both ways from the vantage; undefined where one was not measured. */
export function roundTripNs(connection: Connection): number | undefined {
  const toServerNs = roundTripToServerNs(connection);
  const toClientNs = smaller(connection.rttClientMinNs, connection.handshakeClientNs);
  return toServerNs === undefined || toClientNs === undefined ? undefined : toServerNs + toClientNs;
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

/** The field's word for how long a handshake took. */
export function handshakeBand(handshakeNs: number, config: AnalysisConfig): string {
  if (handshakeNs < config.handshakeExcellentNs) return "excellent";
  if (handshakeNs < config.handshakeGoodNs) return "good";
  return handshakeNs < config.slowHandshakeNs ? "elevated" : "high";
}

/** How far apart two ends are, by their smallest round trip. */
export function distanceWords(tripNs: number, config: AnalysisConfig): string {
  if (tripNs < config.sameNodeNs) return "as within one node";
  if (tripNs < config.sameZoneNs) return "as between nodes of a zone";
  return tripNs < config.sameRegionNs ? "as between zones of a region" : "as between regions";
}
