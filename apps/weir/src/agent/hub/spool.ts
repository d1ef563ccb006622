import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WeirError } from "@weir/base";
import { BATCH_TABLES } from "@weir/http-contract";
import type { Batch } from "./batcher.ts";

/** A batch on disk. */
export interface SpooledBatch extends Omit<Batch, "bytes"> {
  readonly file: string;
  readonly fileBytes: number;
  readonly sinceMs: number;
}

const SUFFIX = ".native";
const UNFINISHED = ".part";
const NAME = /^(\d+)_([a-z_]+)_(\d+)_(.+)\.native$/;

/**
 * Batches on disk through outages, bounded: when it is full the oldest of what is worth least goes, and is counted. What is named in a file's name is all that is needed to
 * send it again, also by the next run. Files are written whole or not at all.
 */
export class Spool {
  readonly #folder: string;
  readonly #maxBytes: number;
  #batches: SpooledBatch[] = [];
  bytes = 0;
  droppedRecords = 0;

  /** Opens the folder, with what an earlier run left in it. Throws CONFIG_INVALID where it cannot be made. */
  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    try {
      mkdirSync(folder, { recursive: true });
      for (const file of readdirSync(folder).sort()) this.#found(file);
    } catch (cause) {
      throw new WeirError(
        "CONFIG_INVALID",
        `the spool folder ${folder} cannot be used: ${(cause as Error).message}`,
        "Name another one with --spool",
        { cause },
      );
    }
  }

  get length(): number {
    return this.#batches.length;
  }

  /** The batch that waits for longest. */
  get oldest(): SpooledBatch | undefined {
    return this.#batches[0];
  }

  /** Keeps a batch on disk. One that finds no room, because all that is there is worth more, or no disk, is counted as dropped. */
  add(batch: Batch, nowMs: number): void {
    const { table, captureId, token, records, bytes } = batch;
    if (!this.#makeRoom(batch)) {
      this.droppedRecords += records;
      return;
    }
    const name = [String(nowMs).padStart(15, "0"), table, String(records), encodeURIComponent(token)].join("_");
    const file = join(this.#folder, `${name}${SUFFIX}`);
    try {
      writeFileSync(`${file}${UNFINISHED}`, bytes);
      renameSync(`${file}${UNFINISHED}`, file);
    } catch {
      // A full disk is an outage as well: what it costs is told in the status.
      this.droppedRecords += records;
      return;
    }
    this.#batches.push({ table, captureId, token, records, file, fileBytes: bytes.length, sinceMs: nowMs });
    this.bytes += bytes.length;
  }

  read({ file }: SpooledBatch): Uint8Array {
    return readFileSync(file);
  }

  /** The batch is safe in the hub, or will never be. */
  remove(batch: SpooledBatch): void {
    this.#batches = this.#batches.filter((each) => each !== batch);
    this.bytes -= batch.fileBytes;
    rmSync(batch.file, { force: true });
  }

  /** Lets go what is worth no more than the batch, as far as it must. False where that does not make room for it: then nothing is let go. */
  #makeRoom({ table, bytes }: Batch): boolean {
    const worth = BATCH_TABLES.indexOf(table);
    const leastFirst = BATCH_TABLES.slice(0, worth + 1).flatMap((each) =>
      this.#batches.filter((batch) => batch.table === each),
    );
    let over = this.bytes + bytes.length - this.#maxBytes;
    const victims: SpooledBatch[] = [];
    for (const victim of leastFirst) {
      if (over <= 0) break;
      over -= victim.fileBytes;
      victims.push(victim);
    }
    if (over > 0) return false;
    for (const victim of victims) {
      this.droppedRecords += victim.records;
      this.remove(victim);
    }
    return true;
  }

  /** Takes up what an earlier run left: `SINCE_TABLE_RECORDS_TOKEN.native`. */
  #found(file: string): void {
    const path = join(this.#folder, file);
    if (file.endsWith(UNFINISHED)) rmSync(path, { force: true });
    const match = NAME.exec(file);
    const table = BATCH_TABLES.find((each) => each === match?.[2]);
    if (match === null || table === undefined) return;
    const [, since, , records, name = ""] = match;
    const token = decodeURIComponent(name);
    const fileBytes = statSync(path).size;
    const [captureId = ""] = token.split(":");
    this.#batches.push({
      table,
      captureId,
      token,
      records: Number(records),
      file: path,
      fileBytes,
      sinceMs: Number(since),
    });
    this.bytes += fileBytes;
  }
}
