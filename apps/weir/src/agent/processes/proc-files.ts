import { readFileSync, readlinkSync } from "node:fs";

/** A file's text; undefined where it is gone or may not be read, as happens to those of processes. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Where a link leads; undefined where it is gone or may not be read. */
export function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
