import { readdirSync } from "node:fs";
import { parseOwnAddresses, parseSocketTable, type Socket } from "@weir/identity";
import { linkOf, textOf } from "./proc-files.ts";

/** Tables of a network namespace, by transport. */
const TABLES = { tcp: ["tcp", "tcp6"], udp: ["udp", "udp6"] } as const;
/** Transports whose sockets are in tables. */
export type SocketTransport = keyof typeof TABLES;

/** One end of a connection. */
export interface SocketEnd {
  readonly address: string;
  readonly port: number;
}

/** What the tables say of an end: the socket's inode, or why there is none. `gone` may come with the next reading; `outside` is no address of this host's. */
export type SocketAnswer = { readonly inode: number } | { readonly unknown: "gone" | "outside" | "ambiguous" };

const ANY_IPV4 = "0.0.0.0";
/** Of sockets of IPv6, and of IPv4 as well where they take both. */
const ANY_IPV6 = "::";

interface WaitingSocket extends Socket {
  /** Link of its network namespace. */
  readonly namespace: string;
}

/** The sockets of all network namespaces that can be reached, as they were when the tables were read last. */
export class SocketIndex {
  /** By transport and both ends: who is connected. */
  readonly #connected = new Map<string, number>();
  /** By transport and port: who waits there. */
  readonly #waiting = new Map<string, WaitingSocket[]>();
  /** Namespaces that have an address. */
  readonly #namespacesOf = new Map<string, Set<string>>();
  /** Namespaces that were read. */
  namespaces = 0;

  /** Reads all tables anew. */
  read(pids: readonly number[]): void {
    this.#connected.clear();
    this.#waiting.clear();
    this.#namespacesOf.clear();
    const seen = new Set<string>();
    for (const pid of pids) {
      const namespace = linkOf(`/proc/${pid}/ns/net`);
      if (namespace === undefined || seen.has(namespace)) continue;
      seen.add(namespace);
      this.#readNamespace(namespace, `/proc/${pid}/net`);
    }
    this.namespaces = seen.size;
  }

  /** Who has the end `local` of a connection with `remote`. A server that has not accepted yet is told by who listens there. */
  find(transport: SocketTransport, local: SocketEnd, remote: SocketEnd, isServer: boolean): SocketAnswer {
    const inode = this.#connected.get(keyOf(transport, local, remote)) ?? 0;
    if (inode > 0) return { inode };
    const candidates = isServer || transport === "udp" ? this.#waitingAt(transport, local) : [];
    const [first] = candidates;
    if (first !== undefined) return candidates.length === 1 ? { inode: first } : { unknown: "ambiguous" };
    return { unknown: this.#isOwn(local.address) ? "gone" : "outside" };
  }

  /**
   * Inodes of sockets that wait at an end: those of its very address before those of any IPv4 address, and these before those of both versions. Of any address
   * only in namespaces that have this one: others may have the same port.
   */
  #waitingAt(transport: SocketTransport, { address, port }: SocketEnd): number[] {
    const own = this.#namespacesOf.get(address);
    const waiting = (this.#waiting.get(`${transport} ${port}`) ?? []).filter(({ inode }) => inode > 0);
    const at = (bound: string) => waiting.filter(({ localAddress }) => localAddress === bound);
    const atAny = (bound: string) =>
      at(bound).filter(({ namespace }) => isLoopback(address) || own?.has(namespace) === true);
    const candidates = [at(address), ...(address.includes(":") ? [] : [atAny(ANY_IPV4)]), atAny(ANY_IPV6)];
    return [...new Set(candidates.find(({ length }) => length > 0)?.map(({ inode }) => inode))];
  }

  #isOwn(address: string): boolean {
    return this.#namespacesOf.has(address) || isLoopback(address);
  }

  #readNamespace(namespace: string, folder: string): void {
    for (const transport of ["tcp", "udp"] as const)
      for (const table of TABLES[transport])
        for (const socket of parseSocketTable(textOf(`${folder}/${table}`) ?? ""))
          this.#add(transport, { ...socket, namespace });
    const own = parseOwnAddresses(textOf(`${folder}/fib_trie`) ?? "", textOf(`${folder}/if_inet6`) ?? "");
    for (const address of own) {
      const namespaces = this.#namespacesOf.get(address);
      if (namespaces === undefined) this.#namespacesOf.set(address, new Set([namespace]));
      else namespaces.add(namespace);
    }
  }

  #add(transport: SocketTransport, socket: WaitingSocket): void {
    if (socket.isListening) {
      const key = `${transport} ${socket.localPort}`;
      const others = this.#waiting.get(key);
      if (others === undefined) this.#waiting.set(key, [socket]);
      else others.push(socket);
      return;
    }
    const local = { address: socket.localAddress, port: socket.localPort };
    const remote = { address: socket.remoteAddress, port: socket.remotePort };
    if (socket.inode > 0) this.#connected.set(keyOf(transport, local, remote), socket.inode);
  }
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

/** The processes that there are. */
export function listProcesses(): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid));
}

/** Names one end of a connection with another. */
export function keyOf(transport: SocketTransport, local: SocketEnd, remote: SocketEnd): string {
  return `${transport} ${local.address} ${local.port} ${remote.address} ${remote.port}`;
}
