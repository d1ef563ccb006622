import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type CaptureFolder, fileChunks } from "./capture-folder.ts";
import type { Imports } from "./imports.ts";

const LOOK_EVERY_MS = 1_000;
const ENDINGS = /\.(?:pcap|pcapng|cap|dmp|snoop)(?:\.gz|\.zst)?$/i;

/**
 * Imports captures that are dropped into a folder. A file is taken when its size stood still between two looks, so that one that is still
 * being written is not cut. Files stay where they are; what was seen is remembered by name, size and time. Returns how to stop.
 */
export function watchFolder(
  path: string,
  folder: CaptureFolder,
  imports: Imports,
  log: (line: string) => void,
): () => void {
  const sizes = new Map<string, string>();
  const taken = new Set<string>();
  let isLooking = false;

  async function look(): Promise<void> {
    for (const name of await readdir(path)) {
      if (!ENDINGS.test(name)) continue;
      const file = join(path, name);
      const { size, mtimeMs } = await stat(file);
      const seen = `${name} ${size} ${mtimeMs}`;
      if (taken.has(seen)) continue;
      if (sizes.get(name) !== seen) {
        sizes.set(name, seen);
        continue;
      }
      taken.add(seen);
      const { stored, isNew } = await folder.take(name, fileChunks(file));
      if (isNew) imports.add(stored);
    }
  }

  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((error: Error) => log(`watching ${path}: ${error.message}`))
      .finally(() => {
        isLooking = false;
      });
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
