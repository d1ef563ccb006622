import type { Mark } from "@weir/base";
import { Direction, type EndReason, type GradeReason } from "@weir/model";
import { unanswered } from "../common/unanswered.ts";
import type { Session, SessionContext } from "../contract.ts";
import { type TextAnswer, textCall } from "./call.ts";
import { LineReader, type Unit } from "./line-reader.ts";
import {
  ANSWER_START,
  answerWord,
  blockOfAnswer,
  blockOfCommand,
  goesOn,
  isSuppressed,
  parseCommand,
  REQUEST_START,
  type TextRequest,
} from "./text.ts";

/** Commands that wait for their answer at most. */
export const MAX_PENDING = 4096;
/** Lines in a row that make no sense before the session says that this is not memcached. */
const MAX_DAMAGE = 8;

/** A connection that speaks the text protocol: answers come in the order of the commands. */
export class TextSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [LineReader, LineReader];
  #pending: TextRequest[] = [];
  /** Answers that belong to commands beyond `MAX_PENDING`. */
  #unpaired = 0;
  /** An answer of several lines, as far as it came. */
  #answer: TextAnswer | undefined;
  #isWatching = false;
  #damages = 0;

  constructor(context: SessionContext) {
    this.#context = context;
    const damaged = (direction: Direction) => (code: string, mark: Mark) => this.#damaged(code, direction, mark);
    const { midStream } = context;
    this.#readers = [
      new LineReader(
        { blockBytes: blockOfCommand, unit: (unit) => this.#command(unit), damaged: damaged(Direction.toServer) },
        REQUEST_START,
        midStream,
      ),
      new LineReader(
        { blockBytes: blockOfAnswer, unit: (unit) => this.#line(unit), damaged: damaged(Direction.toClient) },
        ANSWER_START,
        midStream,
      ),
    ];
  }

  /** True where nothing waits for an answer. */
  get isIdle(): boolean {
    return this.#pending.length === 0;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#readers[direction].data(bytes, mark);
    return this.#damages < MAX_DAMAGE;
  }

  gap(direction: Direction, missingBytes: number, mark: Mark): boolean {
    this.#readers[direction].gap(missingBytes, mark);
    return true;
  }

  end(): void {
    // What is cut off says nothing; waiting commands are settled by `close`.
  }

  close(reason: EndReason): void {
    const { status, gradeReasons } = unanswered(reason);
    for (const request of this.#pending) {
      // A quiet command that nothing came for has nothing to tell.
      const isOk = request.isQuiet && status !== "unknown";
      this.#context.emit(textCall(request, undefined, isOk ? "ok" : status, isOk ? [] : gradeReasons));
    }
    this.#pending = [];
  }

  #damaged(code: string, direction: Direction, mark: Mark): void {
    this.#damages += 1;
    this.#context.violation({ code, direction, mark });
  }

  #command(unit: Unit): void {
    const request = parseCommand(unit.line, unit);
    if (request === undefined) {
      this.#damaged("badCommand", Direction.toServer, unit.first);
      return;
    }
    this.#damages = 0;
    if (request.isSilent || request.operation === "quit") this.#context.emit(textCall(request, undefined, "ok", []));
    else if (this.#pending.length < MAX_PENDING && this.#unpaired === 0) this.#pending.push(request);
    else {
      this.#unpaired += 1;
      this.#context.emit(textCall(request, undefined, "unknown", ["limitReached"]));
    }
  }

  #line(unit: Unit): void {
    const word = answerWord(unit.line);
    const [head] = this.#pending;
    const isNumber = /^\d+ *$/.test(unit.line);
    if (word === undefined && !isNumber && !goesOn(word, head?.operation, unit.line)) {
      if (this.#isWatching) this.#context.emit(textCall(undefined, answerOf(unit, word), "ok", []));
      else this.#damaged("badAnswer", Direction.toClient, unit.first);
      return;
    }
    this.#damages = 0;
    const answer = this.#answer === undefined ? answerOf(unit, word) : joined(this.#answer, unit, word);
    this.#answer = goesOn(word, head?.operation, unit.line) ? answer : undefined;
    if (this.#answer === undefined) this.#complete(answer);
  }

  #complete(answer: TextAnswer): void {
    const { word, line, followsHole } = answer;
    if (followsHole) this.#forgetLostAnswers();
    let request = this.#pending.shift();
    while (request?.isQuiet === true && isSuppressed(request, word, line)) {
      this.#context.emit(textCall(request, undefined, "ok", []));
      request = this.#pending.shift();
    }
    if (request === undefined && this.#unpaired > 0) {
      this.#unpaired -= 1;
      return;
    }
    if (request?.operation === "watch" && word === "OK") this.#isWatching = true;
    const reasons: GradeReason[] = [];
    if (request === undefined && this.#context.midStream) reasons.push("midStreamStart");
    if (followsHole || answer.hasGap || request?.hasGap === true) reasons.push("missingSegments");
    this.#context.emit(textCall(request, answer, undefined, reasons));
  }

  /** Answers were lost in a hole: what comes behind it is taken for the answer to the latest command. */
  #forgetLostAnswers(): void {
    for (const request of this.#pending.splice(0, this.#pending.length - 1))
      this.#context.emit(textCall(request, undefined, "unknown", ["missingSegments"]));
  }
}

function answerOf(unit: Unit, word: string | undefined): TextAnswer {
  const { first, last, bytes, hasGap, line, followsHole } = unit;
  const isItem = word === "VALUE" || word === "VA";
  const valueBytes = isItem ? (blockOfAnswer(line) ?? 0) : 0;
  return { word, line, hits: isItem ? 1 : 0, valueBytes, first, last, bytes, hasGap, followsHole };
}

function joined(answer: TextAnswer, unit: Unit, word: string | undefined): TextAnswer {
  const more = answerOf(unit, word);
  return {
    ...more,
    first: answer.first,
    bytes: answer.bytes + more.bytes,
    hits: answer.hits + more.hits,
    valueBytes: answer.valueBytes + more.valueBytes,
    hasGap: answer.hasGap || more.hasGap,
    followsHole: answer.followsHole || more.followsHole,
  };
}
