import type { Connection } from "@weir/model";
import type { LiveRecord } from "../messages.ts";
import type { ProcessFacts } from "./process-facts.ts";
import type { EndOwner, Owners, ProcessFinder } from "./process-finder.ts";

/** What looking for processes has done so far. */
export interface ProcessCounts {
  /** Connections whose processes are remembered: those that are open. */
  readonly connections: number;
  /** How often the kernel's tables were read, and how long that took in all. */
  readonly readings: number;
  readonly costNs: number;
}

/**
 * Names the processes behind connections: asked when a connection begins, while its sockets are open, and kept until it ends. What was once known stays: an old
 * connection keeps its names when the processes are gone.
 */
export class ProcessNames {
  readonly #finder: ProcessFinder;
  /** By connection id; as many as there are open connections. */
  readonly #known = new Map<string, Owners>();

  constructor(finder: ProcessFinder) {
    this.#finder = finder;
  }

  get counts(): ProcessCounts {
    const { readings, costMs } = this.#finder;
    return { connections: this.#known.size, readings, costNs: Math.round(costMs * 1e6) };
  }

  /** The same records, connections with the processes at their ends as far as they are known. */
  named(records: readonly LiveRecord[]): readonly LiveRecord[] {
    this.#look(records.flatMap((live) => (live.kind === "connection" ? [live.record] : [])));
    for (const live of records) if (live.kind === "connection") this.#complete(live.record, live.report === "end");
    return records;
  }

  /** Looks for the processes of connections that are not known yet. */
  #look(connections: readonly Connection[]): void {
    if (this.#finder.readings === 0) this.#finder.refresh();
    const missing = connections.filter((connection) => !this.#find(connection));
    if (missing.length === 0 || !this.#finder.refresh()) return;
    for (const connection of missing) this.#find(connection);
  }

  /** Writes what is known into the record, which was handed over; it is forgotten where `isLast`. */
  #complete(connection: Connection, isLast: boolean): void {
    const owners = this.#known.get(connection.connectionId);
    if (isLast) this.#known.delete(connection.connectionId);
    if (owners !== undefined) Object.assign(connection, fieldsOf(owners));
  }

  /** True where nothing more can be found out of it by reading the tables again. */
  #find(connection: Connection): boolean {
    const before = this.#known.get(connection.connectionId);
    if (before !== undefined && !isOpen(before)) return true;
    const now = this.#finder.find(connection);
    const owners: Owners =
      before === undefined
        ? now
        : { client: better(before.client, now.client), server: better(before.server, now.server) };
    this.#known.set(connection.connectionId, owners);
    return !isOpen(owners);
  }
}

/** True where another look may tell more: of a socket that is not there yet, or not accepted. */
function isOpen({ client, server }: Owners): boolean {
  return [client, server].some((end) => end.kind === "unknown" && (end.why === "gone" || end.why === "ambiguous"));
}

function better(before: EndOwner, now: EndOwner): EndOwner {
  return before.kind === "process" ? before : now;
}

type ProcessFields = Partial<Connection>;

function fieldsOf({ client, server }: Owners): ProcessFields {
  return {
    ...(client.kind === "process" ? clientFields(client.facts) : { clientProcessUnknown: client.why }),
    ...(server.kind === "process" ? serverFields(server.facts) : { serverProcessUnknown: server.why }),
  };
}

function clientFields({ pid, name, executable, command, user, containerId }: ProcessFacts): ProcessFields {
  return {
    clientProcessPid: pid,
    clientProcessName: name,
    clientProcessExecutable: executable,
    clientProcessCommand: command,
    clientProcessUser: user,
    clientContainerId: containerId,
  };
}

function serverFields({ pid, name, executable, command, user, containerId }: ProcessFacts): ProcessFields {
  return {
    serverProcessPid: pid,
    serverProcessName: name,
    serverProcessExecutable: executable,
    serverProcessCommand: command,
    serverProcessUser: user,
    serverContainerId: containerId,
  };
}
