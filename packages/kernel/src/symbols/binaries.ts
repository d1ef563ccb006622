import { closeSync, fstatSync } from "node:fs";
import { Binary, openRegular } from "./binary.ts";

/** Files that are kept open, and functions that they name together; those asked for longest ago go first. */
const MAX_BINARIES = 256;
const MAX_FUNCTIONS = 2_000_000;

/** Programs and libraries, each once however many processes use it. */
export class Binaries {
  readonly #known = new Map<string, Binary>();

  /** The first of these paths that leads to a file. */
  find(paths: readonly string[]): Binary | undefined {
    for (const path of paths) {
      const file = openRegular(path);
      if (file !== undefined) return this.#of(file);
    }
    return undefined;
  }

  get counts(): { readonly binaries: number; readonly functions: number } {
    const functions = [...this.#known.values()].reduce((sum, binary) => sum + binary.functions, 0);
    return { binaries: this.#known.size, functions };
  }

  close(): void {
    for (const binary of this.#known.values()) binary.close();
    this.#known.clear();
  }

  #of(file: number): Binary {
    const { dev, ino, size, mtimeMs } = fstatSync(file);
    const key = `${dev} ${ino} ${size} ${mtimeMs}`;
    const known = this.#known.get(key);
    if (known !== undefined) closeSync(file);
    const binary = known ?? new Binary(file);
    this.#known.delete(key);
    this.#known.set(key, binary);
    if (known === undefined) this.#forgetOldest();
    return binary;
  }

  #forgetOldest(): void {
    for (const [key, binary] of this.#known) {
      const { binaries, functions } = this.counts;
      if (binaries === 1 || (binaries <= MAX_BINARIES && functions <= MAX_FUNCTIONS)) return;
      this.#known.delete(key);
      binary.close();
    }
  }
}
