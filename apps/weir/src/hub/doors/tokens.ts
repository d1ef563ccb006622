import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { AccessToken } from "./access-file.ts";
import { type Caller, callerOf } from "./rights.ts";

/** Random bytes of a token: as many as cannot be guessed, so that a plain hash of it is enough (no salt, no slow function). */
const TOKEN_BYTES = 32;
/** Marks the token as Weir's, for scanners of leaked secrets. */
const PREFIX = "weir_";

/** A new token. It is shown once; its hash goes into the access file. */
export function newToken(): { readonly token: string; readonly sha256: string } {
  const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString("base64url")}`;
  return { token, sha256: hashOf(token).toString("hex") };
}

/** Knows callers by their tokens. */
export class Tokens {
  readonly #known: readonly { readonly hash: Buffer; readonly entry: AccessToken }[];

  constructor(entries: readonly AccessToken[]) {
    this.#known = entries.map((entry) => ({ hash: Buffer.from(entry.sha256, "hex"), entry }));
  }

  /** Whose token it is; undefined where it is nobody's, or not valid any more. */
  callerOf(token: string, nowMs: number): Caller | undefined {
    const hash = hashOf(token);
    const found = this.#known.find((known) => timingSafeEqual(known.hash, hash))?.entry;
    if (found === undefined) return undefined;
    if (found.expires !== undefined && Date.parse(found.expires) <= nowMs) return undefined;
    return callerOf(found.name, found.role, found.payloads);
  }
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
