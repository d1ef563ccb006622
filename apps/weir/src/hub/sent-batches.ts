import { appendFile, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Which batches of an import have been sent on to others, on the disk: an import that a hub could not finish is run again, and sends none of them twice. One small file per import that
 * has begun and is not whole; tokens are those that the store tells batches apart by.
 */
export class SentBatches {
  readonly #folder: string;
  readonly #sent = new Map<string, ReadonlySet<string>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** True where an earlier run of the import sent the batch. */
  async has(captureId: string, token: string): Promise<boolean> {
    const known = this.#sent.get(captureId) ?? (await this.#read(captureId));
    this.#sent.set(captureId, known);
    return known.has(token);
  }

  /** Notes a batch that this run has sent. */
  async add(captureId: string, token: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await appendFile(this.#fileOf(captureId), `${token}\n`);
  }

  /** An import begins: what an earlier run of it sent is read anew. */
  begin(captureId: string): void {
    this.#sent.delete(captureId);
  }

  /** An import is whole, and is not run again. */
  async end(captureId: string): Promise<void> {
    this.#sent.delete(captureId);
    await rm(this.#fileOf(captureId), { force: true });
  }

  async #read(captureId: string): Promise<ReadonlySet<string>> {
    const text = await readFile(this.#fileOf(captureId), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    // A line that breaks off was being written when the hub was killed: that batch had been sent.
    return new Set(text.split("\n"));
  }

  #fileOf(captureId: string): string {
    return join(this.#folder, captureId);
  }
}
