import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";

/** First bytes of pcap (both orders, micro- and nanoseconds) and pcapng. */
const MAGICS = new Set(["a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "0a0d0d0a"]);

/** All captures below a folder, by their first bytes, in stable order: no facts files are needed. */
export function capturesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(isCapture)
    .sort();
}

function isCapture(file: string): boolean {
  const head = Buffer.alloc(4);
  const handle = openSync(file, "r");
  readSync(handle, head, 0, 4, 0);
  closeSync(handle);
  return MAGICS.has(head.toString("hex"));
}
