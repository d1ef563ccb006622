import { type FileHandle, open, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { WeirError } from "@weir/base";
import { detectFormat } from "@weir/wire";
import { detectCompression } from "./decompress.ts";
import { type CaptureSource, openSource } from "./source.ts";

/** How often a file that does not grow is looked at. */
const POLL_MS = 500;
const CHUNK_BYTES = 4 << 20;
/** What it takes to tell a format, and compression. */
const HEAD_BYTES = 8;

/** A capture file that is still being written. */
export interface FollowedSource extends CaptureSource {
  /** Why it cannot be followed any further; undefined while it can, and after the user ended it. */
  failure(): WeirError | undefined;
}

/** Waits until the file is looked at again, or the signal fires. */
export type Pause = (signal: AbortSignal) => Promise<void>;

/**
 * Opens a capture file that grows: its chunks end when `signal` fires, and when the file shrinks, is replaced or removed. They throw USAGE where
 * the file is compressed or no pcap or pcapng: there a half-written end cannot be told from a broken one.
 */
export async function followSource(
  path: string,
  signal: AbortSignal,
  pause: Pause = pollPause,
): Promise<FollowedSource> {
  const { name, fileBytes } = await openSource(path);
  if (fileBytes === undefined) {
    throw new WeirError("USAGE", `${path} is no regular file, and cannot be followed`, "Read a pipe with: weir read -");
  }
  let failure: WeirError | undefined;
  return {
    name,
    fileBytes: undefined,
    failure: () => failure,
    async *chunks() {
      const handle = await open(path);
      try {
        failure = yield* grow(handle, path, signal, pause);
      } finally {
        await handle.close();
      }
    },
  };
}

/** What is in the file, and then what is added to it. Returns why that ended. */
async function* grow(
  handle: FileHandle,
  path: string,
  signal: AbortSignal,
  pause: Pause,
): AsyncGenerator<Uint8Array, WeirError | undefined> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  let taken = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, taken);
    // A shorter beginning says nothing yet: it is read again when it has grown.
    if (bytesRead > 0 && (taken > 0 || bytesRead >= HEAD_BYTES || signal.aborted)) {
      const chunk = buffer.subarray(0, bytesRead);
      if (taken === 0) assertCanBeFollowed(path, chunk);
      taken += bytesRead;
      yield chunk;
      continue;
    }
    if (signal.aborted) return undefined;
    const problem = await whatHappened(handle, path, taken);
    if (problem !== undefined) {
      return new WeirError(
        "FILE_UNREADABLE",
        `${path} ${problem}`,
        "What came before was read; start again to follow it",
      );
    }
    await pause(signal);
  }
}

/** What became of the file, other than growing. */
async function whatHappened(handle: FileHandle, path: string, taken: number): Promise<string | undefined> {
  const opened = await handle.stat();
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return "was removed";
  if (found.ino !== opened.ino || found.dev !== opened.dev) return "was replaced by another file";
  return opened.size < taken ? "has shrunk: it was written anew" : undefined;
}

function assertCanBeFollowed(path: string, head: Uint8Array): void {
  const compression = detectCompression(head);
  const kind = compression === "none" ? detectFormat(head) : compression;
  if (kind === "gzip" || kind === "zstd" || kind === "snoop") {
    throw new WeirError(
      "USAGE",
      `${path} is ${kind}: only plain pcap and pcapng can be followed`,
      "Read it without --follow",
    );
  }
}

async function pollPause(signal: AbortSignal): Promise<void> {
  // The end of waiting is no failure.
  await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
}
