import type { Mark } from "@weir/base";
import { type CallStatus, Direction, type EndReason, type GradeReason } from "@weir/model";
import type { Handover, Session, SessionContext } from "../../contract.ts";
import { unanswered } from "../unanswered.ts";
import { type Line, LineReader } from "./line-reader.ts";
import { type Reply, ReplyReader } from "./reply.ts";

/** Something that was asked and waits for its reply. */
export interface Asked {
  readonly operation: string;
  readonly target: string;
  readonly first: Mark;
  last: Mark;
  bytes: number;
  /** Masked. */
  readonly text: string;
  readonly attributes: Record<string, string>;
  /** Codes of replies that only announced another one. */
  readonly intermediate: number[];
}

/** What a protocol of commands and replies has of its own. */
export interface Dialogue {
  /** Prefix of the attributes for the reply's text, for intermediate codes and for the greeting: `weir.smtp`. */
  readonly prefix: string;
  /** Takes a line of the client: the command that it is, `more` where it belongs to the command under way, undefined where it is no command. */
  command(line: Line, pending: readonly Asked[]): Asked | "more" | undefined;
  /** Takes a reply: `intermediate` where another follows for the same command, `over` where another protocol follows. */
  reply(reply: Reply, asked: Asked | undefined): "final" | "intermediate" | "over";
  statusOf(code: number, asked: Asked | undefined): CallStatus;
}

/** Commands that wait for their reply at most: clients of SMTP pipeline some hundred recipients. */
export const MAX_PENDING = 1_000;
/** Lines in a row that are neither commands nor replies before the session says that this is something else. */
const MAX_STRANGE_LINES = 20;

/** A dialogue in lines: the client's commands, answered in order with numbers of three digits (RFC 959, RFC 5321). */
export class DialogueSession implements Session {
  readonly #context: SessionContext;
  readonly #dialogue: Dialogue;
  readonly #readers: readonly [LineReader, LineReader];
  readonly #replies = new ReplyReader();
  readonly #pending: Asked[] = [];
  #strangeLines = 0;
  #hasHole = false;
  #hasSpoken = false;
  #isOver = false;

  /** `client` lets the dialogue pass over bytes that the client sends between commands. */
  constructor(context: SessionContext, create: (client: LineReader) => Dialogue) {
    this.#context = context;
    const client = new LineReader((line) => this.#command(line));
    this.#readers = [client, new LineReader((line) => this.#reply(line))];
    this.#dialogue = create(client);
  }

  get handover(): Handover | undefined {
    return this.#isOver ? { rest: [] } : undefined;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#readers[direction].data(bytes, mark);
    return !this.#hasLetGo;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    this.#readers[direction].gap(missingBytes);
    this.#hasHole = true;
    if (direction === Direction.toClient) this.#replies.reset();
    return true;
  }

  end(): void {
    // A line that is cut off says nothing; waiting commands are settled by `close`.
  }

  close(reason: EndReason): void {
    const { status, gradeReasons } = unanswered(reason);
    const cut = this.#replies.cutOff();
    if (cut !== undefined) {
      const oldest = this.#pending[0];
      const asked = oldest !== undefined && oldest.first.packetNumber <= cut.first.packetNumber ? oldest : undefined;
      if (asked !== undefined) this.#pending.shift();
      this.#emit(asked, cut, this.#dialogue.statusOf(cut.code, asked), gradeReasons);
    }
    for (const asked of this.#pending.splice(0)) this.#emit(asked, undefined, status, gradeReasons);
  }

  /** Another protocol follows, or this is none of commands and replies: what comes is not looked at. */
  get #hasLetGo(): boolean {
    return this.#isOver || this.#strangeLines >= MAX_STRANGE_LINES;
  }

  #command(line: Line): void {
    if (this.#hasLetGo) return;
    const asked = this.#dialogue.command(line, this.#pending);
    if (asked === "more") {
      const current = this.#pending.at(-1);
      if (current === undefined) return;
      current.bytes += line.length;
      current.last = line.last;
    } else if (asked === undefined) this.#strange("notCommand", Direction.toServer, line.last);
    else {
      this.#strangeLines = 0;
      if (this.#pending.length < MAX_PENDING) this.#pending.push(asked);
      else this.#emit(asked, undefined, "unknown", ["limitReached"]);
    }
  }

  #reply(line: Line): void {
    if (this.#hasLetGo) return;
    const reply = this.#replies.line(line);
    if (reply === undefined) return;
    if (reply === "notReply") {
      this.#strange("notReply", Direction.toClient, line.last);
      return;
    }
    this.#strangeLines = 0;
    const asked = this.#pending[0];
    const what = this.#dialogue.reply(reply, asked);
    if (what === "intermediate" && asked !== undefined) {
      asked.intermediate.push(reply.code);
      return;
    }
    this.#pending.shift();
    this.#emit(asked, reply, this.#dialogue.statusOf(reply.code, asked), []);
    this.#isOver = what === "over";
  }

  #strange(code: string, direction: Direction, mark: Mark): void {
    this.#strangeLines += 1;
    // The beginning of a line was not captured: no fault of theirs.
    if (!this.#context.midStream || this.#hasSpoken) this.#context.violation({ code, direction, mark });
  }

  #emit(asked: Asked | undefined, reply: Reply | undefined, status: CallStatus, reasons: readonly GradeReason[]): void {
    const known = asked ?? reply;
    if (known === undefined) return;
    const { prefix } = this.#dialogue;
    // What the server says first is its greeting; what it says later without being asked belongs to a command that was not captured, or to none.
    const isGreeting = asked === undefined && !this.#hasSpoken && !this.#context.midStream;
    const attributes: Record<string, string> = { ...asked?.attributes };
    if (reply !== undefined && reply.text !== "") attributes[`${prefix}.reply`] = reply.text.slice(0, 500);
    if (asked !== undefined && asked.intermediate.length > 0)
      attributes[`${prefix}.intermediate_codes`] = asked.intermediate.slice(0, 20).join(",");
    if (asked === undefined) attributes["weir.call.initiator"] = "server";
    const holes: readonly GradeReason[] = this.#hasHole ? ["missingSegments"] : [];
    const unasked: readonly GradeReason[] = asked === undefined && this.#context.midStream ? ["midStreamStart"] : [];
    this.#hasSpoken = true;
    this.#context.emit({
      operation: asked?.operation ?? (isGreeting ? "greeting" : "unknown"),
      target: asked?.target ?? "",
      status,
      statusCode: reply === undefined ? "" : String(reply.code),
      requestFirst: known.first,
      requestLast: known.last,
      responseFirst: reply?.first,
      responseLast: reply?.last,
      requestBytes: asked?.bytes ?? 0,
      responseBytes: reply?.bytes ?? 0,
      requestBody: asked === undefined || asked.text === "" ? undefined : asked.text,
      responseBody: reply === undefined ? undefined : `${reply.code} ${reply.text}`.trim(),
      attributes,
      gradeReasons: [...holes, ...unasked, ...reasons],
    });
  }
}
