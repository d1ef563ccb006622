import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { addressOf, type ElfSegment, type ReadAt, readElf } from "./elf.ts";
import { FunctionTable } from "./function-table.ts";

const { O_RDONLY, O_NONBLOCK } = constants;
/** What a table of symbols may take of memory at once while it is read. */
const MAX_READ_BYTES = 1 << 22;
/** Where distributions put the symbols that they stripped, by build id. */
const DEBUG_FOLDER = "/usr/lib/debug/.build-id";

/** A program or a library on disk, as far as names of its functions are asked for. */
export class Binary {
  /** That with the names: the file itself, or the one that distributions keep apart. */
  #file: number;
  readonly #segments: readonly ElfSegment[];
  readonly #functions: FunctionTable | undefined;
  readonly buildId: string | undefined;
  isClosed = false;

  /** Takes over an open file. */
  constructor(file: number) {
    const elf = readElf(reader(file));
    this.#file = file;
    this.#segments = elf?.segments ?? [];
    this.buildId = elf?.buildId;
    this.#functions = this.#debugFunctions() ?? tableOf(reader(this.#file), elf);
  }

  /** Functions that it names. */
  get functions(): number {
    return this.#functions?.length ?? 0;
  }

  /** Name of the function at a place of the file. */
  nameAt(fileOffset: number): string | undefined {
    const address = addressOf(this.#segments, fileOffset);
    return address === undefined ? undefined : this.#functions?.find(address);
  }

  /** The address that the file itself has for a place of it, which is what other tools want to be told. */
  addressAt(fileOffset: number): number {
    return addressOf(this.#segments, fileOffset) ?? fileOffset;
  }

  /** Nothing may be asked of it any more. */
  close(): void {
    this.isClosed = true;
    closeSync(this.#file);
  }

  #debugFunctions(): FunctionTable | undefined {
    const file = this.buildId === undefined ? undefined : openRegular(debugPath(this.buildId));
    if (file === undefined) return undefined;
    closeSync(this.#file);
    this.#file = file;
    return tableOf(reader(file));
  }
}

/** Opens a file that is one; undefined for what is not there, may not be read, or is no file. */
export function openRegular(path: string, flags = 0): number | undefined {
  try {
    // Opening a pipe would wait for somebody who writes to it.
    const file = openSync(path, O_RDONLY | O_NONBLOCK | flags);
    if (fstatSync(file).isFile()) return file;
    closeSync(file);
    return undefined;
  } catch {
    // A process may be gone at any moment, and with it the way to its files.
    return undefined;
  }
}

function tableOf(read: ReadAt, elf = readElf(read)): FunctionTable | undefined {
  return elf?.symbols && new FunctionTable(elf.symbols, read);
}

function debugPath(buildId: string): string {
  return `${DEBUG_FOLDER}/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
}

function reader(file: number): ReadAt {
  return (at, bytes) => {
    if (!Number.isSafeInteger(at) || bytes <= 0) return new Uint8Array();
    const buffer = new Uint8Array(Math.min(bytes, MAX_READ_BYTES));
    try {
      return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, at));
    } catch {
      // The disk, or the network that it is on.
      return new Uint8Array();
    }
  };
}
