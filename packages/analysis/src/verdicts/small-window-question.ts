import { formatBytes, formatRatio, NS_PER_S } from "@weir/base";
import type { Connection, SlowVerdict } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import { roundTripNs } from "../measures.ts";
import type { Question } from "../tree.ts";

/** The window of the direction that filled it more often. */
interface UsedWindow {
  readonly filled: number;
  /** The largest that was granted. */
  readonly windowBytes: number;
  readonly inFlightBytes: number;
}

/** A window that is full again and again, and never closed: the receiver reads, but grants less than the path could carry. */
export function smallWindowQuestion(config: AnalysisConfig): Question<Connection, SlowVerdict> {
  return {
    question: "Did the receiver's window limit the sender?",
    test: (connection) => {
      if (Math.max(connection.clientWindowFull, connection.serverWindowFull) < config.windowFullMin) return false;
      const used = usedWindow(connection);
      const rateBytes = ratePerSecond(connection, used);
      if (used === undefined || rateBytes === undefined) return undefined;
      return used.inFlightBytes >= used.windowBytes * config.windowUsedRatio && rateBytes < config.windowRateBytes;
    },
    measured: (connection) => {
      const used = usedWindow(connection);
      const rateBytes = ratePerSecond(connection, used);
      const filled = `filled ${connection.clientWindowFull} times by the client, ${connection.serverWindowFull} by the server`;
      if (used === undefined || used.filled === 0) return filled;
      const allowed = rateBytes === undefined ? "" : `, which allow ${formatBytes(Math.round(rateBytes))}/s`;
      return `${filled}; ${formatBytes(used.inFlightBytes)} of ${formatBytes(used.windowBytes)} in flight${allowed}`;
    },
    threshold: `filled ${config.windowFullMin} times, ${formatRatio(config.windowUsedRatio)} of it in flight, and less than ${formatBytes(config.windowRateBytes)}/s for window and round trip`,
    because: () => "the window's size, what was in flight, or the round trip is not known",
    yes: "windowTooSmall",
  };
}

function usedWindow(connection: Connection): UsedWindow | undefined {
  const isServer = connection.serverWindowFull >= connection.clientWindowFull;
  const filled = isServer ? connection.serverWindowFull : connection.clientWindowFull;
  const inFlightBytes = isServer ? connection.serverMaxBytesInFlight : connection.clientMaxBytesInFlight;
  const windowBytes = isServer ? connection.clientMaxWindowBytes : connection.serverMaxWindowBytes;
  return windowBytes === undefined || inFlightBytes === 0 ? undefined : { filled, windowBytes, inFlightBytes };
}

/** The most that gets through: one window per round trip. */
function ratePerSecond(connection: Connection, used: UsedWindow | undefined): number | undefined {
  const tripNs = roundTripNs(connection);
  return used === undefined || tripNs === undefined ? undefined : (used.windowBytes * NS_PER_S) / Math.max(1, tripNs);
}
