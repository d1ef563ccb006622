import { parseSocketTable } from "@weir/identity";
import type { DropTotal } from "@weir/kernel";
import { linkOf, textOf } from "../processes/proc-files.ts";
import { listProcesses } from "../processes/socket-index.ts";

/** Ports that are remembered at most. */
const MAX_PORTS = 1_000;
/** Namespaces are looked for no more often than this. */
const LOOK_EVERY_MS = 10_000;

/** Connections that found the accept queue of a listening socket full. */
export interface ListenOverflow {
  /** The port whose queue is the fullest then; undefined where none has anything in it any more. */
  readonly port: number | undefined;
  readonly packets: number;
}

/**
 * Counts SYNs that find the accept queue full. The kernel drops them without a word to its tracepoints, and counts them for each network namespace
 * (TcpExt ListenOverflows in /proc/net/netstat); the listening socket is the one that has the most waiting.
 */
export class ListenOverflows {
  /** A process in each network namespace that there is. */
  #pids: ReadonlyMap<string, number> = new Map();
  #lookAtMs = Number.NEGATIVE_INFINITY;
  /** By the namespace's link. */
  readonly #counted = new Map<string, number>();
  readonly #totals = new Map<string, number>();

  /** Those since it was asked last; none the first time. */
  read(nowMs = performance.now()): ListenOverflow[] {
    if (nowMs >= this.#lookAtMs) this.#findNamespaces(nowMs);
    const found: ListenOverflow[] = [];
    for (const [namespace, pid] of this.#pids) {
      const text = textOf(`/proc/${pid}/net/netstat`);
      if (text === undefined) {
        // That process is gone; another one may be there.
        this.#lookAtMs = Number.NEGATIVE_INFINITY;
        continue;
      }
      const count = overflowsIn(text);
      const packets = count - (this.#counted.get(namespace) ?? count);
      this.#counted.set(namespace, count);
      if (packets > 0) found.push({ port: fullestPort(pid), packets });
    }
    for (const overflow of found) this.#add(overflow);
    return found;
  }

  /** Looks through all processes: seldom, because there may be many. */
  #findNamespaces(nowMs: number): void {
    this.#lookAtMs = nowMs + LOOK_EVERY_MS;
    const pids = new Map<string, number>();
    for (const pid of listProcesses()) {
      const namespace = linkOf(`/proc/${pid}/ns/net`);
      if (namespace !== undefined && !pids.has(namespace)) pids.set(namespace, pid);
    }
    this.#pids = pids;
    for (const namespace of this.#counted.keys()) if (!pids.has(namespace)) this.#counted.delete(namespace);
  }

  /** All since the first reading. */
  totals(): DropTotal[] {
    return [...this.#totals].map(([place, packets]) => ({ ...LISTEN_OVERFLOW, place, packets }));
  }

  #add({ port, packets }: ListenOverflow): void {
    const place = port === undefined ? "" : `port ${port}`;
    if (this.#totals.size < MAX_PORTS || this.#totals.has(place))
      this.#totals.set(place, (this.#totals.get(place) ?? 0) + packets);
  }
}

/** What the counter is called among the reasons of drops. */
export const LISTEN_OVERFLOW = { kind: "listenQueue", reason: "LISTEN_OVERFLOWS" } as const;

/** The counter, in the text of /proc/net/netstat: a line of names, and a line of numbers below it. */
export function overflowsIn(netstat: string): number {
  const [names, numbers] = netstat.split("\n").filter((line) => line.startsWith("TcpExt:"));
  const index = (names ?? "").split(" ").indexOf("ListenOverflows");
  return index < 0 ? 0 : Number((numbers ?? "").split(" ")[index] ?? 0);
}

/** The port in a process's network namespace where most connections wait to be accepted. */
function fullestPort(pid: number): number | undefined {
  const listening = ["tcp", "tcp6"]
    .flatMap((table) => parseSocketTable(textOf(`/proc/${pid}/net/${table}`) ?? ""))
    .filter(({ isListening, waiting }) => isListening && waiting > 0);
  return listening.sort((a, b) => b.waiting - a.waiting)[0]?.localPort;
}
