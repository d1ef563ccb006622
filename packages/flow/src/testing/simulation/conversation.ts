import type { StallReason } from "@weir/model";
import type { TcpAbilities } from "./abilities.ts";
import { Agenda } from "./agenda.ts";
import { type Application, Host, type HostWorld } from "./host.ts";
import { type LegOptions, Path, type PathLog } from "./path.ts";
import { Random } from "./random.ts";
import type { ReadPause } from "./receiver.ts";
import type { SideName } from "./segment.ts";

/** A question and its answer. */
export interface Exchange {
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Between the question's last byte and the answer's first. */
  readonly thinkNs: number;
  /** Between the answer before it and the question; 0 for the first one. */
  readonly idleNs: number;
}

/** Who ends the conversation, and how. */
export type Ending =
  | "clientCloses"
  | "serverCloses"
  | "clientHalfCloses"
  | "staysOpen"
  | "clientResets"
  | "clientResetsUnanswered"
  | "clientResetsMidAnswer"
  | "serverResets"
  | "serverRefuses"
  | "serverIsSilent";

/** Everything about a conversation; the same options give the same packets. */
export interface ConversationOptions {
  readonly seed: number;
  readonly exchanges: readonly Exchange[];
  readonly ending: Ending;
  readonly maxSegmentBytes: number;
  readonly bufferBytes: number;
  readonly delayedAcks: boolean;
  readonly pauses: Readonly<Record<SideName, readonly ReadPause[]>>;
  /** From the client to the vantage, and from there to the server. */
  readonly legs: Readonly<Record<SideName, LegOptions>>;
  /** Probability that the capture misses a packet that passes. */
  readonly missed: number;
  /** Packets that pass before the capture begins. */
  readonly captureFrom: number;
  /** Sequence numbers of the SYNs. */
  readonly firstSequence: Readonly<Record<SideName, number>>;
  /** Shift of the window field (RFC 7323); 0 is announced as well. */
  readonly windowScale: number;
  readonly abilities: TcpAbilities;
}

/** How long a client waits that will not be answered. */
const PATIENCE_NS = 3e9;

/** Lets the conversation happen; returns what passed the vantage and what arrived. */
export function converse(options: ConversationOptions): PathLog {
  const agenda = new Agenda();
  const path = new Path(agenda, new Random(options.seed), legsOf(options), options.missed);
  let ids = 0;
  const world = { agenda, path, nextId: () => ids++ };
  const client = new Host("client", world, { ...options, pauses: options.pauses.client });
  const server = new Host("server", world, { ...options, pauses: options.pauses.server });
  client.connectTo(server, clientOf(client, world, options));
  server.connectTo(client, serverOf(server, world, options));
  server.listen(options.ending === "serverRefuses");
  agenda.in(0, () => client.open());
  agenda.run();
  return path.log;
}

function legsOf({ legs, ending }: ConversationOptions): Readonly<Record<SideName, LegOptions>> {
  return ending === "serverIsSilent" ? { ...legs, server: { ...legs.server, loss: 1 } } : legs;
}

/** Lets an application wait; where it does not wait at all, it acts within the same step. */
function after({ agenda, path }: HostWorld, delayNs: number, reason: StallReason, action: () => void): void {
  const fromNs = agenda.nowNs;
  if (delayNs === 0 && reason === "clientIdle") {
    action();
    return;
  }
  agenda.in(delayNs, () => {
    path.log.waits.push({ reason, fromNs, toNs: agenda.nowNs });
    action();
  });
}

/** A client asks one question after the other, and ends the conversation where that is its part. */
function clientOf(host: Host, world: HostWorld, { exchanges, ending }: ConversationOptions): Application {
  let asked = 0;
  let awaited = 0;
  const ask = () => {
    const exchange = exchanges[asked];
    if (exchange !== undefined) {
      asked += 1;
      awaited += exchange.responseBytes;
      after(world, exchange.idleNs, "clientIdle", () => host.sender.write(exchange.requestBytes));
      if (ending === "clientResetsUnanswered" && asked === exchanges.length)
        after(world, exchange.idleNs + PATIENCE_NS, "serverThinking", () => host.reset());
    } else if (ending === "clientCloses" || ending === "clientHalfCloses") host.sender.close();
    else if (ending === "clientResets") host.reset();
  };
  return {
    opened: ask,
    read(totalBytes) {
      const lastAnswer = exchanges.at(-1)?.responseBytes ?? 0;
      const hasEnough = asked === exchanges.length && totalBytes > awaited - lastAnswer / 2;
      if (ending === "clientResetsMidAnswer" && hasEnough) host.reset();
      else if (totalBytes >= awaited) ask();
    },
    endOfStream: () => ending === "serverCloses" && host.sender.close(),
  };
}

/** A server answers when it has read a whole question. */
function serverOf(host: Host, world: HostWorld, { exchanges, ending }: ConversationOptions): Application {
  let answered = 0;
  let expected = exchanges[0]?.requestBytes ?? 0;
  const answer = ({ responseBytes }: Exchange) => {
    const isLast = answered === exchanges.length;
    if (isLast && ending === "clientResetsUnanswered") return;
    if (isLast && ending === "serverResets") return host.reset();
    host.sender.write(responseBytes);
    if (isLast && ending === "serverCloses") host.sender.close();
  };
  return {
    opened: () => undefined,
    read(totalBytes) {
      const exchange = exchanges[answered];
      if (exchange === undefined || totalBytes < expected) return;
      answered += 1;
      expected += exchanges[answered]?.requestBytes ?? 0;
      after(world, exchange.thinkNs, "serverThinking", () => answer(exchange));
    },
    endOfStream: () => ending === "clientCloses" && host.sender.close(),
  };
}
