import type { SocketEnds } from "@weir/kernel";
import { type Connection, NOT_ESTABLISHED } from "@weir/model";
import { forgetOldest } from "../forget-oldest.ts";
import { keyOf } from "../processes/socket-index.ts";
import { Spans } from "../spans.ts";
import { LISTEN_DROP, LISTEN_OVERFLOW, type ListenOverflow } from "./listen-overflows.ts";
import type { DropFact, RetransmissionFact } from "./messages.ts";

/** Directions that are remembered at most, those heard of longest ago forgotten first, and causes that a record names. */
const MAX_DIRECTIONS = 65_536;
const MAX_CAUSES = 4;
/** Ends whose listening sockets' drops are remembered. */
const MAX_LISTENERS = 4_096;
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
  /** When a listening socket dropped who wanted to connect, by reason and end. */
  readonly #overflows = new Map<string, Spans>();

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
    forgetOldest(this.#directions, MAX_DIRECTIONS);
  }

  /** A listening socket dropped who wanted to connect, at some time between these. */
  overflowed({ cause, port, addresses }: ListenOverflow, fromUnixNs: bigint, toUnixNs: bigint): void {
    for (const address of port === undefined ? [] : addresses) {
      const key = `${cause.reason} ${address} ${port}`;
      const spans = this.#overflows.get(key) ?? new Spans();
      spans.add(fromUnixNs, toUnixNs);
      if (this.#overflows.size < MAX_LISTENERS) this.#overflows.set(key, spans);
    }
  }

  /** Why and where packets from one end to another were dropped, since this moment. */
  causesOf({ localAddress, localPort, remoteAddress, remotePort }: SocketEnds, sinceUnixNs: bigint): readonly string[] {
    const local = { address: localAddress, port: localPort };
    const key = keyOf("tcp", local, { address: remoteAddress, port: remotePort });
    return [...(this.#take(key, sinceUnixNs, false)?.causes ?? [])];
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
    for (const { kind, reason } of has.drops ? [LISTEN_OVERFLOW, LISTEN_DROP] : [])
      if (this.#wasDropped(connection, reason)) causes.add(`${kind} ${reason} port ${serverPort}`);
    Object.assign(connection, {
      ...(has.drops && { clientDrops: sent?.drops ?? 0, serverDrops: answered?.drops ?? 0 }),
      ...(causes.size > 0 && { dropCauses: [...causes].slice(0, MAX_CAUSES).join(", ") }),
      ...(has.retransmissions && transport === "tcp" && retransmissions(connection, sent, answered)),
    });
  }

  /** True where it did not come about, or not at its first SYN, while the listening socket dropped some for this reason. */
  #wasDropped(connection: Connection, reason: ListenOverflow["cause"]["reason"]): boolean {
    const { serverAddress, serverPort, startedAt, durationNs, closeReason, clientRetransmissions } = connection;
    if (clientRetransmissions === 0 && !NOT_ESTABLISHED.some((each) => each === closeReason)) return false;
    const spans = this.#overflows.get(`${reason} ${serverAddress} ${serverPort}`);
    return spans?.meets(startedAt, startedAt + BigInt(Math.round(durationNs))) === true;
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
