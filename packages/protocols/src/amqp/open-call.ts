import type { CallStatus, EndReason, GradeReason } from "@weir/model";
import type { MessageTexts } from "../common/messaging/message-texts.ts";
import { callOf, type Passage } from "../common/passage.ts";
import { unanswered } from "../common/unanswered.ts";
import type { SessionContext } from "../contract.ts";
import type { Method } from "./methods.ts";

/** A method that was sent, and may be waiting for what answers it. */
export interface OpenCall {
  readonly method: Method;
  readonly channel: number;
  readonly byServer: boolean;
  readonly target: string;
  /** Undefined where it was sent before the capture, or lost. */
  readonly request: Passage | undefined;
  /** Answers add to them. */
  readonly attributes: Record<string, string>;
  readonly message: MessageTexts;
  /** True where an answer may have passed in bytes that never came. */
  mayHaveMissed: boolean;
  /** True for a delivery to a consumer that was not seen, which perhaps need not acknowledge. */
  readonly mayNeedNoAnswer: boolean;
  /** Status that was told before the answer came, by a return, or by the code of a close. */
  told: { readonly status: CallStatus; readonly statusCode: string } | undefined;
}

/** What ends a call. */
export interface Outcome {
  readonly status: CallStatus;
  readonly statusCode?: string;
  readonly response?: Passage | undefined;
  /** What the response carries, where that is a message. */
  readonly message?: MessageTexts;
  readonly gradeReasons?: readonly GradeReason[];
}

export const OK: Outcome = { status: "ok" };

/** The call is over. */
export function finish(context: SessionContext, call: OpenCall, { response, message, ...outcome }: Outcome): void {
  if (call.request === undefined && response === undefined) return;
  const { method, target, request, attributes } = call;
  context.emit(
    callOf(request, response, {
      operation: method.name,
      target,
      ...outcome,
      ...call.told,
      attributes,
      ...call.message,
      ...(message === undefined
        ? {}
        : {
            responseHeaders: message.requestHeaders ?? [],
            responseBody: message.requestBody,
            bodyTruncated: message.bodyTruncated ?? false,
          }),
    }),
  );
}

/** The connection ended, or a limit was reached, before the call did. */
export function giveUp(context: SessionContext, call: OpenCall, reason: EndReason | "limit"): void {
  if (reason === "limit") finish(context, call, { status: "unknown", gradeReasons: ["limitReached"] });
  else if (call.mayHaveMissed) finish(context, call, { status: "unknown", gradeReasons: ["missingSegments"] });
  else if (call.mayNeedNoAnswer) finish(context, call, { status: "unknown", gradeReasons: ["midStreamStart"] });
  else finish(context, call, unanswered(reason));
}
