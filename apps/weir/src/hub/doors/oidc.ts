import { WeirError } from "@weir/base";
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import type { OidcAccess } from "./access-file.ts";
import { type Caller, callerOf, ROLES, type Role } from "./rights.ts";

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url() });
const DISCOVERY_TIMEOUT_MS = 10_000;
/** From weak to strong: who has several roles has the strongest. */
const STRENGTH: readonly Role[] = ["agent", "viewer", "editor", "admin"];

/** Knows callers by tokens of an OpenID Connect provider (OpenID Connect Core 1.0): a JWT for this audience, signed with a key that the provider publishes. */
export class Oidc {
  readonly #access: OidcAccess;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;

  private constructor(access: OidcAccess, keysUrl: string) {
    this.#access = access;
    this.#keys = createRemoteJWKSet(new URL(keysUrl));
  }

  /** Asks the provider where its keys are (OpenID Connect Discovery 1.0, section 4). */
  static async discover(access: OidcAccess): Promise<Oidc> {
    const url = `${access.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS) }).catch((cause: Error) => {
      throw unreachable(url, cause.message, cause);
    });
    if (!answer.ok) throw unreachable(url, `it answers ${answer.status}`);
    const found = discoverySchema.safeParse(await answer.json().catch(() => undefined));
    if (!found.success) throw unreachable(url, "its answer is no OpenID configuration");
    return new Oidc(access, found.data.jwks_uri);
  }

  /** Who a JWT speaks of; undefined where it is not valid for this hub, or gives no role. */
  async callerOf(token: string): Promise<Caller | undefined> {
    const { issuer, audience } = this.#access;
    try {
      const { payload } = await jwtVerify(token, this.#keys, { issuer, audience });
      return this.#callerOfClaims(payload);
    } catch (error) {
      // A token that is not valid is no failure of ours; a provider that cannot be asked is.
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) return undefined;
      throw unreachable(issuer, (error as Error).message, error);
    }
  }

  #callerOfClaims(claims: JWTPayload): Caller | undefined {
    const { roleClaim, roles, payloads } = this.#access;
    const said = [claims[roleClaim]].flat().filter((value) => typeof value === "string");
    const role = said
      .map((value) => roles[value] ?? ROLES.find((known) => known === value))
      .filter((known) => known !== undefined)
      .sort((a, b) => STRENGTH.indexOf(b) - STRENGTH.indexOf(a))[0];
    if (role === undefined) return undefined;
    const name = String(claims["email"] ?? claims["preferred_username"] ?? claims.sub ?? "unnamed");
    return callerOf(
      name,
      role,
      said.some((value) => payloads.includes(value)),
    );
  }
}

function unreachable(url: string, why: string, cause?: unknown): WeirError {
  return new WeirError(
    "IDENTITY_PROVIDER_UNREACHABLE",
    `the identity provider ${url} cannot be asked: ${why}`,
    "Check `oidc.issuer` in the access file, and the way to it",
    {
      cause,
    },
  );
}
