import { readdirSync } from "node:fs";
import { linkOf } from "./proc-files.ts";

const SOCKET = /^socket:\[(\d+)\]$/;

/** Which process has which socket, as it was when their files were looked through last. */
export class SocketOwners {
  readonly #pidByInode = new Map<number, number>();
  /** Processes whose files may not be read. */
  closed = 0;

  /** The process that has a socket; of several that share one, that with the lowest id. */
  pidOf(inode: number): number | undefined {
    return this.#pidByInode.get(inode);
  }

  /** Looks through the files of all processes. */
  read(pids: readonly number[]): void {
    this.#pidByInode.clear();
    this.closed = 0;
    for (const pid of [...pids].sort((a, b) => a - b)) this.#readProcess(pid);
  }

  #readProcess(pid: number): void {
    const folder = `/proc/${pid}/fd`;
    for (const file of this.#filesOf(folder)) {
      const inode = SOCKET.exec(linkOf(`${folder}/${file}`) ?? "")?.[1];
      if (inode !== undefined && !this.#pidByInode.has(Number(inode))) this.#pidByInode.set(Number(inode), pid);
    }
  }

  #filesOf(folder: string): string[] {
    try {
      return readdirSync(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EACCES") this.closed += 1;
      return [];
    }
  }
}
