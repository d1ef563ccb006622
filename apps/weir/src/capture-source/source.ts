import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { WeirError } from "@weir/base";
import { readAhead } from "./read-ahead.ts";

/** Bytes of a capture as they come from a file or a pipe, compression untouched. */
export interface CaptureSource {
  /** File name, or `-` for standard input. */
  readonly name: string;
  /** Size of the file; undefined for a pipe. */
  readonly fileBytes: number | undefined;
  /** The bytes in order. Chunks belong to the reader until it asks for the next one. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** Opens a capture by path; `-` is standard input. Says what to do when there is no such file. */
export async function openSource(path: string): Promise<CaptureSource> {
  if (path === "-") return { name: "-", fileBytes: undefined, chunks: () => process.stdin };
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause);
  });
  if (found.isDirectory()) {
    throw new WeirError(
      "FILE_UNREADABLE",
      `${path} is a folder`,
      "Name the capture files in it, e.g. with a shell pattern: weir read FOLDER/*.pcap",
    );
  }
  return {
    name: path,
    // A named pipe or a device has no size of its own.
    fileBytes: found.isFile() ? found.size : undefined,
    // A pipe is read as it comes: nobody who stops reading waits for bytes that its writer may never send.
    chunks: () => named(path, found.isFile() ? readAhead(path) : createReadStream(path)),
  };
}

async function* named(path: string, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch (cause) {
    throw unreadable(path, cause as NodeJS.ErrnoException);
  }
}

/** What is wrong with a file that the system does not give to read. */
export function unreadable(path: string, cause: NodeJS.ErrnoException): WeirError {
  if (cause.code === "ENOENT") {
    return new WeirError("FILE_NOT_FOUND", `there is no file ${path}`, "Check the path; use - to read from a pipe", {
      cause,
    });
  }
  if (cause.code === "EACCES" || cause.code === "EPERM") {
    return new WeirError(
      "FILE_UNREADABLE",
      `${path} may not be read by this user`,
      "Change its permissions, or pipe it in: sudo cat FILE | weir read -",
      { cause },
    );
  }
  return new WeirError("FILE_UNREADABLE", `${path} cannot be read: ${cause.message}`, "Check the disk and the path", {
    cause,
  });
}
