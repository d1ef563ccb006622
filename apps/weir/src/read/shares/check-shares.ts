import { open } from "node:fs/promises";
import { type Filter, fieldsOf } from "@weir/query";
import { detectCompression } from "../../capture-source/decompress.ts";
import { type CaptureSource, unreadable } from "../../capture-source/source.ts";
import { type ReadOptions, usage } from "../options.ts";

const MAX_WORKERS = 64;
/** Options that need what no share has: all connections in order, all findings, or a file that may change. */
const NOT_SHARED = ["explain", "into", "follow", "reports", "failOn"] as const;
/** Fields that a worker does not know. */
const UNKNOWN_TO_SHARES: readonly string[] = ["streamNumber", "connectionId"];
const MAGIC_BYTES = 4;

/** Throws USAGE where several workers are asked for and cannot share the work. One worker does everything. */
export function checkWorkers(files: readonly string[], options: ReadOptions): void {
  const { workers = 1 } = options;
  if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS) {
    throw usage(
      `--workers takes a number from 1 to ${MAX_WORKERS}`,
      "As many as the machine has processors is a good one",
    );
  }
  if (workers === 1) return;
  const clash = NOT_SHARED.find((name) => options[name] !== undefined && options[name] !== false);
  if (clash !== undefined) {
    const named = clash.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw usage(`--workers and --${named} do not go together`, `Leave --workers out, or --${named}`);
  }
  if (options.connections !== true || options.calls !== false) {
    throw usage(
      "workers share rows of connections, and read no calls",
      "Add --connections --no-calls, or leave --workers out",
    );
  }
  if (files.length > 1) throw usage("workers share one capture", "Name one file, or leave --workers out");
  if (files.includes("-"))
    throw usage("workers cannot share a pipe", "Write it to a file first, or leave --workers out");
}

/** Throws USAGE where a filter asks for what only the whole capture tells. */
export function checkShareFilter({ expression }: Filter): void {
  const unknown = fieldsOf(expression).find(({ field }) => UNKNOWN_TO_SHARES.includes(field));
  if (unknown !== undefined) {
    throw usage(`the filter names ${unknown.name}, which workers do not know`, "Leave --workers out");
  }
}

/** Throws USAGE where a file cannot be read at several places: a pipe, a device, or compressed. */
export async function checkShareable({ name, fileBytes }: CaptureSource): Promise<void> {
  if (fileBytes === undefined) throw usage(`${name} is no plain file, which workers need`, "Leave --workers out");
  if (detectCompression(await firstBytes(name)) === "none") return;
  throw usage(`${name} is compressed, and workers need a plain file`, "Decompress it first, or leave --workers out");
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC_BYTES), 0, MAGIC_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
