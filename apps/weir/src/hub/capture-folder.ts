import { createHash, randomUUID } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { WeirError } from "@weir/base";
import type { DiskGuard } from "@weir/storage";

/** What is known of a stored capture beside its bytes. */
export interface StoredCapture {
  readonly captureId: string;
  readonly name: string;
  readonly fileBytes: number;
}

/** Largest capture that is taken. */
const MAX_CAPTURE_BYTES = 64 * 2 ** 30;

/**
 * The captures that the hub has taken: `ID.capture` with the bytes as they came, `ID.json` with the name. A capture is taken when both are safe on
 * disk; the id is made of its content, so the same content is stored once.
 */
export class CaptureFolder {
  readonly #folder: string;
  readonly #disk: DiskGuard;

  constructor(folder: string, disk: DiskGuard) {
    this.#folder = folder;
    this.#disk = disk;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      // What an upload left that broke off: nothing of it was acknowledged.
      if (name.endsWith(".part") || (name.endsWith(".json") && (await stat(path)).size === 0)) await rm(path);
    }
  }

  pathOf(captureId: string): string {
    return join(this.#folder, `${captureId}.capture`);
  }

  /** Takes a capture from a stream. Returns when it is safe on disk; `isNew` is false where the same content was there already. */
  async take(
    name: string,
    chunks: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly stored: StoredCapture; readonly isNew: boolean }> {
    await this.#disk.assertRoom();
    const part = join(this.#folder, `${randomUUID()}.part`);
    try {
      const { captureId, fileBytes } = await writeHashed(part, chunks);
      if (fileBytes === 0)
        throw new WeirError(
          "CAPTURE_EMPTY",
          `${name} is empty: 0 bytes`,
          "Check that the capture was written; tcpdump needs -w FILE",
        );
      const stored: StoredCapture = { captureId, name, fileBytes };
      const isNew = !existsSync(this.#notePath(captureId));
      if (!isNew) return { stored: await this.read(captureId), isNew };
      await rename(part, this.pathOf(captureId));
      // The note says that the capture was taken: it is there whole, or not at all.
      await writeFile(`${part}.json.part`, `${JSON.stringify(stored)}\n`, { flush: true });
      await rename(`${part}.json.part`, this.#notePath(captureId));
      return { stored, isNew };
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === "ENOSPC" ? diskFull(this.#folder, error) : error;
    } finally {
      await rm(part, { force: true });
      await rm(`${part}.json.part`, { force: true });
    }
  }

  async read(captureId: string): Promise<StoredCapture> {
    return JSON.parse(await readFile(this.#notePath(captureId), "utf8")) as StoredCapture;
  }

  /** All captures that were taken, oldest first. */
  async all(): Promise<StoredCapture[]> {
    const notes = (await readdir(this.#folder)).filter((name) => name.endsWith(".json"));
    const dated = await Promise.all(
      notes.map(async (name) => ({ name, at: (await stat(join(this.#folder, name))).mtimeMs })),
    );
    dated.sort((a, b) => a.at - b.at);
    return Promise.all(dated.map(({ name }) => this.read(name.slice(0, -".json".length))));
  }

  #notePath(captureId: string): string {
    return join(this.#folder, `${captureId}.json`);
  }
}

function diskFull(folder: string, cause: unknown): WeirError {
  return new WeirError(
    "STORAGE_FULL",
    `there is too little room on the disk under ${folder}`,
    "Free some space and upload again; nothing that was acknowledged is lost",
    { cause },
  );
}

/** Writes the bytes and their hash on the way; everything is on disk when it returns. */
async function writeHashed(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ captureId: string; fileBytes: number }> {
  const hash = createHash("sha256");
  const file = await open(path, "w");
  let fileBytes = 0;
  try {
    for await (const chunk of chunks) {
      fileBytes += chunk.length;
      if (fileBytes > MAX_CAPTURE_BYTES) {
        throw new WeirError(
          "LIMIT_REACHED",
          "the capture is larger than a hub takes (64 GiB)",
          "Cut it into pieces, e.g. with editcap -c",
        );
      }
      hash.update(chunk);
      await file.write(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { captureId: hash.digest("hex").slice(0, 32), fileBytes };
}

/** Reads a local file as an upload. */
export function fileChunks(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>;
}
