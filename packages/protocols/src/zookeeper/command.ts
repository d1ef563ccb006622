import type { Mark } from "@weir/base";
import { decodeLatin1 } from "@weir/base";
import { Direction, type EndReason, type GradeReason } from "@weir/model";
import { callOf, joinPassages, type Passage } from "../common/passage.ts";
import { textOfCut } from "../common/payload-text.ts";
import { unanswered } from "../common/unanswered.ts";
import type { ProbeVerdict, SessionContext } from "../contract.ts";

/** Answers that calls show. */
export const BODY_BYTES = 1024;
const WORD_BYTES = 4;

/** Commands of four letters, for people and health checks (ZooKeeper Administrator's Guide, "The Four Letter Words"). */
const WORDS: ReadonlySet<string> = new Set(
  "conf cons crst dirs dump envi gtmk hash isro mntr ruok srst srvr stat stmk wchc wchp wchs".split(" "),
);
/** How answers begin; those of `cons`, `wchs` and `isro` tell too little. */
const ANSWERS: readonly string[] = [
  "imok",
  "Zookeeper version: ",
  "zk_version\t",
  "Environment:\n",
  "clientPort=",
  "SessionTracker dump",
  "This ZooKeeper instance ",
  "Server stats reset",
  "Connection stats reset",
  ...[...WORDS].map((word) => `${word} is not executed`),
];
/** Most text is told by its first letter to be something else. */
const FIRST_BYTES: ReadonlySet<number> = new Set([...WORDS, ...ANSWERS].map((text) => text.charCodeAt(0)));
const NOT_SERVING = "This ZooKeeper instance is not currently serving requests";

/** True for the first byte of a command or its answer: messages begin with the high byte of a length. */
export function isCommandByte(byte: number): boolean {
  return byte >= 0x20;
}

/** Whether text is a command or its answer. Words alone are too little to know ZooKeeper by: what answers them decides. */
export function probeCommand(bytes: Uint8Array): ProbeVerdict {
  if (!FIRST_BYTES.has(bytes[0] ?? 0)) return "noMatch";
  const verdict = probeAnswer(bytes);
  if (verdict !== "noMatch") return verdict;
  if (bytes.length > WORD_BYTES + 2) return "noMatch";
  const text = decodeLatin1(bytes).trimEnd();
  return WORDS.has(text) || (bytes.length < WORD_BYTES && startsAny(text)) ? "needMore" : "noMatch";
}

function startsAny(text: string): boolean {
  for (const word of WORDS) if (word.startsWith(text)) return true;
  return false;
}

export function probeAnswer(bytes: Uint8Array): ProbeVerdict {
  const text = decodeLatin1(bytes.subarray(0, 32));
  if (ANSWERS.some((answer) => text.startsWith(answer))) return "match";
  return ANSWERS.some((answer) => answer.startsWith(text)) ? "needMore" : "noMatch";
}

/** A connection with one command: what the client sends is the command, all that comes back is the answer. */
export class Command {
  readonly #context: SessionContext;
  readonly #passages: [Passage | undefined, Passage | undefined] = [undefined, undefined];
  #word = "";
  #answer = new Uint8Array(0);

  constructor(context: SessionContext) {
    this.#context = context;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): void {
    const passage = { first: mark, last: mark, bytes: bytes.length, hasGap: false };
    this.#passages[direction] = joinPassages(this.#passages[direction], passage);
    if (direction === Direction.toServer) {
      this.#word = (this.#word + decodeLatin1(bytes.subarray(0, WORD_BYTES))).slice(0, WORD_BYTES);
      return;
    }
    const room = BODY_BYTES - this.#answer.length;
    if (room <= 0) return;
    const grown = new Uint8Array(this.#answer.length + Math.min(room, bytes.length));
    grown.set(this.#answer);
    grown.set(bytes.subarray(0, room), this.#answer.length);
    this.#answer = grown;
  }

  gap(direction: Direction, missingBytes: number, mark: Mark): void {
    const passage = { first: mark, last: mark, bytes: missingBytes, hasGap: true };
    this.#passages[direction] = joinPassages(this.#passages[direction], passage);
  }

  close(reason: EndReason): void {
    const [request, response] = this.#passages;
    const text = textOfCut(this.#answer);
    const none = unanswered(reason);
    const gradeReasons: readonly GradeReason[] = response === undefined ? none.gradeReasons : [];
    this.#context.emit(
      callOf(request, response, {
        operation: WORDS.has(this.#word) ? this.#word : "unknown",
        target: "",
        status: response === undefined ? none.status : statusOf(text ?? ""),
        responseBody: text,
        bodyTruncated: (response?.bytes ?? 0) > this.#answer.length,
        attributes: {},
        gradeReasons,
      }),
    );
  }
}

function statusOf(answer: string): "ok" | "clientError" | "serverError" {
  if (answer.startsWith(NOT_SERVING)) return "serverError";
  return answer.includes("is not executed because it is not in the whitelist") ? "clientError" : "ok";
}
