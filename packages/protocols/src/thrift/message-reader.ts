import { decodeUtf8 } from "@weir/base";
import { uint32At } from "./binary-encoding.ts";
import { varintAt } from "./compact-encoding.ts";
import { encodingOf, type MessageHead, MessageType, readHead } from "./message-head.ts";
import { StructWalker } from "./struct-walker.ts";

/** Beginning of a message that is kept; one without a frame must end within it. */
export const KEPT_BYTES = 1 << 20;
const MAX_TEXT_BYTES = 256;

/** Finds where messages end. Those without a frame only tell by what stands in them. */
export class MessageLengths {
  #walker: StructWalker | undefined;

  /** Length of the message that begins with `bytes`. Asked again, with more bytes of the same message, it goes on where it stopped. */
  lengthOf(bytes: Uint8Array): number | "needMore" | undefined {
    const head = readHead(bytes);
    if (head === undefined || head === "needMore") return head;
    if (head.frameBytes !== undefined) return head.frameBytes;
    this.#walker ??= new StructWalker(encodingOf(head), head.structAt);
    const end = this.#walker.walk(bytes);
    if (end === "needMore" && bytes.length < KEPT_BYTES) return end;
    this.#walker = undefined;
    return end === "needMore" ? undefined : end;
  }

  /** What comes next is another message. */
  reset(): void {
    this.#walker = undefined;
  }
}

/** How a message went, by the fields of its structure. */
export interface Outcome {
  /** Number of the exception among those that the method declares; undefined where it gave a value. */
  readonly declaredException: number | undefined;
  /** `TApplicationException`: what the server itself says. */
  readonly applicationError: number | undefined;
  readonly message: string | undefined;
}

/** Reads the result of a reply, or the exception. */
export function readOutcome(head: MessageHead, bytes: Uint8Array): Outcome {
  const walker = new StructWalker(encodingOf(head), head.structAt);
  walker.walk(bytes);
  const { topFields } = walker;
  if (head.type !== MessageType.exception) {
    // Field 0 is what the method returns; any other is an exception.
    const exception = topFields.find(({ field }) => field !== 0)?.field;
    return { declaredException: exception, applicationError: undefined, message: undefined };
  }
  const text = topFields.find(({ field }) => field === 1);
  const code = topFields.find(({ field }) => field === 2);
  return {
    declaredException: undefined,
    applicationError: code === undefined ? 0 : int32At(head, bytes, code.from),
    message:
      text === undefined
        ? undefined
        : decodeUtf8(bytes.subarray(text.from, Math.min(text.to, text.from + MAX_TEXT_BYTES))),
  };
}

function int32At({ protocol }: MessageHead, bytes: Uint8Array, at: number): number {
  if (protocol === "binary") return uint32At(bytes, at);
  const zigzag = varintAt(bytes, at)?.value ?? 0;
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
}
