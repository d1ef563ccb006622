import { WeirError, type WeirErrorCode } from "@weir/base";
import type { Problem } from "@weir/http-contract";
import type { FilterProblem, QuestionProblem } from "@weir/query";
import { ZodError } from "zod";
import { TooManyRequests } from "./doors/caller-limits.ts";

/** Statuses that failures are answered with. */
type ProblemStatus = 400 | 401 | 403 | 404 | 413 | 429 | 500 | 503 | 507;

const STATUS_BY_CODE: Readonly<Partial<Record<WeirErrorCode, ProblemStatus>>> = {
  NOT_FOUND: 404,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  IDENTITY_PROVIDER_UNREACHABLE: 503,
  LIMIT_REACHED: 413,
  BUSY: 429,
  STORAGE_UNREACHABLE: 503,
  AGENT_SILENT: 503,
  STORAGE_FULL: 507,
  STORAGE_OVERLOADED: 503,
  FILTER_INVALID: 400,
  USAGE: 400,
  CAPTURE_EMPTY: 400,
  NOT_A_CAPTURE: 400,
};

/** A filter or a question that does not check, on its way to the answer. */
export class FilterError extends Error {
  readonly problem: FilterProblem | QuestionProblem;

  constructor(problem: FilterProblem | QuestionProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** What a failed request is answered with. Our own bugs say so and nothing else; their stack goes to the log. */
export function answerOf(error: unknown): {
  readonly status: ProblemStatus;
  readonly problem: Problem;
  /** When to come back, for those who asked too much. */
  readonly retryAfterSeconds?: number;
} {
  if (error instanceof FilterError) {
    const { message, position, suggestion } = error.problem;
    return {
      status: 400,
      problem: {
        code: "FILTER_INVALID",
        message,
        hint: "GET /api/filter/fields lists all names",
        position,
        ...(suggestion === undefined ? {} : { suggestion }),
        ...("part" in error.problem ? { part: error.problem.part } : {}),
      },
    };
  }
  if (error instanceof WeirError) {
    return {
      status: STATUS_BY_CODE[error.code] ?? 500,
      problem: { code: error.code, message: error.message, hint: error.hint },
      ...(error instanceof TooManyRequests && { retryAfterSeconds: error.retryAfterSeconds }),
    };
  }
  if (error instanceof ZodError) {
    const hint = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
    return { status: 400, problem: { code: "USAGE", message: "the request has the wrong form", hint } };
  }
  return {
    status: 500,
    problem: { code: "BUG", message: "this is a bug in weir", hint: "The hub's log has the details; please report it" },
  };
}
