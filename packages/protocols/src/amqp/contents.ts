import { joinPassages, type Passage } from "../common/passage.ts";
import type { Arguments, Method } from "./methods.ts";
import { type ContentHeader, parseContentHeader } from "./properties.ts";
import { FRAME_HEADER_BYTES } from "./wire.ts";

/** Bodies that calls keep. */
export const BODY_BYTES = 1024;
/** Channels of one direction on which a message may be under way at once. */
const MAX_UNDER_WAY = 256;

/** A method with the message that it carries, if it carries one. */
export interface Received {
  readonly method: Method;
  readonly args: Arguments;
  readonly channel: number;
  readonly passage: Passage;
  readonly content: Content | undefined;
}

export interface Content {
  /** Undefined where it was lost. */
  readonly header: ContentHeader | undefined;
  /** The beginning of the body. */
  readonly body: Uint8Array;
  /** Body bytes that passed. */
  readonly bodyBytes: number;
}

interface UnderWay {
  readonly method: Method;
  readonly args: Arguments;
  readonly channel: number;
  passage: Passage;
  header: ContentHeader | undefined;
  body: Uint8Array;
  bodyBytes: number;
}

/** Puts the messages of one direction together: method, content header, as many bodies as it takes (§4.2.6). */
export class ContentAssembler {
  readonly #underWay = new Map<number, UnderWay>();

  /** A method that carries a message begins one. Returns the one before it on the channel, where that never came to its end. */
  begin(method: Method, args: Arguments, channel: number, passage: Passage): Received | undefined {
    const unfinished = this.abandon(channel);
    if (this.#underWay.size >= MAX_UNDER_WAY) this.#underWay.clear();
    this.#underWay.set(channel, { method, args, channel, passage, header: undefined, body: NOTHING, bodyBytes: 0 });
    return unfinished;
  }

  /** The frame of a content header. Returns the message where it has no body; "stray" where none is under way. */
  header(channel: number, frame: Uint8Array, passage: Passage): Received | "stray" | undefined {
    const message = this.#underWay.get(channel);
    const header = parseContentHeader(frame);
    if (message === undefined || message.header !== undefined || header === undefined) return "stray";
    message.header = header;
    message.passage = joinPassages(message.passage, passage);
    return header.bodyBytes === 0 ? this.abandon(channel) : undefined;
  }

  /** A body frame, of which `frame` is what was kept. Returns the message where it is the last one. */
  body(channel: number, frame: Uint8Array, passage: Passage): Received | "stray" | undefined {
    const message = this.#underWay.get(channel);
    if (message?.header === undefined) return "stray";
    const payloadBytes = passage.bytes - FRAME_HEADER_BYTES - 1;
    const room = BODY_BYTES - message.body.length;
    if (room > 0 && message.bodyBytes === message.body.length)
      message.body = joined(
        message.body,
        frame.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + Math.min(room, payloadBytes)),
      );
    message.bodyBytes += payloadBytes;
    message.passage = joinPassages(message.passage, passage);
    return message.bodyBytes >= message.header.bodyBytes ? this.abandon(channel) : undefined;
  }

  /** Ends the message of a channel with what came of it. */
  abandon(channel: number): Received | undefined {
    const message = this.#underWay.get(channel);
    if (message === undefined) return undefined;
    this.#underWay.delete(channel);
    const { method, args, passage, header, body, bodyBytes } = message;
    return { method, args, channel, passage, content: { header, body, bodyBytes } };
  }

  /** Ends the messages of all channels with what came of them. */
  abandonAll(): readonly Received[] {
    return [...this.#underWay.keys()].flatMap((channel) => this.abandon(channel) ?? []);
  }
}

const NOTHING = new Uint8Array(0);

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
