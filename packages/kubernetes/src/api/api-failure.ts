/** HTTP statuses that mean something to a watcher. */
export const HttpStatus = { unauthorized: 401, forbidden: 403, gone: 410, tooManyRequests: 429 } as const;

/** The API server did not give what was asked: it refused, broke off or could not be reached. */
export class ApiFailure extends Error {
  /** HTTP status, or code of an ERROR event; absent where there was no answer. */
  readonly status: number | undefined;
  /** What the server asks us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, status?: number, retryAfterMs?: number, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiFailure";
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** True where the version that was asked for is too old: only a new list helps. */
  get isGone(): boolean {
    return this.status === HttpStatus.gone;
  }
}

/** Milliseconds of a Retry-After header (RFC 9110, section 10.2.3); only seconds, as API servers write them. */
export function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : undefined;
}
