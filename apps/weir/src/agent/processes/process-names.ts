import type { Connection } from "@weir/model";
import type { OpenEnds } from "@weir/pipeline";
import type { Nameable } from "../identity/namer.ts";
import type { SocketHistory } from "../kernel/socket-history.ts";
import type { LiveRecord } from "../messages.ts";
import type { ProcessFacts } from "./process-facts.ts";
import type { EndOwner, Owners, ProcessFinder } from "./process-finder.ts";
import { RememberedOwners } from "./remembered-owners.ts";
import { unreachableError } from "./unreachable-error.ts";

/** What looking for processes has done so far. */
export interface ProcessCounts {
  /** Connections whose processes are remembered: those that are open. */
  readonly connections: number;
  /** How often the kernel's tables were read, and how long that took in all. */
  readonly readings: number;
  readonly costNs: number;
}

/**
 * Names the processes behind connections: by what the kernel told of their sockets, else by its tables, which are asked when a connection begins, while its sockets
 * are open. What was once known stays until the connection ends: it keeps its names when the processes are gone.
 */
export class ProcessNames {
  readonly #finder: ProcessFinder;
  readonly #history: SocketHistory | undefined;
  /** As many as there are open connections. */
  readonly #known = new RememberedOwners();

  /** Without a history where the kernel tells nothing. */
  constructor(finder: ProcessFinder, history?: SocketHistory) {
    this.#finder = finder;
    this.#history = history;
  }

  get counts(): ProcessCounts {
    const { readings, costMs } = this.#finder;
    return { connections: this.#known.size, readings, costNs: Math.round(costMs * 1e6) };
  }

  /** The same records, connections with the processes at their ends as far as they are known. */
  named(records: readonly LiveRecord[]): readonly LiveRecord[] {
    this.#look(records.flatMap((live) => (live.kind === "connection" || live.kind === "open" ? [live.record] : [])));
    for (const live of records)
      if (live.kind === "connection") this.#complete(live.record, live.report === "end");
      else if (live.kind === "open") this.#complete(live.record, false);
    return records;
  }

  /** Looks for the processes of connections that are not known yet. */
  #look(connections: readonly OpenEnds[]): void {
    if (this.#finder.readings === 0) this.#finder.refresh();
    const missing = connections.filter((connection) => !this.#find(connection));
    if (missing.length === 0 || !this.#finder.refresh()) return;
    for (const connection of missing) this.#find(connection);
  }

  /** Writes what is known into the record, which was handed over; it is forgotten where `isLast`. */
  #complete(connection: Nameable, isLast: boolean): void {
    const owners = this.#known.of(connection);
    if (isLast) this.#known.forget(connection);
    if (owners === undefined) return;
    Object.assign(connection, fieldsOf(owners));
    const error = owners.hasFailed ? (owners.error ?? errorOf(connection)) : undefined;
    if (error !== undefined) Object.assign(connection, { connectError: error });
  }

  /** True where nothing more can be found out of it by reading the tables again. */
  #find(connection: OpenEnds): boolean {
    const before = this.#known.of(connection);
    const now = before === undefined || isOpen(before) ? this.#finder.find(connection) : before;
    const opener = this.#history?.opener(connection);
    const server = this.#history?.server(connection);
    const owners = {
      client: this.#best(opener?.process, before?.client, now.client),
      server: this.#best(server?.process, before?.server, now.server),
      hasFailed: opener?.kind === "failed",
      error: opener?.error,
    };
    this.#known.remember(connection, owners);
    return !isOpen(owners);
  }

  /** What the kernel tells now, else who was known before, else who is known now. */
  #best(kernel: ProcessFacts | undefined, before: EndOwner | undefined, now: EndOwner): EndOwner {
    if (kernel !== undefined) return this.#known.process(kernel, "kernel");
    if (before?.kind === "process") return before;
    return now.kind === "process" ? this.#known.process(now.facts, now.source) : now;
  }
}

function errorOf({ unreachableCode = "", serverAddress }: Nameable): string | undefined {
  return unreachableError(unreachableCode, serverAddress);
}

/** True where another look may tell more: of a socket that is not there yet, or not accepted. */
function isOpen({ client, server }: Owners): boolean {
  return [client, server].some((end) => end.kind === "unknown" && (end.why === "gone" || end.why === "ambiguous"));
}

type ProcessFields = Partial<Connection>;

function fieldsOf({ client, server }: Owners): ProcessFields {
  return {
    ...(client.kind === "process"
      ? { ...clientFields(client.facts), clientProcessSource: client.source }
      : { clientProcessUnknown: client.why }),
    ...(server.kind === "process"
      ? { ...serverFields(server.facts), serverProcessSource: server.source }
      : { serverProcessUnknown: server.why }),
  };
}

function clientFields({ pid, name, executable, command, user, containerId, podUid }: ProcessFacts): ProcessFields {
  return {
    clientProcessPid: pid,
    clientProcessName: name,
    clientProcessExecutable: executable,
    clientProcessCommand: command,
    clientProcessUser: user,
    clientContainerId: containerId,
    clientK8sPodUid: podUid,
  };
}

function serverFields({ pid, name, executable, command, user, containerId, podUid }: ProcessFacts): ProcessFields {
  return {
    serverProcessPid: pid,
    serverProcessName: name,
    serverProcessExecutable: executable,
    serverProcessCommand: command,
    serverProcessUser: user,
    serverContainerId: containerId,
    serverK8sPodUid: podUid,
  };
}
