import type { Connection, ProcessSource } from "@weir/model";
import type { ProcessFacts } from "./process-facts.ts";
import type { EndOwner, Owners } from "./process-finder.ts";
import { SharedProcesses } from "./shared-processes.ts";

const TRANSPORTS = ["tcp", "udp", "icmp", "sctp"] as const satisfies readonly Connection["transport"][];

/** Both ends of a connection, and whether opening it failed; the error by its name (errno), where the kernel told it. */
export interface KnownOwners extends Owners {
  readonly hasFailed: boolean;
  readonly error: string | undefined;
}

/** Names a connection among those of one run. */
export type ConnectionKey = Pick<Connection, "transport" | "streamNumber">;

/**
 * Who has the ends of each open connection. HOT PATH of memory: there may be a million, between few processes, so that a connection takes an entry with a number
 * for its key, and what is alike is one object for all.
 */
export class RememberedOwners {
  readonly #byConnection = new Map<number, KnownOwners>();
  /** Pairs by client and server. */
  readonly #pairs = new WeakMap<EndOwner, WeakMap<EndOwner, KnownOwners>>();
  readonly #processes = new SharedProcesses();
  readonly #owners: Readonly<Record<ProcessSource, WeakMap<ProcessFacts, EndOwner>>> = {
    kernel: new WeakMap(),
    proc: new WeakMap(),
  };

  /** Connections that are remembered. */
  get size(): number {
    return this.#byConnection.size;
  }

  of(connection: ConnectionKey): KnownOwners | undefined {
    return this.#byConnection.get(numberOf(connection));
  }

  remember(connection: ConnectionKey, owners: KnownOwners): void {
    // What failed does not stay open, and needs no sharing.
    this.#byConnection.set(numberOf(connection), owners.hasFailed ? owners : this.#shared(owners));
  }

  forget(connection: ConnectionKey): void {
    this.#byConnection.delete(numberOf(connection));
  }

  /** A process as the owner of an end: the same object for the same process, however often it is told. */
  process(facts: ProcessFacts, source: ProcessSource): EndOwner {
    const shared = this.#processes.shared(facts);
    const owner = this.#owners[source].get(shared) ?? { kind: "process", facts: shared, source };
    this.#owners[source].set(shared, owner);
    return owner;
  }

  #shared(owners: KnownOwners): KnownOwners {
    const { client, server } = owners;
    const byServer = this.#pairs.get(client) ?? new WeakMap<EndOwner, KnownOwners>();
    this.#pairs.set(client, byServer);
    const known = byServer.get(server);
    if (known !== undefined) return known;
    byServer.set(server, owners);
    return owners;
  }
}

function numberOf({ transport, streamNumber }: ConnectionKey): number {
  return streamNumber * TRANSPORTS.length + TRANSPORTS.indexOf(transport);
}
