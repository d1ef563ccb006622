import type { CallStatus } from "@weir/model";
import { isRecord, memberOf, parseBeginning, stringOf } from "../common/json/parse-beginning.ts";

/** What an answer says of errors (GraphQL specification §7.1). */
export interface GraphqlErrors {
  readonly count: number;
  readonly code: string | undefined;
  /** Field at which the first error arose. */
  readonly path: string | undefined;
  readonly status: CallStatus;
}

/** `extensions.code` of errors that the client made: what Apollo, Yoga and others have agreed on. */
const CLIENT_CODES =
  /^(?:GRAPHQL_(?:PARSE|VALIDATION)_FAILED|BAD_(?:USER_INPUT|REQUEST)|PERSISTED_QUERY_NOT_(?:FOUND|SUPPORTED)|OPERATION_RESOLUTION_FAILURE|UNAUTHENTICATED|FORBIDDEN|NOT_FOUND|UNAUTHORIZED|VALIDATION_ERROR|RATE_LIMITED)$/i;
const MAX_PATH_PARTS = 8;

/** Errors in an answer, of a batch in all of them; undefined where there are none in what was kept. */
export function errorsOf(body: string | undefined): GraphqlErrors | undefined {
  if (body?.includes('"errors"') !== true) return undefined;
  const answer = parseBeginning(body);
  const answers = Array.isArray(answer) ? answer : [answer];
  const failed = answers.filter((each) => listOf(each).length > 0);
  const errors = failed.flatMap(listOf);
  if (errors.length === 0) return undefined;
  const code = errors.map((error) => stringOf(memberOf(memberOf(error, "extensions"), "code"))).find((known) => known);
  // Without an entry `data` nothing was executed: the request was not understood (§7.1.2).
  const isUnderstood = failed.some((each) => isRecord(each) && Object.hasOwn(each, "data"));
  const isClientError = code === undefined ? !isUnderstood : CLIENT_CODES.test(code);
  return {
    count: errors.length,
    code,
    path: pathOf(errors[0]),
    status: isClientError ? "clientError" : "serverError",
  };
}

function listOf(answer: unknown): readonly unknown[] {
  const errors = memberOf(answer, "errors");
  return Array.isArray(errors) ? errors : [];
}

function pathOf(error: unknown): string | undefined {
  const path = memberOf(error, "path");
  return Array.isArray(path) ? path.slice(0, MAX_PATH_PARTS).map(String).join(".") : undefined;
}
