import { readdirSync, statSync } from "node:fs";
import { hostRoot } from "../processes/host-root.ts";
import { textOf } from "../processes/proc-files.ts";

/** Folders that are looked through at most, and no sooner again than this. */
const MAX_FOLDERS = 20_000;
const PAUSE_MS = 1_000;

/** Paths of control groups by their ids, which are the inodes of their folders in the unified hierarchy. */
export class CgroupPaths {
  readonly #root = unifiedRoot();
  readonly #paths = new Map<bigint, string>();
  #readableAtMs = 0;

  /** Path below the hierarchy's root, as in `/proc/PID/cgroup`; undefined where there is none such (any more). */
  find(id: bigint): string | undefined {
    const known = this.#paths.get(id);
    if (known !== undefined || this.#root === undefined || performance.now() < this.#readableAtMs) return known;
    this.#paths.clear();
    this.#look(this.#root, "/");
    this.#readableAtMs = performance.now() + PAUSE_MS;
    return this.#paths.get(id);
  }

  #look(root: string, path: string): void {
    if (this.#paths.size >= MAX_FOLDERS) return;
    try {
      this.#paths.set(statSync(`${root}${path}`, { bigint: true }).ino, path);
      for (const entry of readdirSync(`${root}${path}`, { withFileTypes: true }))
        if (entry.isDirectory()) this.#look(root, path === "/" ? `/${entry.name}` : `${path}/${entry.name}`);
    } catch {
      // It was removed in between: what was in it is gone as well.
    }
  }
}

/** Where the unified hierarchy is mounted (man 5 proc, mountinfo): the host's, as a container has only its own part of it, or none. */
function unifiedRoot(): string | undefined {
  const host = hostRoot();
  const mounts = textOf(`/proc/${host === "" ? "self" : "1"}/mountinfo`) ?? "";
  const mounted = mounts.split("\n").find((each) => / - cgroup2 /.test(each));
  const path = mounted?.split(" ")[4];
  return path === undefined ? undefined : `${host}${path}`;
}
