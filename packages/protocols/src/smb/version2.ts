import type { EndReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import type { Passage } from "../common/passage.ts";
import { PendingTable } from "../common/pending-table.ts";
import { unanswered } from "../common/unanswered.ts";
import { chosenDialect, openedFile, SAME_FILE, type Subject, subject2 } from "./bodies.ts";
import { Command2, command2Name } from "./commands.ts";
import { draftOf, type Request } from "./exchange.ts";
import { type Header2, UNSOLICITED } from "./header.ts";
import { ntStatusName, STATUS_PENDING, statusOf } from "./nt-status.ts";
import { OpenNames } from "./open-names.ts";

/** Requests that wait at most; servers grant some hundred credits, and some thousands where asked. */
export const MAX_PENDING = 8_192;

/** Requests and responses of versions 2 and 3, paired by message id (MS-SMB2 §3.2.5.1.1). */
export class Version2 {
  readonly #emit: (call: CallDraft) => void;
  readonly #pending: PendingTable<number, Request>;
  readonly #shares = new OpenNames();
  readonly #files = new OpenNames();
  #dialect: string | undefined;
  /** What the command before, in the same compound, was about. */
  #before: Pick<Request, "share" | "file"> = { share: undefined, file: undefined };

  constructor(emit: (call: CallDraft) => void) {
    this.#emit = emit;
    this.#pending = new PendingTable(MAX_PENDING, (request) =>
      this.#end(request, undefined, { status: "unknown", gradeReasons: ["limitReached"] }),
    );
  }

  request(header: Header2, message: Uint8Array, passage: Passage): void {
    const { command, messageId, treeKey, isRelated, isSigned } = header;
    const subject = subject2(command, message);
    const request: Request = {
      version: 2,
      command,
      operation: command2Name(command) ?? "unknown",
      passage,
      messageId,
      subject,
      share: command === Command2.treeConnect ? subject.name : this.#shareOf(header),
      file: this.#fileOf(command, subject, isRelated),
      isSigned,
      isAsync: false,
    };
    this.#before = request;
    // A cancellation has the id of what it cancels, and no response (§3.2.4.24).
    if (command === Command2.cancel) this.#end(request, undefined, { status: "ok" });
    else this.#pending.put(messageId, request);
    if (command === Command2.treeConnect) this.#shares.forget(treeKey);
  }

  response(header: Header2, message: Uint8Array, passage: Passage, earlier?: Request): void {
    const { command, messageId, status } = header;
    const operation = command2Name(command) ?? "unknown";
    if (messageId === UNSOLICITED) {
      this.#emit(draftOf(undefined, undefined, operation, { status: "ok" }, passage));
      return;
    }
    if (status === STATUS_PENDING) {
      const waiting = this.#pending.find(messageId);
      if (waiting !== undefined) waiting.isAsync = true;
      return;
    }
    const request = this.#pending.take(messageId) ?? earlier;
    if (status === 0) this.#learn(header, message, request);
    const outcome = { status: statusOf(status), statusCode: ntStatusName(status) };
    if (request === undefined) {
      const attributes = { "weir.smb.message_id": String(messageId), ...this.#known() };
      this.#emit(draftOf(undefined, passage, operation, { ...outcome, attributes }));
    } else this.#end(request, passage, outcome);
  }

  close(reason: EndReason): void {
    for (const request of this.#pending.drain()) this.#end(request, undefined, unanswered(reason));
  }

  #end(request: Request, response: Passage | undefined, outcome: Parameters<typeof draftOf>[3]): void {
    this.#emit(draftOf(request, response, request.operation, { ...outcome, attributes: this.#known() }));
  }

  #known(): Record<string, string> {
    return this.#dialect === undefined ? {} : { "weir.smb.dialect": this.#dialect };
  }

  #shareOf({ treeKey, isRelated }: Header2): string | undefined {
    return this.#shares.find(treeKey) ?? (isRelated ? this.#before.share : undefined);
  }

  #fileOf(command: number, { name, fileId }: Subject, isRelated: boolean): string | undefined {
    if (command === Command2.create) return name;
    return isRelated && fileId === SAME_FILE ? this.#before.file : this.#files.find(fileId);
  }

  /** What a response tells about the names that follow. */
  #learn({ command, treeKey }: Header2, message: Uint8Array, request: Request | undefined): void {
    if (command === Command2.negotiate) this.#dialect = chosenDialect(message);
    if (request === undefined) return;
    if (command === Command2.treeConnect && request.share !== undefined) this.#shares.learn(treeKey, request.share);
    if (command === Command2.create && request.file !== undefined) {
      const fileId = openedFile(message);
      if (fileId !== undefined) this.#files.learn(fileId, request.file);
    }
    if (command === Command2.close && request.subject.fileId !== undefined) this.#files.forget(request.subject.fileId);
  }
}
