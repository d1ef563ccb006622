import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Binaries } from "./binaries.ts";
import type { Binary } from "./binary.ts";
import { type CodeRegion, parseCodeRegions, regionAt } from "./memory-maps.ts";
import type { Frame } from "./perf-map.ts";
import { PerfMapFile } from "./perf-map-file.ts";

/** A program may load libraries, or become another program: its memory is looked at again after so long, and sooner where an address is nowhere. */
const KEPT_MS = 10_000;
const LEAST_MS = 500;
/** Memory of no file: what a compiler made while the program runs. */
const NO_FILE = /^$|^\/dev\/zero|^\/\/anon|^\/SYSV|^\[(heap|anon)/;

/** Code that nobody names. */
const NAMELESS: Frame = { name: "unknown code", file: "", line: 0 };

/** Names of functions of one process, by addresses in its memory. */
export class ProcessSymbols {
  readonly #pid: number;
  readonly #binaries: Binaries;
  readonly #found = new Map<string, Binary | undefined>();
  readonly #perfMap: PerfMapFile | undefined;
  #regions: readonly CodeRegion[] = [];
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(pid: number, binaries: Binaries) {
    this.#pid = pid;
    this.#binaries = binaries;
    const status = textOf(`/proc/${pid}/status`);
    const ownPid = /^NSpid:.*?(\d+)$/m.exec(status)?.[1];
    const userId = /^Uid:\t\d+\t(\d+)/m.exec(status)?.[1];
    if (userId !== undefined) this.#perfMap = new PerfMapFile(pid, Number(ownPid ?? pid), Number(userId));
    this.#look();
  }

  /** False where it had ended before anything could be learned of it, or is not ours to look at. */
  get isKnown(): boolean {
    return this.#regions.length > 0;
  }

  /** Functions that the process itself told of and that found no room. */
  get droppedEntries(): number {
    return this.#perfMap?.map.droppedEntries ?? 0;
  }

  /** Learns what is new. */
  update(): void {
    this.#perfMap?.update();
    if (performance.now() - this.#readAtMs > KEPT_MS) this.#look();
  }

  /** The function that has the address; undefined where no code is there. */
  frame(address: number): Frame | undefined {
    const region = this.#regionAt(address);
    if (region === undefined) return undefined;
    const { path, begin, fileOffset } = region;
    if (NO_FILE.test(path)) return this.#perfMap?.map.find(address) ?? NAMELESS;
    if (path.startsWith("[")) return { name: path, file: path, line: 0 };
    const binary = this.#binaryOf(region);
    const offset = address - begin + fileOffset;
    const name = binary?.nameAt(offset);
    if (name !== undefined) return { name, file: path, line: 0 };
    const told = this.#perfMap?.map.find(address);
    return (
      told ?? { name: `${basename(path)} 0x${(binary?.addressAt(offset) ?? offset).toString(16)}`, file: path, line: 0 }
    );
  }

  #regionAt(address: number): CodeRegion | undefined {
    const found = regionAt(this.#regions, address);
    if (found !== undefined || performance.now() - this.#readAtMs < LEAST_MS) return found;
    this.#look();
    return regionAt(this.#regions, address);
  }

  /** By the mapping itself, which is the very file also when it was replaced or deleted; else by its path. */
  #binaryOf({ name, path }: CodeRegion): Binary | undefined {
    const known = this.#found.get(name);
    if (this.#found.has(name) && known?.isClosed !== true) return known;
    const binary = this.#binaries.find([`/proc/${this.#pid}/map_files/${name}`, `/proc/${this.#pid}/root${path}`]);
    this.#found.set(name, binary);
    return binary;
  }

  #look(): void {
    this.#readAtMs = performance.now();
    const regions = parseCodeRegions(textOf(`/proc/${this.#pid}/maps`));
    // What it had stays when it has ended: the last samples are of then.
    if (regions.length === 0) return;
    const isSame =
      regions.length === this.#regions.length && regions.every(({ name }, at) => name === this.#regions[at]?.name);
    if (!isSame) this.#found.clear();
    this.#regions = regions;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // The process is gone, or not ours to look at.
    return "";
  }
}
