import { type FileHandle, open } from "node:fs/promises";

const FLUSH_BYTES = 8 << 20;
/** What may be written between two looks at `isFull`. */
const SLACK_BYTES = 1 << 20;
const FIRST_PACKET_S = 1_700_000_000;
const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const SNAP_BYTES = 262_144;

/** A pcap file being written: frames are made in place in one buffer while the other one goes to disk. */
export class CaptureFile {
  /** Frames are written here, at the offsets that `record` returns. */
  bytes: Buffer = Buffer.alloc(FLUSH_BYTES + SLACK_BYTES);
  packets = 0;
  /** Bytes of the file so far. */
  fileBytes = 0;
  readonly #handle: FileHandle;
  #spare: Buffer = Buffer.alloc(FLUSH_BYTES + SLACK_BYTES);
  #writing: Promise<void> = Promise.resolve();
  #at = 0;
  #lastUs = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
    const header = this.bytes;
    header.writeUInt32LE(0xa1b2c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.writeUInt32LE(SNAP_BYTES, 16);
    header.writeUInt32LE(1, 20);
    this.#at = FILE_HEADER_BYTES;
    this.fileBytes = FILE_HEADER_BYTES;
  }

  static async create(path: string): Promise<CaptureFile> {
    return new CaptureFile(await open(path, "w"));
  }

  /** True where `flush` has to be awaited before more is written. */
  get isFull(): boolean {
    return this.#at >= FLUSH_BYTES;
  }

  /** Begins a frame and returns where it starts in `bytes`. No two have the same time. */
  record(atUs: number, frameBytes: number): number {
    const us = Math.max(atUs, this.#lastUs + 1);
    this.#lastUs = us;
    const bytes = this.bytes;
    const start = this.#at;
    const seconds = Math.floor(us / 1e6);
    bytes.writeUInt32LE(FIRST_PACKET_S + seconds, start);
    bytes.writeUInt32LE(us - seconds * 1e6, start + 4);
    bytes.writeUInt32LE(frameBytes, start + 8);
    bytes.writeUInt32LE(frameBytes, start + 12);
    this.#at = start + RECORD_HEADER_BYTES + frameBytes;
    this.fileBytes += RECORD_HEADER_BYTES + frameBytes;
    this.packets += 1;
    return start + RECORD_HEADER_BYTES;
  }

  /** Hands the buffer to the disk; waits only until the buffer before it is there. */
  async flush(): Promise<void> {
    await this.#writing;
    const full = this.bytes.subarray(0, this.#at);
    [this.bytes, this.#spare] = [this.#spare, this.bytes];
    this.#at = 0;
    this.#writing = this.#handle.writeFile(full);
    // Thrown by the next await; without this a full disk would end the process first.
    this.#writing.catch(() => undefined);
  }

  /** Waits until all is on the disk, so that writing does not disturb what is measured next. */
  async close(): Promise<void> {
    try {
      await this.flush();
      await this.#writing;
      await this.#handle.sync();
    } finally {
      await this.#handle.close();
    }
  }
}
