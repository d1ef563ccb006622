import { WeirError } from "@weir/base";
import { type ListeningSocket, listeningSockets, loadNative } from "@weir/capture";

/** What a listening socket dropped. */
export interface ListenerDrop {
  readonly address: string;
  readonly port: number;
  readonly packets: number;
  /** True where more wait to be accepted than may. */
  readonly isFull: boolean;
}

/** Counts what each listening socket drops, as the kernel counts it with the socket. */
export class ListenerDrops {
  /** By the namespace's link: drops of its sockets by their inodes, when they were asked for last. */
  readonly #counted = new Map<string, ReadonlyMap<number, number>>();

  /** What the sockets of a network namespace have dropped since it was asked last, of new ones since they began: none the first time; undefined where the kernel does not tell. */
  since(namespace: string, path: string): ListenerDrop[] | undefined {
    const sockets = socketsOf(path);
    if (sockets === undefined) return undefined;
    const before = this.#counted.get(namespace);
    this.#counted.set(namespace, new Map(sockets.map(({ inode, drops }) => [inode, drops])));
    if (before === undefined) return [];
    return sockets.flatMap(({ address, port, waiting, backlog, drops, inode }) => {
      const packets = drops - (before.get(inode) ?? 0);
      return packets > 0 ? [{ address, port, packets, isFull: waiting > backlog }] : [];
    });
  }

  /** A namespace that is gone. */
  forget(namespace: string): void {
    this.#counted.delete(namespace);
  }
}

function socketsOf(path: string): readonly ListeningSocket[] | undefined {
  const native = loadNative();
  if (native instanceof Error) return undefined;
  try {
    return listeningSockets(native, path);
  } catch (error) {
    // Its process is gone, or this kernel does not describe sockets: the namespace's own counters say less.
    if (error instanceof WeirError) return undefined;
    throw error;
  }
}
