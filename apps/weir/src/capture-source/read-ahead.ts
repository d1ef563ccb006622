import { type FileHandle, open } from "node:fs/promises";

/** Large chunks: one system call for thousands of packets. */
const CHUNK_BYTES = 1 << 20;

/**
 * The bytes of a file, in order. While one chunk is worked on, the system fills the next: reading costs no time of its own. The same two buffers are
 * used in turn, so that no fresh memory has to be mapped: a chunk is the reader's until it asks for the next one. Fails as `node:fs` does.
 */
export async function* readAhead(path: string): AsyncIterable<Uint8Array> {
  const file = await open(path, "r");
  let filling: Promise<unknown> | undefined;
  try {
    let [here, there] = [new Uint8Array(CHUNK_BYTES), new Uint8Array(CHUNK_BYTES)];
    let bytes = await fill(file, here);
    while (bytes > 0) {
      const next = fill(file, there);
      // Whoever stops early never waits for it: its failure is nobody's then.
      filling = next.catch(() => undefined);
      yield here.subarray(0, bytes);
      bytes = await next;
      [here, there] = [there, here];
    }
  } finally {
    await filling;
    await file.close();
  }
}

async function fill(file: FileHandle, buffer: Uint8Array): Promise<number> {
  const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
  return bytesRead;
}
