import type { Mark } from "@weir/base";
import { decompress } from "../common/compression/decompress.ts";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import { Capability, has } from "./handshake.ts";
import { payloadLength } from "./wire.ts";

/** Length of what follows, a number, and the length before compression: 0 where it is not compressed. */
const HEADER_BYTES = 7;
const MAX_LENGTH = 0xff_ffff;
/** Longest compressed packet that is decompressed; longer ones are a hole in the packets inside. */
const MAX_COMPRESSED_BYTES = 262_144;
/** Longest that one may become. */
const MAX_PLAIN_BYTES = 1_048_576;

/** What both sides agreed to compress with; undefined where with nothing. */
export function isCompressed(capabilities: number | undefined): "zlib" | "zstd" | undefined {
  if (capabilities === undefined) return undefined;
  if (has(capabilities, Capability.compress)) return "zlib";
  return has(capabilities, Capability.zstd) ? "zstd" : undefined;
}

/** Takes compressed packets apart and passes on what is inside. */
export class CompressedReader {
  readonly #inside: FrameReader;
  readonly #method: "zlib" | "zstd";
  readonly #frames: FrameReader;

  constructor(inside: FrameReader, method: "zlib" | "zstd", damaged: (mark: Mark) => void) {
    this.#inside = inside;
    this.#method = method;
    const shape = {
      headerBytes: HEADER_BYTES,
      lengthOf: (bytes: Uint8Array) => HEADER_BYTES + payloadLength(bytes),
      maxBytes: HEADER_BYTES + MAX_LENGTH,
      keptBytes: MAX_COMPRESSED_BYTES,
      resumes: (bytes: Uint8Array) => {
        if (bytes.length < HEADER_BYTES) return "needMore" as const;
        const isOneEach = bytes.length === HEADER_BYTES + payloadLength(bytes);
        return isOneEach && plainLength(bytes) <= MAX_PLAIN_BYTES ? ("match" as const) : ("noMatch" as const);
      },
    };
    const frame = (packet: Frame) => {
      if (!this.#packet(packet)) damaged(packet.last);
      return undefined;
    };
    this.#frames = new FrameReader(shape, { frame, damaged });
  }

  /** When the packet under way began; undefined between packets. */
  get underWay(): Mark | undefined {
    return this.#frames.underWay;
  }

  data(bytes: Uint8Array, mark: Mark): void {
    this.#frames.data(bytes, mark);
  }

  gap(missingBytes: number): void {
    this.#frames.gap(missingBytes);
    if (this.#frames.underWay === undefined) this.#inside.gap(MAX_LENGTH);
  }

  /** False where it is not what it says. */
  #packet({ bytes, length, last, hasGap }: Frame): boolean {
    const plainBytes = plainLength(bytes);
    const body = bytes.subarray(HEADER_BYTES);
    if (plainBytes === 0) {
      this.#inside.data(body, last);
      if (length > bytes.length) this.#inside.gap(length - bytes.length);
      return true;
    }
    const isReadable = !hasGap && bytes.length === length && plainBytes <= MAX_PLAIN_BYTES;
    const plain = isReadable ? decompress(this.#method, body, plainBytes) : undefined;
    if (plain !== undefined && plain.bytes.length > 0) this.#inside.data(plain.bytes, last);
    const missing = plainBytes - (plain?.bytes.length ?? 0);
    if (missing > 0) this.#inside.gap(missing);
    return !isReadable || missing === 0;
  }
}

function plainLength(bytes: Uint8Array): number {
  return (bytes[4] ?? 0) | ((bytes[5] ?? 0) << 8) | ((bytes[6] ?? 0) << 16);
}
