import { decodeLatin1, type Mark } from "@weir/base";
import type { Line } from "./line-reader.ts";

/** A whole reply: three digits and text, on one line or on several (RFC 959 §4.2, RFC 5321 §4.2). */
export interface Reply {
  readonly code: number;
  /** Text of all lines, at most `MAX_TEXT`. */
  readonly text: string;
  readonly bytes: number;
  readonly first: Mark;
  readonly last: Mark;
}

const MAX_TEXT = 2_000;

/** Puts replies together from lines. Lines between the first and the last of a reply may be anything (RFC 959). */
export class ReplyReader {
  #open: { readonly code: number; text: string; bytes: number; readonly first: Mark; last: Mark } | undefined;

  /** Takes a line; the reply that it ends, `notReply` where none begins so, undefined where more must come. */
  line({ bytes, length, first, last }: Line): Reply | "notReply" | undefined {
    const text = decodeLatin1(bytes);
    // Some servers put something else between code and text.
    const match = /^([1-6]\d\d)(?:([^0-9A-Za-z])(.*))?$/s.exec(text);
    const open = this.#open;
    if (open === undefined) {
      if (match === null) return "notReply";
      const code = Number(match[1]);
      const said = match[3] ?? "";
      if (match[2] !== "-") return { code, text: said.slice(0, MAX_TEXT), bytes: length, first, last };
      this.#open = { code, text: said, bytes: length, first, last };
      return undefined;
    }
    open.bytes += length;
    open.last = last;
    if (open.text.length < MAX_TEXT) open.text = `${open.text}\n${match?.[3] ?? text}`.slice(0, MAX_TEXT);
    if (match === null || Number(match[1]) !== open.code || match[2] === "-") return undefined;
    this.#open = undefined;
    return { code: open.code, text: open.text, bytes: open.bytes, first: open.first, last };
  }

  /** The reply under way as far as it is there: its code stood in its first line. */
  cutOff(): Reply | undefined {
    const open = this.#open;
    this.#open = undefined;
    return open;
  }

  /** Forgets a reply under way. */
  reset(): void {
    this.#open = undefined;
  }
}
