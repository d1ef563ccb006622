/**
 * Three kinds of trouble, never mixed (docs/decisions/0004-errors.md):
 * our bug throws from {@link assert}; their bytes are values and are counted; the world's failures are {@link WeirError}.
 */

/** What the world can do to us. Each code maps to one exit code and one HTTP status, in the apps. */
export type WeirErrorCode =
  | "USAGE"
  | "FILE_NOT_FOUND"
  | "FILE_UNREADABLE"
  | "NOT_A_CAPTURE"
  | "CAPTURE_EMPTY"
  | "CAPTURE_UNAVAILABLE"
  | "COMPRESSION_BROKEN"
  | "FILTER_INVALID"
  | "CONFIG_INVALID"
  | "STORAGE_UNREACHABLE"
  | "STORAGE_FULL"
  | "STORAGE_OVERLOADED"
  | "STORAGE_LOCKED"
  | "STORAGE_INCOMPATIBLE"
  | "ENGINE_MISSING"
  | "HUB_UNREACHABLE"
  | "AGENT_SILENT"
  | "LIMIT_REACHED"
  | "BUSY"
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "RATE_LIMITED"
  | "IDENTITY_PROVIDER_UNREACHABLE"
  | "NOT_FOUND"
  | "PORT_IN_USE";

/** A failure of the world: what happened, where, and what to do about it. Shown to people in one line. */
export class WeirError extends Error {
  readonly code: WeirErrorCode;
  /** What to do next, as a sentence. */
  readonly hint: string;

  constructor(code: WeirErrorCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "WeirError";
    this.code = code;
    this.hint = hint;
  }
}

/** Stops on our own bug: something that cannot be true if the program is right. Never used for input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Weir bug: ${message}`);
}

/** The value, or a stop on our own bug where it is missing. */
export function ensure<T>(value: T | undefined | null, message: string): T {
  assert(value !== undefined && value !== null, message);
  return value;
}

/** Closes an exhaustive `switch`: a forgotten case does not compile. */
export function assertNever(value: never): never {
  throw new Error(`Weir bug: unhandled case ${String(value)}`);
}
