import type { CallStatus, EndReason, GradeReason } from "@weir/model";
import type { MessageTexts } from "../common/messaging/message-texts.ts";
import { callOf, type Passage } from "../common/passage.ts";
import { unanswered } from "../common/unanswered.ts";
import type { SessionContext } from "../contract.ts";

/** What was sent, and may be waiting for what answers it. */
export interface OpenCall {
  readonly operation: string;
  target: string;
  readonly request: Passage | undefined;
  /** Answers add to them. */
  readonly attributes: Record<string, string>;
  readonly message: MessageTexts;
  /** True where an answer may have passed in bytes that never came. */
  mayHaveMissed: boolean;
  /** True where something before the capture would say more. */
  readonly isOfUnseen: boolean;
}

/** What ends a call. */
export interface Outcome {
  readonly status: CallStatus;
  readonly statusCode?: string;
  readonly response?: Passage | undefined;
  readonly gradeReasons?: readonly GradeReason[];
}

export const OK: Outcome = { status: "ok" };

/** The call is over. */
export function finish(context: SessionContext, call: OpenCall, { response, ...outcome }: Outcome): void {
  if (call.request === undefined && response === undefined) return;
  const { operation, target, request, attributes, message, isOfUnseen } = call;
  const reasons: readonly GradeReason[] = isOfUnseen ? ["midStreamStart"] : [];
  context.emit(
    callOf(request, response, {
      operation,
      target,
      ...outcome,
      attributes,
      ...message,
      gradeReasons: [...reasons, ...(outcome.gradeReasons ?? [])],
    }),
  );
}

/** The connection ended, or a limit was reached, before the call did. */
export function giveUp(context: SessionContext, call: OpenCall, reason: EndReason | "limit"): void {
  if (reason === "limit") finish(context, call, { status: "unknown", gradeReasons: ["limitReached"] });
  else if (call.mayHaveMissed) finish(context, call, { status: "unknown", gradeReasons: ["missingSegments"] });
  else finish(context, call, unanswered(reason));
}
