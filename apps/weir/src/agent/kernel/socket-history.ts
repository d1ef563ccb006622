import type { Connection } from "@weir/model";
import { forgetOldest } from "../forget-oldest.ts";
import { SharedProcesses } from "../processes/shared-processes.ts";
import { keyOf, type SocketEnd, type SocketTransport } from "../processes/socket-index.ts";
import type { SocketFact } from "./messages.ts";

/** Sockets that are remembered at most, those told first forgotten first, and facts of one. */
const MAX_SOCKETS = 65_536;
const MAX_FACTS = 4;
/** A packet and what the kernel told of it are timed by clocks that differ by so much at most. */
const SLACK_NS = 20_000_000n;
/** A process that began to connect so long before a connection's first packet meant another one: no SYN is sent again for longer. */
const LONGEST_ATTEMPT_NS = 180_000_000_000n;

/** A first datagram is answered within so long, or by nobody. */
const LATEST_ANSWER_NS = 10_000_000_000n;

type Ends = Pick<
  Connection,
  "transport" | "clientAddress" | "clientPort" | "serverAddress" | "serverPort" | "startedAt"
>;

/** What the kernel told of sockets, until a connection's record asks for it. */
export class SocketHistory {
  readonly #facts = new Map<string, SocketFact[]>();
  readonly #processes = new SharedProcesses();

  /** Sockets that are remembered. */
  get size(): number {
    return this.#facts.size;
  }

  add(fact: SocketFact): void {
    // Who listens is found by the tables; who serves a connection is told when it reads.
    const { transport, localAddress, localPort, remoteAddress, remotePort } = fact.ends;
    if (fact.kind === "listens" || transport === undefined) return;
    const local = { address: localAddress, port: localPort };
    const isConnected = remotePort > 0;
    const key = isConnected
      ? keyOf(transport, local, { address: remoteAddress, port: remotePort })
      : anybodysKey(transport, localPort);
    const facts = this.#facts.get(key) ?? [];
    this.#facts.delete(key);
    this.#facts.set(key, [...facts.slice(1 - MAX_FACTS), { ...fact, process: this.#processes.shared(fact.process) }]);
    forgetOldest(this.#facts, MAX_SOCKETS);
  }

  /** Who sends datagrams from an end to another: a socket that is connected there, else the only one at its port that is connected nowhere. */
  #sender(local: SocketEnd, remote: SocketEnd, startedAt: bigint): SocketFact | undefined {
    const isInTime = ({ atUnixNs }: SocketFact) => atUnixNs <= startedAt + LATEST_ANSWER_NS;
    const connected = this.#of("udp", local, remote).findLast(isInTime);
    if (connected !== undefined) return connected;
    const others = (this.#facts.get(anybodysKey("udp", local.port)) ?? []).filter(isInTime);
    const namespaces = new Set(others.map(({ ends }) => ends.namespace));
    return namespaces.size === 1 ? others.at(-1) : undefined;
  }

  /** Who opened a connection, and whether that failed: the last to begin before its first packet. */
  opener(ends: Ends): SocketFact | undefined {
    const { transport, startedAt } = ends;
    if (transport === "udp") return this.#sender(clientOf(ends), serverOf(ends), startedAt);
    const facts = this.#of(transport, clientOf(ends), serverOf(ends));
    return facts.findLast(
      ({ kind, atUnixNs }) =>
        kind !== "served" && atUnixNs <= startedAt + SLACK_NS && atUnixNs + LONGEST_ATTEMPT_NS > startedAt,
    );
  }

  /** Who serves a connection: the first to read from it since it began. */
  server(ends: Ends): SocketFact | undefined {
    const { transport, startedAt } = ends;
    if (transport === "udp") return this.#sender(serverOf(ends), clientOf(ends), startedAt);
    const facts = this.#of(transport, serverOf(ends), clientOf(ends));
    return facts.find(({ kind, atUnixNs }) => kind === "served" && atUnixNs + SLACK_NS >= startedAt);
  }

  #of(transport: Connection["transport"], local: SocketEnd, remote: SocketEnd): readonly SocketFact[] {
    if (transport !== "tcp" && transport !== "udp") return [];
    return this.#facts.get(keyOf(transport satisfies SocketTransport, local, remote)) ?? [];
  }
}

type Addresses = Omit<Ends, "transport" | "startedAt">;

function clientOf({ clientAddress, clientPort }: Addresses): SocketEnd {
  return { address: clientAddress, port: clientPort };
}

function serverOf({ serverAddress, serverPort }: Addresses): SocketEnd {
  return { address: serverAddress, port: serverPort };
}

/** Where sockets stand that are connected nowhere. */
function anybodysKey(transport: SocketTransport, port: number): string {
  return `${transport} ${port}`;
}
