import { setTimeout as sleep } from "node:timers/promises";
import type { AnalysisConfig } from "@weir/analysis";
import { WeirError } from "@weir/base";
import type { ImportState } from "@weir/http-contract";
import { captureRecord } from "@weir/model";
import type { Store } from "@weir/storage";
import type { BlockTable } from "../import/messages.ts";
import { type ImportSurroundings, runImport } from "../import/run-import.ts";
import type { CaptureFolder, StoredCapture } from "./capture-folder.ts";
import type { RecordExports } from "./record-exports.ts";

/** Pause before an import is tried again, while the store is away; it doubles up to the longest. */
const FIRST_PAUSE_MS = 1_500;
const LONGEST_PAUSE_MS = 30_000;
/** What passes: the store is being started again or has too much to do, or somebody frees the disk. The import waits for it as long as it takes. */
const PASSING: ReadonlySet<string> = new Set(["STORAGE_UNREACHABLE", "STORAGE_FULL", "STORAGE_OVERLOADED"]);

export interface ImportsOptions {
  readonly folder: CaptureFolder;
  readonly store: Store;
  readonly exports: RecordExports;
  readonly namer: ImportSurroundings["namer"];
  readonly workerEntry: URL;
  readonly names: ReadonlyMap<string, string>;
  readonly config: AnalysisConfig;
  readonly log: (line: string) => void;
}

/**
 * Imports captures one after the other, and remembers where each stands. A capture that was taken is imported for certain: what a stopped hub
 * had not finished is run again at its next start.
 */
export class Imports {
  readonly #options: ImportsOptions;
  readonly #states = new Map<string, ImportState>();
  #queue: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(options: ImportsOptions) {
    this.#options = options;
  }

  /** Puts in the queue what was taken earlier and has no capture row yet. */
  async resume(): Promise<void> {
    for (const stored of await this.#options.folder.all()) {
      const row = await this.#options.store.byId(captureRecord, "capture_id", stored.captureId);
      if (row === undefined) this.add(stored);
      else
        this.#set(stored, {
          state: "done",
          bytesRead: stored.fileBytes,
          packets: Number(row["packets"] ?? 0),
          problem: row["problem"] as string | undefined,
        });
    }
  }

  /** Where an import stands; undefined for an id that was never taken. */
  state(captureId: string): ImportState | undefined {
    return this.#states.get(captureId);
  }

  /** All imports, newest first. */
  all(): ImportState[] {
    return [...this.#states.values()].reverse();
  }

  /** Puts a stored capture in the queue; one that is there already stays where it is, one that failed is tried again. */
  add(stored: StoredCapture): ImportState {
    const known = this.#states.get(stored.captureId);
    if (known !== undefined && known.state !== "failed") return known;
    const received = this.#set(stored, { state: "received", bytesRead: 0, packets: 0 });
    this.#queue = this.#queue.then(() => this.#import(stored));
    return received;
  }

  /** Waits until these imports are done or failed. */
  async settled(captureIds: readonly string[]): Promise<void> {
    const isOpen = (id: string) => ["received", "reading"].includes(this.#states.get(id)?.state ?? "done");
    while (captureIds.some(isOpen)) await this.#queue;
  }

  /** Starts no further import. The one under way ends when its batches are acknowledged, and is run again at the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#queue;
  }

  async #import(stored: StoredCapture): Promise<void> {
    const { folder, store, exports, namer, workerEntry, names, config, log } = this.#options;
    const { captureId, name } = stored;
    const { signal } = this.#stopping;
    const unread = unreadTables(exports, namer);
    const order = { file: folder.pathOf(captureId), name, captureId, names, config, unread };
    let pauseMs = FIRST_PAUSE_MS;
    let told = "";
    while (!signal.aborted) {
      try {
        const onProgress = (bytesRead: number, packets: number) => {
          this.#set(stored, { state: "reading", bytesRead, packets });
        };
        const surroundings = { store, exports: exports.ofImport(captureId), namer, workerEntry, onProgress, signal };
        const capture = await runImport(order, surroundings);
        this.#set(stored, {
          state: "done",
          bytesRead: stored.fileBytes,
          packets: capture.packets,
          problem: capture.problem,
        });
        log(
          `imported ${stored.name}: ${capture.packets} packets, ${capture.connections} connections, ${capture.calls} calls`,
        );
        return;
      } catch (error) {
        if (signal.aborted) return;
        const problem =
          error instanceof WeirError ? `${error.message}. ${error.hint}.` : `a bug in weir: ${String(error)}`;
        if (!(error instanceof WeirError) || !PASSING.has(error.code)) {
          this.#set(stored, { state: "failed", bytesRead: 0, packets: 0, problem });
          log(`could not import ${stored.name}: ${problem}`);
          return;
        }
        if (told !== problem) log(`importing ${stored.name} waits: ${problem}`);
        told = problem;
        this.#set(stored, { state: "received", bytesRead: 0, packets: 0, problem });
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  #set(
    { captureId, name, fileBytes }: StoredCapture,
    changes: Pick<ImportState, "state" | "bytesRead" | "packets"> & { problem?: string | undefined },
  ): ImportState {
    const { problem, ...rest } = changes;
    const state: ImportState = { captureId, name, fileBytes, ...rest, ...(problem === undefined ? {} : { problem }) };
    this.#states.set(captureId, state);
    return state;
  }
}

/** Calls are read here where they are sent on, connections also where their ends are named. */
function unreadTables({ isIdle }: RecordExports, namer: ImportsOptions["namer"]): BlockTable[] {
  if (!isIdle) return [];
  return namer === undefined ? ["connections", "calls"] : ["calls"];
}
