import type { Mark } from "@weir/base";
import type { GradeReason } from "@weir/model";
import type { Frame } from "../common/frame-reader.ts";
import type { SqlStatement } from "../common/sql/query.ts";
import { Answer } from "./answer.ts";
import type { AnswerKind } from "./commands.ts";
import { sequenceOf } from "./wire.ts";

/** A statement that was prepared. */
export interface Prepared {
  readonly statement: SqlStatement | undefined;
  readonly traceparent: string | undefined;
}

/** One command, or the login, with what was answered to it so far. */
export class Exchange {
  /** COM_QUERY …, or Handshake, SSLRequest. */
  readonly name: string;
  readonly kind: AnswerKind;
  readonly answer: Answer;
  requestFirst: Mark;
  requestLast: Mark;
  requestBytes = 0;
  responseFirst: Mark | undefined;
  responseLast: Mark | undefined;
  responseBytes = 0;
  statement: SqlStatement | undefined;
  traceparent: string | undefined;
  statementId: number | undefined;
  /** Database of a COM_INIT_DB and its like. */
  schema = "";
  /** Number that the next packet of the answer has. */
  nextSequence = 1;
  /** The server began it. */
  isServers = false;
  readonly reasons = new Set<GradeReason>();

  constructor(name: string, kind: AnswerKind, capabilities: number | undefined, first: Mark) {
    this.name = name;
    this.kind = kind;
    this.answer = new Answer(kind, capabilities);
    this.requestFirst = first;
    this.requestLast = first;
  }

  /** A packet of the client belongs to it. */
  asked({ length, last, hasGap }: Frame): void {
    this.requestBytes += length;
    if (this.responseFirst === undefined) this.requestLast = last;
    if (hasGap) this.reasons.add("missingSegments");
  }

  /** A packet of the server belongs to it; true where it was the last. */
  answered({ bytes, length, first, last, hasGap }: Frame, payloadBytes: number): boolean {
    this.responseBytes += length;
    if (hasGap) this.reasons.add("missingSegments");
    this.nextSequence = (sequenceOf(bytes) + 1) & 0xff;
    const isLast = this.answer.packet(bytes, payloadBytes);
    // The server's leave to send a file is not yet its answer.
    if (this.answer.wantsFile && this.responseFirst === undefined && !isLast) return false;
    this.responseFirst ??= first;
    this.responseLast = last;
    return isLast;
  }
}
