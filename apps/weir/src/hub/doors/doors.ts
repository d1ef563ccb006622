import { WeirError } from "@weir/base";
import type { Right } from "@weir/http-contract";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { Access } from "./access-file.ts";
import type { AuditLog } from "./audit-log.ts";
import { refuseForeignPages } from "./browser-guard.ts";
import { CallerGate, type CallerLimits, DEFAULT_CALLER_LIMITS } from "./caller-limits.ts";
import { Certificates, certificateOf } from "./certificates.ts";
import { Oidc } from "./oidc.ts";
import { type Caller, LOCAL_CALLER } from "./rights.ts";
import { Sessions } from "./sessions.ts";
import { Tokens } from "./tokens.ts";

export const SESSION_COOKIE = "weir_session";

export interface DoorsOptions {
  /** Who may do what; absent where everybody who reaches the hub may do everything. */
  readonly access: Access | undefined;
  /** Address that the hub listens on. */
  readonly host: string;
  readonly hasTls: boolean;
  readonly limits?: CallerLimits;
}

/** Decides who asks, and whether they may. */
export class Doors {
  readonly #host: string;
  readonly #tokens: Tokens;
  readonly #certificates: Certificates;
  readonly #oidc: Oidc | undefined;
  readonly #isOpen: boolean;
  readonly #gate: CallerGate;
  readonly sessions = new Sessions();
  readonly hasTls: boolean;

  private constructor({ access, host, hasTls, limits = DEFAULT_CALLER_LIMITS }: DoorsOptions, oidc: Oidc | undefined) {
    this.#host = host;
    this.hasTls = hasTls;
    this.#isOpen = access === undefined;
    this.#tokens = new Tokens(access?.tokens ?? []);
    this.#certificates = new Certificates(access?.certificates ?? []);
    this.#oidc = oidc;
    this.#gate = new CallerGate(limits);
  }

  /** Fails where the identity provider cannot be asked. */
  static async make(options: DoorsOptions): Promise<Doors> {
    const oidc = options.access?.oidc;
    return new Doors(options, oidc === undefined ? undefined : await Oidc.discover(oidc));
  }

  /** Runs a request if its caller has the right, beside those that it may make at once where its answer is held back; else UNAUTHENTICATED, FORBIDDEN or RATE_LIMITED. */
  async admit<T>(context: Context, right: Right, work: (caller: Caller) => Promise<T>, isHeld = false): Promise<T> {
    refuseForeignPages(context, this.#host);
    const caller = await this.callerOf(context);
    if (!caller.rights.has(right))
      throw new WeirError(
        "FORBIDDEN",
        `${caller.name} has no right to ${RIGHT_WORDS[right]}`,
        "Ask whoever keeps the access file",
      );
    const key = this.#isOpen ? addressOf(context) : caller.name;
    if (!isHeld) return this.#gate.within(key, () => work(caller));
    await this.#gate.count(key);
    return work(caller);
  }

  /** Runs a request that everybody may make, within the limits of its address. */
  async withoutAsking<T>(context: Context, work: () => Promise<T>): Promise<T> {
    refuseForeignPages(context, this.#host);
    return this.#gate.within(addressOf(context), work);
  }

  /** Who asks. Throws UNAUTHENTICATED where that is not known. */
  async callerOf(context: Context): Promise<Caller> {
    const token = bearerOf(context);
    if (token !== undefined && !this.#isOpen) return this.callerOfToken(addressOf(context), token);
    const known = await this.knownCaller(context);
    if (known !== undefined) return known;
    throw unauthenticated("this hub asks who you are");
  }

  /** Who asks, where that is known; a wrong token is nobody's. */
  async knownCaller(context: Context): Promise<Caller | undefined> {
    if (this.#isOpen) return LOCAL_CALLER;
    const token = bearerOf(context);
    if (token !== undefined) return this.callerOfToken(addressOf(context), token).catch(unlessUnauthenticated);
    const session = getCookie(context, SESSION_COOKIE);
    const signedIn = session === undefined ? undefined : this.sessions.callerOf(session, Date.now());
    if (signedIn !== undefined) return signedIn;
    const certificate = certificateOf(context);
    return certificate && this.#certificates.callerOf(certificate, Date.now());
  }

  /**
   * Lets a sender of telemetry in, by what stands in its `authorization`: those who may send records or change something. Throws UNAUTHENTICATED, FORBIDDEN, or RATE_LIMITED where its address tried
   * too many wrong tokens.
   */
  async admitSender(authorization: string | undefined, address: string): Promise<void> {
    if (this.#isOpen) return;
    const token = tokenOf(authorization ?? "");
    if (token === undefined) throw unauthenticated("this hub asks who sends");
    const { name, rights } = await this.callerOfToken(address, token);
    if (rights.has("ingest") || rights.has("write")) return;
    throw new WeirError(
      "FORBIDDEN",
      `${name} has no right to ${RIGHT_WORDS.ingest}`,
      "Take a token of the role agent or editor",
    );
  }

  /** Whose token it is. `address`: whose limit of wrong tokens counts. Throws UNAUTHENTICATED where it is nobody's, RATE_LIMITED where its sender tried too many. */
  async callerOfToken(address: string, token: string): Promise<Caller> {
    if (this.#isOpen) return LOCAL_CALLER;
    const own = this.#tokens.callerOf(token, Date.now());
    if (own !== undefined) return own;
    // Whoever has a right token is let in, even from an address from which somebody guesses.
    await this.#gate.refuseGuesser(address);
    const known = await this.#oidc?.callerOf(token);
    if (known !== undefined) return known;
    await this.#gate.noteFailure(address);
    throw unauthenticated("the token is not known, or has expired");
  }

  /** Writes down that a known caller had no right to what it asked for. */
  async noteRefusal(context: Context, audit: AuditLog, address: string): Promise<void> {
    const caller = await this.knownCaller(context);
    if (caller === undefined || this.#isOpen) return;
    const subject = `${context.req.method} ${context.req.path}`;
    await audit.note({ caller: caller.name, address, action: "refused", subject });
  }
}

function unauthenticated(message: string): WeirError {
  return new WeirError("UNAUTHENTICATED", message, "Send `Authorization: Bearer TOKEN`, or sign in in the console");
}

function unlessUnauthenticated(error: unknown): undefined {
  if (error instanceof WeirError && error.code === "UNAUTHENTICATED") return undefined;
  throw error;
}

const RIGHT_WORDS: Readonly<Record<Right, string>> = {
  read: "read",
  readPayloads: "read payloads",
  write: "change anything",
  ingest: "send anything",
  administer: "administer the hub",
};

/** The token in a header: `Bearer TOKEN`; for senders that know only names and passwords also the password of `Basic`, or the key of Elasticsearch's `ApiKey` (id and key, like a password). */
function tokenOf(authorization: string): string | undefined {
  const [, scheme = "", value = ""] = /^(\w+) +(\S+) *$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === "bearer") return value;
  if (!["basic", "apikey"].includes(scheme.toLowerCase())) return undefined;
  const pair = Buffer.from(value, "base64").toString();
  return pair.includes(":") ? pair.slice(pair.indexOf(":") + 1) : undefined;
}

function bearerOf(context: Context): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(context.req.header("authorization") ?? "")?.[1];
}

/** Address of the other end, as the socket tells it: headers can say anything. */
export function addressOf({ env }: Context): string {
  const { incoming } = (env ?? {}) as { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? "unknown";
}
