import type { EndReason, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { callOf, passageOf } from "../common/passage.ts";
import { unanswered } from "../common/unanswered.ts";
import { readPairs } from "./name-value-pairs.ts";
import { type FastcgiRecord, RecordType } from "./wire.ts";

/** Questions that wait at most. */
export const MAX_QUESTIONS = 64;
const MAX_TEXT_CHARS = 512;

interface Question {
  readonly names: string;
  readonly passage: ReturnType<typeof passageOf>;
}

/** What a web server asks about the application as a whole (§4): answered in order. */
export class Management {
  readonly #emit: (call: CallDraft) => void;
  readonly #waiting: Question[] = [];

  constructor(emit: (call: CallDraft) => void) {
    this.#emit = emit;
  }

  /** GET_VALUES: what is asked for are names without values. */
  ask({ content, frame }: FastcgiRecord): void {
    const names = [...readPairs(content).pairs.keys()].join(", ").slice(0, MAX_TEXT_CHARS);
    if (this.#waiting.length >= MAX_QUESTIONS) this.#giveUp("unknown", ["limitReached"]);
    this.#waiting.push({ names, passage: passageOf(frame) });
  }

  /** GET_VALUES_RESULT, or UNKNOWN_TYPE. */
  answer({ type, content, frame }: FastcgiRecord): void {
    const question = this.#waiting.shift();
    const isKnown = type === RecordType.getValuesResult;
    const values = [...readPairs(content).pairs].map(([name, value]) => `${name}=${value}`).join(", ");
    this.#emit(
      callOf(question?.passage, passageOf(frame), {
        operation: question === undefined ? "unknown" : "GET_VALUES",
        target: question?.names ?? "",
        status: isKnown ? "ok" : "serverError",
        statusCode: isKnown ? "" : "UNKNOWN_TYPE",
        responseBody: isKnown ? values.slice(0, MAX_TEXT_CHARS) : undefined,
        attributes: { "weir.fastcgi.request_id": "0" },
      }),
    );
  }

  close(reason: EndReason): void {
    const { status, gradeReasons } = unanswered(reason);
    while (this.#waiting.length > 0) this.#giveUp(status, gradeReasons);
  }

  #giveUp(status: CallDraft["status"], gradeReasons: readonly GradeReason[]): void {
    const oldest = this.#waiting.shift();
    if (oldest === undefined) return;
    const attributes = { "weir.fastcgi.request_id": "0" };
    const content = { operation: "GET_VALUES", target: oldest.names, status, gradeReasons, attributes };
    this.#emit(callOf(oldest.passage, undefined, content));
  }
}
