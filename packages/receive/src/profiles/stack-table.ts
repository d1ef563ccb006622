// @noble/hashes: audited, plain JavaScript, so that pure packages stay pure.
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeUtf8, toHex } from "@weir/base";
import type { Stack } from "@weir/model";
import { BrokenMessage } from "../message/reader.ts";

/** One function on a stack. */
export interface Frame {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

/** A stack is made from tables, so that few bytes can stand for a long one: these are limits of honest ones. */
const MAX_FRAMES = 2_048;
const MAX_FRAME_CHARS = 1_000;
const MAX_REQUEST_CHARS = 32 << 20;
const ID_BYTES = 16;

/** The stacks of one request, each once. */
export class StackTable {
  readonly #byId = new Map<string, Stack>();
  readonly #idByKey = new Map<string, string>();
  #chars = 0;

  /** Id of a stack that the sender names by `key`; `frames` gives its frames, innermost first. Throws {@link BrokenMessage} where it is too long. */
  idOf(key: string, frames: () => Iterable<Frame>): string {
    const known = this.#idByKey.get(key);
    if (known !== undefined) return known;
    const stack = stackOf(frames());
    this.#chars += stack.frames.reduce((sum, frame) => sum + frame.length, 0);
    if (this.#chars > MAX_REQUEST_CHARS) throw new BrokenMessage("the stacks of one request are too long");
    this.#byId.set(stack.stackId, stack);
    this.#idByKey.set(key, stack.stackId);
    return stack.stackId;
  }

  get rows(): readonly Stack[] {
    return [...this.#byId.values()];
  }
}

/** A stack with the id that it has wherever it comes from. Throws {@link BrokenMessage} where it is too long. */
export function stackOf(innermostFirst: Iterable<Frame>): Stack {
  const outermostFirst: Frame[] = [];
  for (const frame of innermostFirst) {
    if (outermostFirst.length === MAX_FRAMES) throw new BrokenMessage(`a stack has more than ${MAX_FRAMES} frames`);
    outermostFirst.push(frame);
  }
  outermostFirst.reverse();
  const frames = outermostFirst.map(({ name }) => cut(name));
  const files = outermostFirst.map(({ file }) => cut(file));
  const lines = outermostFirst.map(({ line }) => line);
  const text = frames.map((frame, at) => `${frame}\0${files[at]}\0${lines[at]}`).join("\n");
  return { stackId: toHex(sha256(encodeUtf8(text)).subarray(0, ID_BYTES)), frames, files, lines };
}

function cut(text: string): string {
  return text.length > MAX_FRAME_CHARS ? `${text.slice(0, MAX_FRAME_CHARS - 1)}…` : text;
}

/** What a frame without a function is called: by its file, or by its address. */
export function unnamedFrame(address: bigint, binary: string): string {
  const place = `0x${address.toString(16)}`;
  return binary === "" ? place : `${binary.slice(binary.lastIndexOf("/") + 1)} ${place}`;
}
