import { mkdirSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { WeirError } from "@weir/base";
import type { Packet } from "@weir/wire";
import { SEGMENT_SUFFIX, type Segment, writeIndex } from "./segment.ts";
import { SegmentBuffer } from "./segment-buffer.ts";

const compress = promisify(gzip);

/** Packets of one segment, uncompressed. */
const SEGMENT_BYTES = 8 << 20;
/** A segment that is not full is written after so long: what a crash can cost. */
const OLDEST_MS = 30_000;
/** Segments that wait for the disk at most; while there are more, packets are not kept. */
const MAX_WAITING = 3;

/** What of the history was written, and what was not. */
export interface HistoryCounts {
  readonly packets: number;
  /** Packets that were not kept: the disk or the compression was too slow, or failed. */
  readonly skippedPackets: number;
  /** Why the last segment that failed did; empty while all goes well. */
  readonly problem: string;
}

/**
 * Writes the packets that pass into segments on disk, compressed outside of this thread. Runs in the capture worker; which segments are kept is up to
 * {@link HistoryFolder}.
 */
export class HistoryWriter {
  readonly #folder: string;
  readonly #captureId: string;
  readonly #written: (segment: Segment) => void;
  readonly #waiting = new Set<Promise<void>>();
  readonly #free: Uint8Array[] = [];
  #buffer: SegmentBuffer | undefined;
  #room: Uint8Array | undefined;
  #beganMs = 0;
  /** Several writers of one capture count so that no two segments have the same number. */
  #sequence: number;
  readonly #step: number;
  #packets = 0;
  #skippedPackets = 0;
  #problem = "";

  /** `written` hears of every segment that is on disk. Throws CONFIG_INVALID where the folder cannot be made. */
  constructor(
    folder: string,
    captureId: string,
    written: (segment: Segment) => void,
    share?: { readonly index: number; readonly count: number },
  ) {
    this.#folder = folder;
    this.#captureId = captureId;
    this.#sequence = share?.index ?? 0;
    this.#step = share?.count ?? 1;
    this.#written = written;
    try {
      mkdirSync(folder, { recursive: true });
    } catch (cause) {
      throw new WeirError(
        "CONFIG_INVALID",
        `the folder ${folder} for packets cannot be made: ${(cause as Error).message}`,
        "Name another one with --history",
        { cause },
      );
    }
  }

  get counts(): HistoryCounts {
    return { packets: this.#packets, skippedPackets: this.#skippedPackets, problem: this.#problem };
  }

  /** Keeps a packet. HOT PATH. */
  add(packet: Packet, interfaceName: string, seconds: number, nanoseconds: number): void {
    if (this.#buffer?.add(packet, interfaceName, seconds, nanoseconds) !== true) {
      this.#rotate();
      this.#begin();
      if (this.#buffer?.add(packet, interfaceName, seconds, nanoseconds) !== true) {
        this.#skippedPackets += 1;
        return;
      }
    }
    this.#packets += 1;
  }

  /** Time goes on: what has been gathered for long enough is written. */
  tick(nowMs: number): void {
    if (this.#buffer !== undefined && nowMs - this.#beganMs > OLDEST_MS) this.#rotate();
  }

  /** Writes what was gathered; done when it is on disk. */
  async flush(): Promise<void> {
    this.#rotate();
    await Promise.all(this.#waiting);
  }

  #begin(): void {
    if (this.#waiting.size >= MAX_WAITING) return;
    this.#room = this.#free.pop() ?? new Uint8Array(SEGMENT_BYTES);
    this.#buffer = new SegmentBuffer(this.#room, this.#captureId);
    this.#beganMs = Date.now();
  }

  #rotate(): void {
    const buffer = this.#buffer;
    const room = this.#room;
    this.#buffer = undefined;
    this.#room = undefined;
    if (buffer === undefined || room === undefined) return;
    if (buffer.packets === 0) {
      this.#free.push(room);
      return;
    }
    this.#sequence += this.#step;
    const name = `${this.#captureId}_${String(this.#sequence).padStart(8, "0")}`;
    const writing = this.#write(buffer, join(this.#folder, `${name}${SEGMENT_SUFFIX}`)).finally(() => {
      this.#waiting.delete(writing);
      this.#free.push(room);
    });
    this.#waiting.add(writing);
  }

  /** The index first: a segment without one is what a crash left. */
  async #write(buffer: SegmentBuffer, file: string): Promise<void> {
    const { packets, fromNs, toNs, hashes } = buffer;
    try {
      const bytes = await compress(buffer.bytes, { level: constants.Z_BEST_SPEED });
      const head = { file, captureId: this.#captureId, fromNs, toNs, packets };
      const indexBytes = writeIndex(head, hashes);
      await writeFile(`${file}.part`, bytes);
      await rename(`${file}.part`, file);
      this.#problem = "";
      this.#written({ ...head, fileBytes: bytes.length + indexBytes });
    } catch (error) {
      // A full disk costs packets of the history and nothing else; the status tells.
      this.#packets -= packets;
      this.#skippedPackets += packets;
      this.#problem = (error as Error).message;
    }
  }
}
