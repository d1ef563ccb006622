import type { Call } from "@weir/model";
import {
  answeredAfterNs,
  type ClockOffset,
  callInterval,
  enclosingOffset,
  spanInterval,
  vantageOffset,
} from "./clock.ts";
import type { WireHop } from "./hop.ts";
import type { Span } from "./span.ts";

/** Where the time of a client's span went. The five parts sum up to the span's duration. */
export interface LatencySplit {
  /** Before the first byte of the request: waiting for a connection, for the event loop. */
  readonly clientQueueNs: number;
  readonly networkOutNs: number;
  /** At the server and behind it. */
  readonly serverNs: number;
  readonly networkBackNs: number;
  /** From the last byte of the answer to the end of the span. */
  readonly clientReadNs: number;
  /** Of `serverNs`: what the server's own span knows of; the rest it spent before or behind that span. */
  readonly serverSpanNs: number | undefined;
  /** How the network's share is known. */
  readonly networkBy: "twoVantages" | "roundTrip" | "unknown";
  /** The clocks that took part, and how far apart they are. */
  readonly clocks: readonly ClockOffset[];
}

/** Splits the time of a client's span by the hops that it led to. Undefined where there was no whole answer, or the span is shorter than its exchange. */
export function splitLatency(
  client: Span,
  server: Span | undefined,
  hops: readonly WireHop[],
): LatencySplit | undefined {
  const atClient = hops[0]?.atClient;
  const atServer = hops.at(-1)?.atServer;
  if (atClient?.durationNs === undefined || atServer === undefined) return undefined;
  const clientClock = enclosingOffset(spanInterval(client), callInterval(atClient));
  if (clientClock === undefined) return undefined;
  const serverClock = server && enclosingOffset(callInterval(atServer), spanInterval(server));
  const network = networkOf(atClient, atServer);
  const clientQueueNs = Number(atClient.startedAt - client.startedAt) + clientClock.offsetNs;
  const half = Math.min(network.ns, atClient.durationNs) / 2;
  const networkOutNs = Math.round(half);
  const networkBackNs = Math.floor(2 * half) - networkOutNs;
  return {
    clientQueueNs,
    networkOutNs,
    serverNs: atClient.durationNs - networkOutNs - networkBackNs,
    networkBackNs,
    clientReadNs: client.durationNs - clientQueueNs - atClient.durationNs,
    serverSpanNs: server?.durationNs,
    networkBy: network.by,
    clocks: [clientClock, network.clock, serverClock].filter((clock) => clock !== undefined),
  };
}

/** The network's share of an exchange, there and back. */
function networkOf(
  atClient: Call,
  atServer: Call,
): { readonly ns: number; readonly by: LatencySplit["networkBy"]; readonly clock?: ClockOffset | undefined } {
  const clientNs = answeredAfterNs(atClient);
  const serverNs = answeredAfterNs(atServer);
  if (atClient.captureId !== atServer.captureId && clientNs !== undefined && serverNs !== undefined)
    return { ns: Math.max(0, clientNs - serverNs), by: "twoVantages", clock: vantageOffset(atClient, atServer) };
  return atClient.networkNs === undefined ? { ns: 0, by: "unknown" } : { ns: atClient.networkNs, by: "roundTrip" };
}
