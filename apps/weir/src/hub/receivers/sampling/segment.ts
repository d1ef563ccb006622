import { type FileHandle, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { WeirError } from "@weir/base";

/** Frames on their way to the disk together. */
interface Flush {
  readonly frames: Buffer[];
  readonly done: Promise<void>;
}

/** A file that frames are added to. What `append` has resolved for survives the hub, and the machine. */
export class Segment {
  readonly number: number;
  readonly #path: string;
  #file: FileHandle | undefined;
  /** Where the next frames go: what failed to be written is written over. */
  #end = 0;
  #waiting: Flush | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(number: number, path: string) {
    this.number = number;
    this.#path = path;
  }

  /** Resolves when the frames are on the disk. Frames that come while others are being written go together. */
  append(frames: readonly Buffer[]): Promise<void> {
    if (this.#waiting === undefined) {
      const collected: Buffer[] = [];
      const done = this.#writing.then(() => this.#write(collected));
      this.#waiting = { frames: collected, done };
      this.#writing = done.catch(() => undefined);
    }
    this.#waiting.frames.push(...frames);
    return this.#waiting.done;
  }

  /** Ends it: nothing is added any more. */
  async seal(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  /** All that it holds; empty where nothing was ever added. */
  async read(): Promise<Buffer<ArrayBuffer>> {
    try {
      return await readFile(this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
      throw error;
    }
  }

  remove(): Promise<void> {
    return rm(this.#path, { force: true });
  }

  async #write(frames: readonly Buffer[]): Promise<void> {
    this.#waiting = undefined;
    const bytes = Buffer.concat(frames);
    try {
      const file = await this.#opened();
      await file.write(bytes, 0, bytes.length, this.#end);
      await file.datasync();
    } catch (error) {
      throw unwritable(this.#path, error as NodeJS.ErrnoException);
    }
    this.#end += bytes.length;
  }

  async #opened(): Promise<FileHandle> {
    if (this.#file !== undefined) return this.#file;
    this.#file = await open(this.#path, "w");
    await syncFolder(dirname(this.#path));
    return this.#file;
  }
}

function unwritable(path: string, cause: NodeJS.ErrnoException): WeirError {
  const code = cause.code === "ENOSPC" || cause.code === "EDQUOT" ? "STORAGE_FULL" : "STORAGE_UNREACHABLE";
  const hint = "Spans that were acknowledged are kept; send these again when there is room";
  return new WeirError(code, `spans that wait cannot be written to ${path}: ${cause.message}`, hint, { cause });
}

/** Has the disk know the names in a folder, too. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
