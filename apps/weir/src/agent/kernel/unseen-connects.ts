import type { FailedConnect } from "@weir/analysis";
import type { Connection } from "@weir/model";
import { keyOf } from "../processes/socket-index.ts";
import type { SocketFact } from "./messages.ts";

/** A packet of an attempt is read, and its record told, within so long of the attempt's failure. */
const SEEN_WITHIN_NS = 5_000_000_000n;
/** What a process gives up sooner it may not have needed: of several addresses it takes the first that answers. */
const GIVEN_UP_AFTER_NS = 1_000_000_000n;
/** Attempts that wait for a record at most. */
const MAX_WAITING = 4_096;
/** Its reset came by the network, so that packets of it were there. */
const ANSWERED = "ECONNREFUSED";

interface Waiting {
  readonly fact: SocketFact;
  readonly failedUnixNs: bigint;
}

/** Attempts to connect that failed, until a record of their packets comes, or it is too late for that. */
export class UnseenConnects {
  readonly #namespaces: ReadonlySet<number>;
  readonly #waiting = new Map<string, Waiting>();

  /** `namespaces` are the inodes of the network namespaces in which packets are captured. */
  constructor(namespaces: ReadonlySet<number>) {
    this.#namespaces = namespaces;
  }

  /** The kernel tells that an attempt has failed. */
  failed(fact: SocketFact, nowUnixNs: bigint): void {
    const { kind, error, ends, atUnixNs } = fact;
    if (kind !== "failed" || error === ANSWERED || !this.#namespaces.has(ends.namespace)) return;
    if (error === undefined && nowUnixNs - atUnixNs < GIVEN_UP_AFTER_NS) return;
    if (this.#waiting.size < MAX_WAITING) this.#waiting.set(keyOfFact(fact), { fact, failedUnixNs: nowUnixNs });
  }

  /** Packets of a connection were seen. */
  seen({ transport, clientAddress, clientPort, serverAddress, serverPort }: Connection): void {
    if (transport !== "tcp" || this.#waiting.size === 0) return;
    const client = { address: clientAddress, port: clientPort };
    this.#waiting.delete(keyOf(transport, client, { address: serverAddress, port: serverPort }));
  }

  /** Those for which no record has come in time, or by the end of the run; `causesOf` knows what the kernel dropped of them. */
  take(nowUnixNs: bigint, isLast: boolean, causesOf: (fact: SocketFact) => readonly string[]): FailedConnect[] {
    const late = [...this.#waiting].filter(
      ([, { failedUnixNs }]) => isLast || failedUnixNs + SEEN_WITHIN_NS <= nowUnixNs,
    );
    for (const [key] of late) this.#waiting.delete(key);
    return late.map(([, { fact, failedUnixNs }]) => ({
      clientAddress: fact.ends.localAddress,
      serverAddress: fact.ends.remoteAddress,
      serverPort: fact.ends.remotePort,
      processName: fact.process.name,
      pid: fact.process.pid,
      error: fact.error,
      startedAt: fact.atUnixNs,
      endedAt: failedUnixNs,
      dropCauses: causesOf(fact),
    }));
  }
}

function keyOfFact({ ends }: SocketFact): string {
  const local = { address: ends.localAddress, port: ends.localPort };
  return keyOf("tcp", local, { address: ends.remoteAddress, port: ends.remotePort });
}
