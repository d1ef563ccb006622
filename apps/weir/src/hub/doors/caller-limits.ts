import { WeirError } from "@weir/base";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/** What one caller may ask of the hub. */
export interface CallerLimits {
  readonly requestsPerMinute: number;
  readonly atOnce: number;
  /** Tries to sign in that fail, per minute and address. */
  readonly failedSignInsPerMinute: number;
}

export const DEFAULT_CALLER_LIMITS: CallerLimits = { requestsPerMinute: 6000, atOnce: 64, failedSignInsPerMinute: 30 };

/** Keeps callers within their limits. Who is beyond them is told when to come back. */
export class CallerGate {
  readonly #rate: RateLimiterMemory;
  readonly #failures: RateLimiterMemory;
  readonly #atOnce: number;
  readonly #running = new Map<string, number>();

  constructor({ requestsPerMinute, atOnce, failedSignInsPerMinute }: CallerLimits) {
    this.#rate = new RateLimiterMemory({ points: requestsPerMinute, duration: 60 });
    this.#failures = new RateLimiterMemory({ points: failedSignInsPerMinute, duration: 60 });
    this.#atOnce = atOnce;
  }

  /** Runs a request of a caller, unless that is one too many. */
  async within<T>(caller: string, work: () => Promise<T>): Promise<T> {
    await this.count(caller);
    const running = this.#running.get(caller) ?? 0;
    if (running >= this.#atOnce) throw new TooManyRequests("too many requests at once", 1);
    this.#running.set(caller, running + 1);
    try {
      return await work();
    } finally {
      const left = (this.#running.get(caller) ?? 1) - 1;
      if (left === 0) this.#running.delete(caller);
      else this.#running.set(caller, left);
    }
  }

  /** Counts a request of a caller, unless that is one too many in a minute. */
  async count(caller: string): Promise<void> {
    await consume(this.#rate, caller, "too many requests");
  }

  /** Stops who tries one token after the other. */
  async refuseGuesser(address: string): Promise<void> {
    const spent = await this.#failures.get(address);
    if (spent !== null && spent.remainingPoints <= 0)
      throw new TooManyRequests("too many tries with a wrong token", Math.ceil(spent.msBeforeNext / 1000));
  }

  /** A token was wrong. */
  async noteFailure(address: string): Promise<void> {
    await this.#failures.penalty(address);
  }
}

/** A caller asks for more than its share; answered with 429. */
export class TooManyRequests extends WeirError {
  readonly retryAfterSeconds: number;

  constructor(what: string, retryAfterSeconds: number) {
    super("RATE_LIMITED", what, `Try again in ${retryAfterSeconds} s`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

async function consume(limiter: RateLimiterMemory, key: string, what: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (error instanceof RateLimiterRes) throw new TooManyRequests(what, Math.ceil(error.msBeforeNext / 1000));
    throw error;
  }
}
