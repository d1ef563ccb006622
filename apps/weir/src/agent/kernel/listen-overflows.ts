import { parseOwnAddresses, parseSocketTable } from "@weir/identity";
import type { DropTotal } from "@weir/kernel";
import { linkOf, textOf } from "../processes/proc-files.ts";
import { listProcesses } from "../processes/socket-index.ts";
import { type ListenerDrop, ListenerDrops } from "./listener-drops.ts";

/** Places that are remembered at most. */
const MAX_PLACES = 1_000;
/** Namespaces are looked for no more often than this. */
const LOOK_EVERY_MS = 10_000;
const ANY_ADDRESSES: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** Why a listening socket drops who wants to connect, by the names of the kernel's counters. */
export const LISTEN_OVERFLOW = { kind: "listenQueue", reason: "LISTEN_OVERFLOWS" } as const;
/** For another reason than a full queue: no way back to the client, no memory, too many that have not finished their handshake. */
export const LISTEN_DROP = { kind: "socket", reason: "LISTEN_DROPS" } as const;

/** Connections that a listening socket dropped. */
export interface ListenOverflow {
  readonly cause: typeof LISTEN_OVERFLOW | typeof LISTEN_DROP;
  /** Undefined where the kernel does not tell which socket, and none has anything in its queue any more. */
  readonly port: number | undefined;
  /** Addresses at which that socket is reached; none where that is not known. */
  readonly addresses: readonly string[];
  readonly packets: number;
}

interface Counters {
  readonly overflows: number;
  readonly drops: number;
}

/**
 * Counts SYNs that listening sockets drop. The kernel drops them without a word to its tracepoints, and counts them for each network namespace (TcpExt
 * ListenOverflows and ListenDrops in /proc/net/netstat) and with each socket, which it is asked for where the namespace's have grown.
 */
export class ListenOverflows {
  /** A process in each network namespace that there is. */
  #pids: ReadonlyMap<string, number> = new Map();
  #lookAtMs = Number.NEGATIVE_INFINITY;
  /** By the namespace's link. */
  readonly #counted = new Map<string, Counters>();
  readonly #listeners = new ListenerDrops();
  readonly #totals = new Map<string, DropTotal>();

  /** Those since it was asked last; none the first time. */
  read(nowMs = performance.now()): ListenOverflow[] {
    if (nowMs >= this.#lookAtMs) this.#findNamespaces(nowMs);
    const found = [...this.#pids].flatMap(([namespace, pid]) => this.#readNamespace(namespace, pid));
    for (const overflow of found) this.#add(overflow);
    return found;
  }

  /** All since the first reading. */
  totals(): DropTotal[] {
    return [...this.#totals.values()];
  }

  #readNamespace(namespace: string, pid: number): ListenOverflow[] {
    const text = textOf(`/proc/${pid}/net/netstat`);
    if (text === undefined) {
      // That process is gone; another one may be there.
      this.#lookAtMs = Number.NEGATIVE_INFINITY;
      return [];
    }
    const now = countersIn(text);
    const before = this.#counted.get(namespace);
    this.#counted.set(namespace, now);
    if (before !== undefined && now.drops <= before.drops && now.overflows <= before.overflows) return [];
    const listeners = this.#listeners.since(namespace, `/proc/${pid}/ns/net`);
    if (before === undefined) return [];
    const overflows = now.overflows - before.overflows;
    const areAll = now.drops - before.drops <= overflows;
    return listeners === undefined || listeners.length === 0
      ? ofNamespace(pid, overflows)
      : listeners.map((listener) => ofListener(pid, listener, overflows > 0 && (areAll || listener.isFull)));
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
    for (const namespace of this.#counted.keys()) {
      if (pids.has(namespace)) continue;
      this.#counted.delete(namespace);
      this.#listeners.forget(namespace);
    }
  }

  #add({ cause, port, packets }: ListenOverflow): void {
    const place = port === undefined ? "" : `port ${port}`;
    const key = `${cause.reason} ${place}`;
    const before = this.#totals.get(key);
    if (before === undefined && this.#totals.size >= MAX_PLACES) return;
    this.#totals.set(key, { ...cause, place, packets: packets + (before?.packets ?? 0) });
  }
}

/** The counters, in the text of /proc/net/netstat: a line of names, and a line of numbers below it. */
export function countersIn(netstat: string): Counters {
  const [names = "", numbers = ""] = netstat.split("\n").filter((line) => line.startsWith("TcpExt:"));
  const values = numbers.split(" ");
  const of = (name: string) => Number(values[names.split(" ").indexOf(name)] ?? 0);
  return { overflows: of("ListenOverflows"), drops: of("ListenDrops") };
}

function ofListener(pid: number, { address, port, packets }: ListenerDrop, isOverflow: boolean): ListenOverflow {
  const addresses = ANY_ADDRESSES.has(address) ? ownAddresses(pid) : [address];
  return { cause: isOverflow ? LISTEN_OVERFLOW : LISTEN_DROP, port, addresses, packets };
}

function ownAddresses(pid: number): string[] {
  const folder = `/proc/${pid}/net`;
  return [...parseOwnAddresses(textOf(`${folder}/fib_trie`) ?? "", textOf(`${folder}/if_inet6`) ?? "")];
}

/** Where sockets are not described: the full one is the one where most wait to be accepted. */
function ofNamespace(pid: number, overflows: number): ListenOverflow[] {
  if (overflows <= 0) return [];
  const listening = ["tcp", "tcp6"]
    .flatMap((table) => parseSocketTable(textOf(`/proc/${pid}/net/${table}`) ?? ""))
    .filter(({ isListening, waiting }) => isListening && waiting > 0);
  const fullest = listening.sort((a, b) => b.waiting - a.waiting)[0];
  return [{ cause: LISTEN_OVERFLOW, port: fullest?.localPort, addresses: ownAddresses(pid), packets: overflows }];
}
