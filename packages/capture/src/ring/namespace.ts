import { statSync } from "node:fs";
import { WeirError } from "@weir/base";
import { errnoName, type Native } from "../ffi.ts";

const CLONE_NEWNET = 0x40000000;
const READ_ONLY_CLOSE_ON_EXEC = 0x80000;

/** The file of a network namespace: a name that `ip netns` gave, or a path such as `/proc/1234/ns/net`. */
export function namespacePath(name: string): string {
  return name.includes("/") ? name : `/run/netns/${name}`;
}

/** The network namespaces in which packets are captured, by the inodes that the kernel calls them by; those that are gone left out. */
export function namespaceInodes(vantages: readonly { readonly namespace: string | undefined }[]): Set<number> {
  const inodes = new Set<number>();
  for (const { namespace } of vantages) {
    const path = namespace === undefined ? "/proc/self/ns/net" : namespacePath(namespace);
    const inode = statSync(path, { throwIfNoEntry: false })?.ino;
    if (inode !== undefined) inodes.add(inode);
  }
  return inodes;
}

/**
 * Does something inside of another network namespace. Sockets that it opens stay there; this thread comes back. `work` is not asynchronous, so that
 * nothing else of the thread happens in between.
 */
export function inNamespace<T>(native: Native, name: string, work: () => T): T {
  const { libc } = native;
  const own = libc.open("/proc/thread-self/ns/net", READ_ONLY_CLOSE_ON_EXEC);
  const other = libc.open(namespacePath(name), READ_ONLY_CLOSE_ON_EXEC);
  try {
    if (own < 0 || other < 0 || libc.setns(other, CLONE_NEWNET) !== 0)
      throw new WeirError(
        "CAPTURE_UNAVAILABLE",
        `the network namespace ${name} cannot be entered: ${errnoName(native)}`,
        "ip netns lists those with names; entering one takes CAP_SYS_ADMIN",
      );
    return work();
  } finally {
    if (own >= 0) {
      libc.setns(own, CLONE_NEWNET);
      libc.close(own);
    }
    if (other >= 0) libc.close(other);
  }
}
