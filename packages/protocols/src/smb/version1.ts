import { Direction, type EndReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { joinPassages, type Passage } from "../common/passage.ts";
import { PendingTable } from "../common/pending-table.ts";
import { unanswered } from "../common/unanswered.ts";
import { subject1 } from "./bodies.ts";
import { Command1, command1Name, SECONDARY } from "./commands.ts";
import { draftOf, type Outcome, type Request } from "./exchange.ts";
import type { Header1 } from "./header.ts";
import { ntStatusName, statusOf } from "./nt-status.ts";
import { OpenNames } from "./open-names.ts";

/** Requests that wait at most; servers take fifty. */
const MAX_PENDING = 512;
/** Error classes of DOS (MS-CIFS §2.2.2.4). */
const ERROR_CLASSES = ["SUCCESS", "ERRDOS", "ERRSRV", "ERRHRD"] as const;
const HARDWARE = 3;

/** Requests and responses of version 1, paired by process and multiplex id (MS-CIFS §3.2.5.1). */
export class Version1 {
  readonly #emit: (call: CallDraft) => void;
  readonly #pending: PendingTable<string, Request>;
  readonly #shares = new OpenNames();
  /** Of the response before: a transaction's may be several messages. */
  #answered = "";

  constructor(emit: (call: CallDraft) => void) {
    this.#emit = emit;
    this.#pending = new PendingTable(MAX_PENDING, (request) =>
      emit(draftOf(request, undefined, request.operation, { status: "unknown", gradeReasons: ["limitReached"] })),
    );
  }

  request(header: Header1, message: Uint8Array, direction: Direction, passage: Passage): void {
    const { command, key, treeKey, isUnicode } = header;
    const operation = command1Name(command);
    const waiting = this.#pending.find(key);
    if (SECONDARY.has(command) && waiting !== undefined) {
      waiting.passage = joinPassages(waiting.passage, passage);
      return;
    }
    if (direction === Direction.toClient) {
      // A lock is to be given up: the only thing that servers ask.
      this.#emit(draftOf(undefined, undefined, operation, { status: "ok" }, passage));
      return;
    }
    const subject = subject1(command, message, isUnicode);
    const request: Request = {
      version: 1,
      command,
      operation,
      passage,
      messageId: undefined,
      subject,
      share: command === Command1.treeConnectAndX ? subject.name : this.#shares.find(treeKey),
      file: command === Command1.ntCreateAndX ? subject.name : undefined,
      isSigned: false,
      isAsync: false,
    };
    this.#answered = "";
    if (command === Command1.ntCancel) this.#emit(draftOf(request, undefined, operation, { status: "ok" }));
    else this.#pending.put(key, request);
  }

  response(header: Header1, passage: Passage): void {
    const { command, key, treeKey } = header;
    const answered = `${key} ${command}`;
    if (answered === this.#answered) return;
    this.#answered = answered;
    const request = this.#pending.take(key);
    const outcome = outcomeOf(header);
    if (command === Command1.treeConnectAndX && request?.share !== undefined && outcome.status === "ok")
      this.#shares.learn(treeKey, request.share);
    this.#emit(draftOf(request, passage, command1Name(command), outcome));
  }

  /** The negotiation that a response of version 2 answers (MS-SMB2 §3.3.5.3.1). */
  takeNegotiation(): Request | undefined {
    return this.#pending.takeFirst(({ command }) => command === Command1.negotiate);
  }

  close(reason: EndReason): void {
    for (const request of this.#pending.drain())
      this.#emit(draftOf(request, undefined, request.operation, unanswered(reason)));
  }
}

function outcomeOf({ ntStatus, dosError }: Header1): Outcome {
  if (ntStatus !== undefined) return { status: statusOf(ntStatus), statusCode: ntStatusName(ntStatus) };
  const { errorClass, code } = dosError ?? { errorClass: 0, code: 0 };
  if (errorClass === 0) return { status: "ok", statusCode: "SUCCESS" };
  const name = ERROR_CLASSES[errorClass] ?? String(errorClass);
  return { status: errorClass >= HARDWARE ? "serverError" : "clientError", statusCode: `${name}/${code}` };
}
