import { ensure, type Mark } from "@weir/base";
import type { CallStatus, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import type { Frame } from "./frame-reader.ts";

/** How a message passed: when, and how many bytes it was. */
export interface Passage {
  readonly first: Mark;
  readonly last: Mark;
  readonly bytes: number;
  /** True where bytes of it never came. */
  readonly hasGap: boolean;
}

/** The passage of one frame. */
export function passageOf({ first, last, length, hasGap }: Frame): Passage {
  return { first, last, bytes: length, hasGap };
}

/** Two passages as one, the second behind the first. */
export function joinPassages(first: Passage | undefined, second: Passage): Passage {
  if (first === undefined) return second;
  return {
    first: first.first,
    last: second.last,
    bytes: first.bytes + second.bytes,
    hasGap: first.hasGap || second.hasGap,
  };
}

/** What a call says beside when it was. */
export interface CallContent
  extends Pick<
    CallDraft,
    "requestHeaders" | "responseHeaders" | "requestBody" | "responseBody" | "bodyTruncated" | "traceparent"
  > {
  readonly operation: string;
  readonly target: string;
  readonly status: CallStatus;
  readonly statusCode?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly gradeReasons?: readonly GradeReason[];
}

/**
 * The call of a request and its response, of which one (not both) may not have been seen. A response alone is graded as one whose request came before the
 * capture.
 */
export function callOf(request: Passage | undefined, response: Passage | undefined, content: CallContent): CallDraft {
  const known = ensure(request ?? response, "a call without a message");
  const reasons = new Set<GradeReason>(content.gradeReasons);
  if (request === undefined) reasons.add("midStreamStart");
  if (request?.hasGap === true || response?.hasGap === true) reasons.add("missingSegments");
  return {
    ...content,
    statusCode: content.statusCode ?? "",
    requestFirst: known.first,
    requestLast: request?.last ?? known.first,
    responseFirst: response?.first,
    responseLast: response?.last,
    requestBytes: request?.bytes ?? 0,
    responseBytes: response?.bytes ?? 0,
    gradeReasons: [...reasons],
  };
}

/** Attributes without those that are not known. */
export function present(all: Readonly<Record<string, string | number | boolean | undefined>>): Record<string, string> {
  const known: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined) known[name] = String(value);
  return known;
}
