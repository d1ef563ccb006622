import { randomBytes } from "node:crypto";
import type { Caller } from "./rights.ts";

/** How long a browser stays signed in. */
export const SESSION_MS = 12 * 3_600_000;
/** Browsers that are signed in at once; the one that signed in first is signed out beyond it. */
const MAX_SESSIONS = 10_000;

interface Entry {
  readonly caller: Caller;
  readonly untilMs: number;
}

/** Browsers that signed in. Kept in memory: a hub that starts again asks for the token again. */
export class Sessions {
  readonly #byId = new Map<string, Entry>();

  /** A new session; its id is a secret, for a cookie. */
  open(caller: Caller, nowMs: number): string {
    const id = randomBytes(32).toString("base64url");
    this.#byId.set(id, { caller, untilMs: nowMs + SESSION_MS });
    if (this.#byId.size > MAX_SESSIONS) {
      const [oldest] = this.#byId.keys();
      if (oldest !== undefined) this.#byId.delete(oldest);
    }
    return id;
  }

  callerOf(id: string, nowMs: number): Caller | undefined {
    const entry = this.#byId.get(id);
    if (entry === undefined) return undefined;
    if (entry.untilMs > nowMs) return entry.caller;
    this.#byId.delete(id);
    return undefined;
  }

  close(id: string): void {
    this.#byId.delete(id);
  }
}
