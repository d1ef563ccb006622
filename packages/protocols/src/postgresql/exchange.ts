import type { Mark } from "@weir/base";
import type { GradeReason } from "@weir/model";
import type { Frame } from "../common/frame-reader.ts";
import type { SqlStatement } from "../common/sql/query.ts";
import type { Notice } from "./errors.ts";

/** Messages that a call can be named after; in the extended protocol the latest of a group does it. */
export type AskingMessage =
  | "StartupMessage"
  | "SSLRequest"
  | "GSSENCRequest"
  | "CancelRequest"
  | "Query"
  | "FunctionCall"
  | "Sync"
  | "Close"
  | "Describe"
  | "Bind"
  | "Parse"
  | "Execute"
  | "unknown";

/** A statement that was prepared, with the traceparent that it was prepared with. */
export interface Prepared {
  readonly name: string;
  readonly statement: SqlStatement | undefined;
  readonly traceparent: string | undefined;
}

/** One request with what was answered to it so far; of a Query with several statements, the one that is being answered. */
export class Exchange {
  message: AskingMessage;
  readonly requestFirst: Mark;
  requestLast: Mark;
  requestBytes = 0;
  responseFirst: Mark | undefined;
  responseLast: Mark | undefined;
  responseBytes = 0;
  /** Statements of a Query, in order; the one of an extended query. */
  statements: readonly SqlStatement[] = [];
  statementIndex = 0;
  statementName = "";
  traceparent: string | undefined;
  /** Messages that the server has not answered. */
  waiting = 0;
  /** The client has sent all that belongs to it. */
  isClosed = false;
  isEmitted = false;
  /** CommandComplete came; ReadyForQuery, or the next statement's answer, is to follow. */
  isComplete = false;
  /** Not executed: an error before it in the pipeline. */
  isAborted = false;
  isSuspended = false;
  rows = 0;
  columns: readonly string[] = [];
  tag = "";
  error: Notice | undefined;
  notices = 0;
  transaction = "";
  copy: "in" | "out" | "both" | undefined;
  copyBytes = 0;
  /** Answer to SSLRequest; method of authentication. */
  answer = "";
  readonly reasons = new Set<GradeReason>();

  constructor(message: AskingMessage, first: Mark) {
    this.message = message;
    this.requestFirst = first;
    this.requestLast = first;
  }

  /** A message of the client belongs to it. */
  asked({ length, last, hasGap }: Frame): void {
    this.requestBytes += length;
    if (this.responseFirst === undefined) this.requestLast = last;
    if (hasGap) this.reasons.add("missingSegments");
  }

  /** A message of the server belongs to it. */
  answered({ length, first, last, hasGap }: Frame): void {
    this.responseFirst ??= first;
    this.responseLast = last;
    this.responseBytes += length;
    if (hasGap) this.reasons.add("missingSegments");
  }

  /** Goes on with the next statement of the same Query. Its request was counted with the first. */
  nextStatement(): void {
    this.statementIndex += 1;
    this.requestBytes = 0;
    this.responseFirst = undefined;
    this.responseLast = undefined;
    this.responseBytes = 0;
    this.isComplete = false;
    this.rows = 0;
    this.columns = [];
    this.tag = "";
    this.notices = 0;
    this.copy = undefined;
    this.copyBytes = 0;
  }
}
