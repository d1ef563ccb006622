import { statfs } from "node:fs/promises";
import { WeirError } from "@weir/base";

/** Below either of these nothing more is taken: the engine needs room to merge what it has. */
const LEAST_FREE_RATIO = 0.05;
const LEAST_FREE_BYTES = 2 * 2 ** 30;
const LOOK_EVERY_MS = 1_000;

/** Room on a disk. */
export interface DiskRoom {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Room under a folder, as the system tells it to ordinary users. */
export async function diskRoomOf(folder: string): Promise<DiskRoom> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** Refuses to write before the disk is full: reading and cleaning up still work then. */
export class DiskGuard {
  readonly #folder: string;
  readonly #look: (folder: string) => Promise<DiskRoom>;
  readonly #nowMs: () => number;
  #seen: { readonly room: DiskRoom; readonly atMs: number } | undefined;

  constructor(folder: string, look = diskRoomOf, nowMs = () => performance.now()) {
    this.#folder = folder;
    this.#look = look;
    this.#nowMs = nowMs;
  }

  /** Room as of a second ago at most, and whether that is too little. */
  async state(): Promise<DiskRoom & { readonly isRefusing: boolean }> {
    const nowMs = this.#nowMs();
    if (this.#seen === undefined || nowMs - this.#seen.atMs >= LOOK_EVERY_MS) {
      this.#seen = { room: await this.#look(this.#folder), atMs: nowMs };
    }
    const { room } = this.#seen;
    const leastBytes = Math.max(LEAST_FREE_BYTES, room.totalBytes * LEAST_FREE_RATIO);
    return { ...room, isRefusing: room.freeBytes < leastBytes };
  }

  /** Throws where there is too little room to write. */
  async assertRoom(): Promise<void> {
    if (!(await this.state()).isRefusing) return;
    throw new WeirError(
      "STORAGE_FULL",
      `there is too little room on the disk under ${this.#folder}: less than 5 % or 2 GB`,
      "Free some space; nothing that was acknowledged is lost, and what waits goes on by itself",
    );
  }
}
