import { type Connection, NOT_ESTABLISHED } from "@weir/model";
import { keyOf } from "../processes/socket-index.ts";
import { Spans } from "../spans.ts";
import { LISTEN_OVERFLOW } from "./listen-overflows.ts";
import type { DropFact, RetransmissionFact } from "./messages.ts";

/** Directions that are remembered at most, those heard of longest ago forgotten first, and causes that a record names. */
const MAX_DIRECTIONS = 65_536;
const MAX_CAUSES = 4;
/** Ports whose full queues are remembered. */
const MAX_PORTS = 1_000;
/** A packet and what the kernel told of it are timed by clocks that differ by so much at most. */
const SLACK_NS = 20_000_000n;

/** What the kernel told of packets that one end sent to another. */
interface Direction {
  retransmissions: number;
  drops: number;
  readonly causes: Set<string>;
  lastUnixNs: bigint;
}

/** Counts what the kernel sent again and dropped, until the connection's record asks for it. */
export class ConnectionDrops {
  readonly #directions = new Map<string, Direction>();
  /** When the accept queue of a port was full. */
  readonly #overflows = new Map<number, Spans>();

  add(fact: RetransmissionFact | DropFact): void {
    const { transport, localAddress, localPort, remoteAddress, remotePort } = fact.ends;
    if (transport === undefined || (fact.kind === "dropped" && fact.cause.kind === "routine")) return;
    const local = { address: localAddress, port: localPort };
    const key = keyOf(transport, local, { address: remoteAddress, port: remotePort });
    const direction = this.#directions.get(key) ?? { retransmissions: 0, drops: 0, causes: new Set(), lastUnixNs: 0n };
    direction.lastUnixNs = fact.atUnixNs;
    if (fact.kind === "retransmitted") direction.retransmissions += 1;
    else {
      direction.drops += 1;
      const { kind, reason, place } = fact.cause;
      if (direction.causes.size < MAX_CAUSES) direction.causes.add(`${kind} ${reason} ${place}`);
    }
    this.#directions.delete(key);
    this.#directions.set(key, direction);
    for (const oldest of this.#directions.keys()) {
      if (this.#directions.size <= MAX_DIRECTIONS) break;
      this.#directions.delete(oldest);
    }
  }

  /** The accept queue of this port was full at some time between these. */
  overflowed(port: number, fromUnixNs: bigint, toUnixNs: bigint): void {
    const spans = this.#overflows.get(port) ?? new Spans();
    spans.add(fromUnixNs, toUnixNs);
    if (this.#overflows.size < MAX_PORTS) this.#overflows.set(port, spans);
  }

  /** Writes what was told of a connection into its record; it is forgotten where `isLast`. */
  complete(
    connection: Connection,
    isLast: boolean,
    has: { readonly retransmissions: boolean; readonly drops: boolean },
  ): void {
    const { transport, clientAddress, clientPort, serverAddress, serverPort, startedAt } = connection;
    if (transport !== "tcp" && transport !== "udp") return;
    const client = { address: clientAddress, port: clientPort };
    const server = { address: serverAddress, port: serverPort };
    const sent = this.#take(keyOf(transport, client, server), startedAt, isLast);
    const answered = this.#take(keyOf(transport, server, client), startedAt, isLast);
    const causes = new Set([...(sent?.causes ?? []), ...(answered?.causes ?? [])]);
    if (has.drops && this.#foundQueueFull(connection))
      causes.add(`${LISTEN_OVERFLOW.kind} ${LISTEN_OVERFLOW.reason} port ${serverPort}`);
    Object.assign(connection, {
      ...(has.drops && { clientDrops: sent?.drops ?? 0, serverDrops: answered?.drops ?? 0 }),
      ...(causes.size > 0 && { dropCauses: [...causes].slice(0, MAX_CAUSES).join(", ") }),
      ...(has.retransmissions && transport === "tcp" && retransmissions(connection, sent, answered)),
    });
  }

  /** True where it did not come about, or not at its first SYN, while the accept queue of its port was full. */
  #foundQueueFull({ serverPort, startedAt, durationNs, closeReason, clientRetransmissions }: Connection): boolean {
    if (clientRetransmissions === 0 && !NOT_ESTABLISHED.some((reason) => reason === closeReason)) return false;
    return this.#overflows.get(serverPort)?.meets(startedAt, startedAt + BigInt(Math.round(durationNs))) === true;
  }

  /** What was told since the connection began: before that, it was of another one with the same ports. */
  #take(key: string, startedAt: bigint, isLast: boolean): Direction | undefined {
    const direction = this.#directions.get(key);
    if (direction === undefined) return undefined;
    if (isLast) this.#directions.delete(key);
    return direction.lastUnixNs + SLACK_NS >= startedAt ? direction : undefined;
  }
}

/** None were told of a socket that is here: then there were none. Nothing is known of one that is elsewhere. */
function retransmissions(
  { clientProcessUnknown, serverProcessUnknown }: Connection,
  sent: Direction | undefined,
  answered: Direction | undefined,
): Partial<Connection> {
  const client = sent?.retransmissions ?? (clientProcessUnknown === "outside" ? undefined : 0);
  const server = answered?.retransmissions ?? (serverProcessUnknown === "outside" ? undefined : 0);
  return {
    ...(client !== undefined && { clientKernelRetransmissions: client }),
    ...(server !== undefined && { serverKernelRetransmissions: server }),
  };
}
