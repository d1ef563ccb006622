import { decodeLatin1 } from "@weir/base";
import type { CallStatus } from "@weir/model";
import type { Line, LineReader } from "../common/dialogue/line-reader.ts";
import type { Reply } from "../common/dialogue/reply.ts";
import type { Asked, Dialogue } from "../common/dialogue/session.ts";

/** Commands of RFC 5321 and its extensions (RFC 3030 BDAT, RFC 3207 STARTTLS, RFC 4954 AUTH, RFC 2033 LHLO, RFC 1985 ETRN). */
export const COMMANDS: ReadonlySet<string> = new Set(
  "EHLO HELO LHLO MAIL RCPT DATA BDAT RSET VRFY EXPN HELP NOOP QUIT AUTH STARTTLS ETRN TURN ATRN SEND SOML SAML XCLIENT XFORWARD BURL".split(
    " ",
  ),
);
const DOT = 46;
/** Longest chunk that is believed. */
const MAX_CHUNK_BYTES = 1 << 30;

/** SMTP's commands and replies. Between `DATA` and a line with a dot the client's lines are a message, which is a call of its own. */
export class SmtpDialogue implements Dialogue {
  readonly prefix = "weir.smtp";
  readonly #client: LineReader;
  /** `expected`: the server has asked for the message; `content`: it has begun. */
  #message: "none" | "expected" | "content" = "none";
  /** The server has asked for the next step of an authentication. */
  #isChallenged = false;

  constructor(client: LineReader) {
    this.#client = client;
  }

  command(line: Line): Asked | "more" | undefined {
    if (this.#message !== "none") return this.#content(line);
    if (this.#isChallenged) {
      // Whatever it is, it is a secret.
      this.#isChallenged = false;
      return "more";
    }
    const text = decodeLatin1(line.bytes);
    const verb = /^([A-Za-z]{4,8})(?= |$)/.exec(text)?.[1]?.toUpperCase();
    if (verb === undefined || !COMMANDS.has(verb)) return undefined;
    return this.#known(verb, text.slice(verb.length).trim(), line);
  }

  reply({ code }: Reply, asked: Asked | undefined): "final" | "intermediate" | "over" {
    if (asked?.operation === "AUTH" && code === 334) {
      this.#isChallenged = true;
      return "intermediate";
    }
    this.#isChallenged = false;
    if (asked?.operation === "DATA" && code === 354) this.#message = "expected";
    return asked?.operation === "STARTTLS" && code === 220 ? "over" : "final";
  }

  /** 4yz: the server cannot now (greylisting, full, overload); 5yz: it will not (RFC 5321 §4.2.1). */
  statusOf(code: number, asked: Asked | undefined): CallStatus {
    if (code < 400) return "ok";
    return code >= 500 && asked !== undefined ? "clientError" : "serverError";
  }

  #known(verb: string, rest: string, { length, first, last }: Line): Asked {
    const attributes: Record<string, string> = {};
    const size = /\bSIZE=(\d{1,12})/i.exec(rest)?.[1];
    if (size !== undefined) attributes["weir.smtp.message_size"] = size;
    let bytes = length;
    if (verb === "AUTH") attributes["weir.smtp.auth_mechanism"] = (rest.split(" ")[0] ?? "").toUpperCase();
    if (verb === "BDAT") {
      const chunkBytes = Math.min(Number(/^\d{1,10}/.exec(rest)?.[0] ?? 0), MAX_CHUNK_BYTES);
      this.#client.skip(chunkBytes);
      bytes += chunkBytes;
      attributes["weir.smtp.message_size"] = String(chunkBytes);
    }
    const target = targetOf(verb, rest);
    const text = verb === "AUTH" ? `AUTH ${attributes["weir.smtp.auth_mechanism"]} ***` : `${verb} ${target}`.trim();
    return { operation: verb, target, first, last, bytes, text, attributes, intermediate: [] };
  }

  #content({ bytes, length, first, last }: Line): Asked | "more" {
    const isEnd = bytes.length === 1 && bytes[0] === DOT;
    const isBeginning = this.#message === "expected";
    this.#message = isEnd ? "none" : "content";
    if (!isBeginning) return "more";
    return {
      operation: "message",
      target: "",
      first,
      last,
      bytes: length,
      text: "",
      attributes: {},
      intermediate: [],
    };
  }
}

/** Of what a command speaks. Of addresses only the domain is kept: who writes to whom is nobody's business. */
function targetOf(verb: string, rest: string): string {
  if (verb === "MAIL" || verb === "RCPT" || verb === "VRFY" || verb === "EXPN") {
    const domain = /@([\w.-]{1,255})/.exec(rest)?.[1];
    return domain === undefined ? "" : `***@${domain}`;
  }
  return verb === "EHLO" || verb === "HELO" || verb === "LHLO" ? rest.slice(0, 255) : "";
}
