import type { Connection } from "@weir/model";
import type { Traffic } from "./edge-metrics.ts";

/** Connections that are counted while they go on; those beyond it are counted when they are over. */
const MAX_FOLLOWED = 50_000;
const NOTHING: Traffic = {
  clientBytes: 0,
  serverBytes: 0,
  clientPackets: 0,
  serverPackets: 0,
  clientRetransmissions: 0,
  serverRetransmissions: 0,
};

/** What connections added to their totals from one report to the next. */
export class TrafficSince {
  readonly #told = new Map<string, Traffic>();

  /** Of a connection that goes on; undefined where too many are followed already. */
  update(connection: Connection): Traffic | undefined {
    const { connectionId } = connection;
    const before = this.#told.get(connectionId);
    if (before === undefined && this.#told.size >= MAX_FOLLOWED) return undefined;
    this.#told.set(connectionId, trafficOf(connection));
    return difference(connection, before);
  }

  /** Of a connection that is over: what was not told before. */
  end(connection: Connection): Traffic {
    const before = this.#told.get(connection.connectionId);
    this.#told.delete(connection.connectionId);
    return difference(connection, before);
  }
}

function trafficOf(connection: Connection): Traffic {
  const { clientBytes, serverBytes, clientPackets, serverPackets, clientRetransmissions, serverRetransmissions } =
    connection;
  return { clientBytes, serverBytes, clientPackets, serverPackets, clientRetransmissions, serverRetransmissions };
}

/** Never below zero: who is the client may have turned out later, and then the sides change. */
function difference(now: Traffic, before: Traffic = NOTHING): Traffic {
  const since = (name: keyof Traffic) => Math.max(0, now[name] - before[name]);
  return {
    clientBytes: since("clientBytes"),
    serverBytes: since("serverBytes"),
    clientPackets: since("clientPackets"),
    serverPackets: since("serverPackets"),
    clientRetransmissions: since("clientRetransmissions"),
    serverRetransmissions: since("serverRetransmissions"),
  };
}
