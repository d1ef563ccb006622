import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { KEEP_REASONS, type KeepReason, type KeptTrace } from "@weir/analysis";
import { Segment, syncFolder } from "./segment.ts";

/** What was decided of the traces that began in one segment. */
export interface RoundDecision {
  readonly kept: ReadonlyMap<string, KeptTrace>;
  readonly dropped: ReadonlySet<string>;
}

interface DecisionFile {
  readonly kept: readonly (readonly [traceId: string, reason: KeepReason, threshold: string])[];
  readonly dropped: readonly string[];
}

const SEGMENT = /^(\d+)\.spans$/;
const DECISION = /^(\d+)\.decision$/;

/**
 * The folder of what waits: segments with spans, and decisions. A decision is on the disk before anything that it keeps is stored, and stays as long as the segment behind its own does, in which the same traces
 * have spans.
 */
export class Journal {
  readonly #folder: string;
  #next: number;

  private constructor(folder: string, next: number) {
    this.#folder = folder;
    this.#next = next;
  }

  /** Opens the folder; what an earlier hub left comes as segments in their order. Their numbers are never used again: batches are told apart by them. */
  static async open(folder: string, nowMs: number): Promise<{ readonly journal: Journal; readonly left: Segment[] }> {
    await mkdir(folder, { recursive: true });
    const numbers = (await readdir(folder)).flatMap((name) => SEGMENT.exec(name)?.[1] ?? []).map(Number);
    numbers.sort((a, b) => a - b);
    const journal = new Journal(folder, Math.max(nowMs, (numbers.at(-1) ?? 0) + 1));
    return { journal, left: numbers.map((number) => journal.#segment(number)) };
  }

  begin(): Segment {
    this.#next += 1;
    return this.#segment(this.#next - 1);
  }

  async decision(number: number): Promise<RoundDecision | undefined> {
    try {
      return parse(JSON.parse(await readFile(this.#decisionPath(number), "utf8")) as DecisionFile);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** The decision of the round before: a segment holds spans of its traces, too. */
  async decisionBefore(number: number): Promise<RoundDecision | undefined> {
    const numbers = await this.#decisions();
    const before = Math.max(...numbers.filter((each) => each < number));
    return Number.isFinite(before) ? this.decision(before) : undefined;
  }

  async decide(number: number, { kept, dropped }: RoundDecision): Promise<void> {
    const file: DecisionFile = {
      kept: [...kept].map(([traceId, { reason, threshold }]) => [traceId, reason, threshold.toString(16)]),
      dropped: [...dropped],
    };
    const path = this.#decisionPath(number);
    const handle = await open(`${path}.new`, "w");
    try {
      await handle.writeFile(JSON.stringify(file));
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(`${path}.new`, path);
    await syncFolder(this.#folder);
  }

  /** Forgets a segment that is stored, and the decisions that only it still needed. */
  async remove(segment: Segment): Promise<void> {
    await segment.remove();
    const done = (await this.#decisions()).filter((number) => number < segment.number);
    for (const number of done) await rm(this.#decisionPath(number), { force: true });
  }

  async #decisions(): Promise<number[]> {
    return (await readdir(this.#folder)).flatMap((name) => DECISION.exec(name)?.[1] ?? []).map(Number);
  }

  #segment(number: number): Segment {
    return new Segment(number, join(this.#folder, `${number}.spans`));
  }

  #decisionPath(number: number): string {
    return join(this.#folder, `${number}.decision`);
  }
}

function parse({ kept, dropped }: DecisionFile): RoundDecision {
  const known = kept.filter(([, reason]) => KEEP_REASONS.includes(reason));
  return {
    kept: new Map(known.map(([traceId, reason, digits]) => [traceId, { reason, threshold: BigInt(`0x${digits}`) }])),
    dropped: new Set(dropped),
  };
}
