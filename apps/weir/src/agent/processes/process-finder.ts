import { readRights } from "@weir/capture";
import type { Connection, ProcessSource, ProcessUnknown } from "@weir/model";
import { type ProcessFacts, ProcessReader } from "./process-facts.ts";
import { listProcesses, type SocketEnd, SocketIndex, type SocketTransport } from "./socket-index.ts";
import { SocketOwners } from "./socket-owners.ts";

/** Tables are read again no sooner than this, and no sooner than so many times what reading them took: it must cost almost nothing. */
const PAUSE_MS = 50;
const PAUSE_TIMES_COST = 10;

/** Who has one end of a connection, or why that is not known. */
export type EndOwner =
  | { readonly kind: "process"; readonly facts: ProcessFacts; readonly source: ProcessSource }
  | { readonly kind: "unknown"; readonly why: ProcessUnknown };

/** Both ends of a connection. */
export interface Owners {
  readonly client: EndOwner;
  readonly server: EndOwner;
}

/** The clock, in milliseconds: given, so that tests have one of their own. */
export type Clock = () => number;

/**
 * Finds the processes behind connections by the kernel's socket tables. They are read only when a connection is asked for that they do not have yet, and then not
 * more often than they may cost.
 */
export class ProcessFinder {
  readonly #clock: Clock;
  readonly #sockets = new SocketIndex();
  readonly #owners = new SocketOwners();
  readonly #processes = new ProcessReader();
  /** False in a container with processes of its own, whose network others may share. */
  readonly #seesAll = readRights().isHostProcesses;
  #readableAtMs = Number.NEGATIVE_INFINITY;
  /** How often the tables were read, and how long that took in all. */
  readings = 0;
  costMs = 0;

  constructor(clock: Clock = () => performance.now()) {
    this.#clock = clock;
  }

  /** The processes behind both ends, by the tables as they are known. */
  find(
    connection: Pick<Connection, "transport" | "clientAddress" | "clientPort" | "serverAddress" | "serverPort">,
  ): Owners {
    const { transport } = connection;
    if (transport !== "tcp" && transport !== "udp") return { client: unknown("noSocket"), server: unknown("noSocket") };
    const client = { address: connection.clientAddress, port: connection.clientPort };
    const server = { address: connection.serverAddress, port: connection.serverPort };
    return {
      client: this.#ownerOf(transport, client, server, false),
      server: this.#ownerOf(transport, server, client, true),
    };
  }

  /** Reads the tables again, where they may be read already. */
  refresh(): boolean {
    const startedAtMs = this.#clock();
    if (startedAtMs < this.#readableAtMs) return false;
    const pids = listProcesses();
    this.#sockets.read(pids);
    this.#owners.read(pids);
    const endedAtMs = this.#clock();
    const costMs = endedAtMs - startedAtMs;
    this.readings += 1;
    this.costMs += costMs;
    this.#readableAtMs = endedAtMs + Math.max(PAUSE_MS, costMs * PAUSE_TIMES_COST);
    return true;
  }

  #ownerOf(transport: SocketTransport, local: SocketEnd, remote: SocketEnd, isServer: boolean): EndOwner {
    const answer = this.#sockets.find(transport, local, remote, isServer);
    if ("unknown" in answer) return unknown(answer.unknown);
    const pid = this.#owners.pidOf(answer.inode);
    // A socket of the tables that no process has is one of a process that we may not see, or whose files; or it was closed in between.
    if (pid === undefined) return unknown(this.#owners.closed > 0 || !this.#seesAll ? "noRights" : "gone");
    const facts = this.#processes.read(pid);
    return facts === undefined ? unknown("gone") : { kind: "process", facts, source: "proc" };
  }
}

/** One for all connections that have it: most ends are somewhere else. */
const UNKNOWN = new Map<ProcessUnknown, EndOwner>();

function unknown(why: ProcessUnknown): EndOwner {
  const known = UNKNOWN.get(why) ?? { kind: "unknown", why };
  UNKNOWN.set(why, known);
  return known;
}
