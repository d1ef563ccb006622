import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WeirError } from "@weir/base";
import { indexFileOf, readIndexHead, SEGMENT_SUFFIX, type Segment } from "./segment.ts";

/** A window of time whose packets stay, whatever comes after. */
export interface Pin {
  readonly name: string;
  /** Unix time. */
  readonly fromNs: bigint;
  readonly toNs: bigint;
}

/** How much packet history is kept. */
export interface HistoryLimits {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

const PINS_FILE = "pins.json";
const MAX_PINS = 100;
/** Of the whole that pinned windows may take: the rest is for what comes. */
const PINNED_SHARE = 0.5;
const NS_PER_MS = 1_000_000n;

/**
 * The packet history on disk: a ring of segments, the oldest of which go when there are too many or when they are too old, but for those that are pinned. What an earlier
 * run left is part of it.
 */
export class HistoryFolder {
  readonly #folder: string;
  readonly #limits: HistoryLimits;
  /** Oldest first. */
  #segments: Segment[] = [];
  #pins: Pin[] = [];
  /** Segments that went. */
  evicted = 0;

  /** Opens the folder. Throws CONFIG_INVALID where it cannot be used. */
  constructor(folder: string, limits: HistoryLimits) {
    this.#folder = folder;
    this.#limits = limits;
    try {
      mkdirSync(folder, { recursive: true });
      this.#takeUp(readdirSync(folder));
      this.#pins = readPins(join(folder, PINS_FILE));
    } catch (cause) {
      if (cause instanceof WeirError) throw cause;
      throw new WeirError(
        "CONFIG_INVALID",
        `the folder ${folder} for packets cannot be used: ${(cause as Error).message}`,
        "Name another one with --history",
        { cause },
      );
    }
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { fileBytes }) => sum + fileBytes, 0);
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  get pins(): readonly Pin[] {
    return this.#pins;
  }

  get maxBytes(): number {
    return this.#limits.maxBytes;
  }

  /** The runs of the agent whose packets are here. */
  get captureIds(): string[] {
    return [...new Set(this.#segments.map(({ captureId }) => captureId))];
  }

  /** A new segment is on disk: it is part of the history, and what has to goes. */
  add(segment: Segment, nowMs: number): void {
    this.#segments.push(segment);
    this.evict(nowMs);
  }

  /** Lets go what is too old or too much. */
  evict(nowMs: number): void {
    const oldestNs = BigInt(nowMs - this.#limits.maxAgeMs) * NS_PER_MS;
    let bytes = this.bytes;
    this.#segments = this.#segments.filter((segment) => {
      const hasToGo = bytes > this.#limits.maxBytes || segment.toNs < oldestNs;
      if (!hasToGo || this.#isPinned(segment)) return true;
      bytes -= segment.fileBytes;
      this.evicted += 1;
      removeSegment(segment.file);
      return false;
    });
  }

  /** Segments with packets of a run between these moments, oldest first. */
  between(captureId: string, fromNs: bigint, toNs: bigint): Segment[] {
    return this.#segments.filter(
      (segment) => segment.captureId === captureId && segment.fromNs <= toNs && segment.toNs >= fromNs,
    );
  }

  /** Keeps a window's packets until it is given up by its name. Throws LIMIT_REACHED where pinned windows would take too much. */
  pin(pin: Pin): void {
    const others = this.#pins.filter(({ name }) => name !== pin.name);
    const pins = [...others, pin];
    const held = this.#segments.filter((segment) => pins.some((each) => overlaps(segment, each)));
    const pinnedBytes = held.reduce((sum, { fileBytes }) => sum + fileBytes, 0);
    if (pinnedBytes > this.#limits.maxBytes * PINNED_SHARE || pins.length > MAX_PINS)
      throw new WeirError(
        "LIMIT_REACHED",
        `pinned windows would hold ${pinnedBytes} bytes of the history in ${pins.length} windows`,
        `They may hold half of its ${this.#limits.maxBytes} bytes, in ${MAX_PINS} windows: pin less, give up others, or give the agent more with --history-mib`,
      );
    this.#keepPins(pins);
  }

  /** Gives a window up; false where there is none of that name. */
  unpin(name: string, nowMs: number): boolean {
    const pins = this.#pins.filter((pin) => pin.name !== name);
    if (pins.length === this.#pins.length) return false;
    this.#keepPins(pins);
    this.evict(nowMs);
    return true;
  }

  #isPinned(segment: Segment): boolean {
    return this.#pins.some((pin) => overlaps(segment, pin));
  }

  #keepPins(pins: Pin[]): void {
    const path = join(this.#folder, PINS_FILE);
    const written = pins.map(({ name, fromNs, toNs }) => ({ name, fromNs: `${fromNs}`, toNs: `${toNs}` }));
    writeFileSync(`${path}.part`, `${JSON.stringify(written)}\n`, { flush: true });
    renameSync(`${path}.part`, path);
    this.#pins = pins;
  }

  /** What an earlier run left; what it left half written is removed. */
  #takeUp(names: readonly string[]): void {
    for (const name of names) {
      const file = join(this.#folder, name);
      if (name.endsWith(".part")) rmSync(file, { force: true });
      if (!name.endsWith(SEGMENT_SUFFIX)) continue;
      const head = readIndexHead(file);
      if (head === undefined) removeSegment(file);
      else this.#segments.push({ file, ...head, fileBytes: statSync(file).size + statSync(indexFileOf(file)).size });
    }
    this.#segments.sort((a, b) => (a.fromNs < b.fromNs ? -1 : 1));
  }
}

function overlaps(segment: Pick<Segment, "fromNs" | "toNs">, pin: Pin): boolean {
  return segment.fromNs <= pin.toNs && segment.toNs >= pin.fromNs;
}

function removeSegment(file: string): void {
  rmSync(file, { force: true });
  rmSync(indexFileOf(file), { force: true });
}

/** Throws CONFIG_INVALID where the file is there and is not what was written: windows must not be lost without a word. */
function readPins(path: string): Pin[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  try {
    const pins = JSON.parse(text) as { name: string; fromNs: string; toNs: string }[];
    return pins.map(({ name, fromNs, toNs }) => ({ name, fromNs: BigInt(fromNs), toNs: BigInt(toNs) }));
  } catch (cause) {
    throw new WeirError("CONFIG_INVALID", `${path} is damaged`, "Mend it, or remove it to give all pins up", { cause });
  }
}
