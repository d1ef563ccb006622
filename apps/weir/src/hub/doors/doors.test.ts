import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CallerGate } from "./caller-limits.ts";
import { checkDoor } from "./door-check.ts";
import { Oidc } from "./oidc.ts";
import { Sessions } from "./sessions.ts";
import { newToken, Tokens } from "./tokens.ts";

describe("a hub's door", () => {
  const door = { what: "the hub", host: "0.0.0.0", hasTls: true, hasAccess: true, insecure: false };

  it("opens for its own host without anything", () => {
    for (const host of ["127.0.0.1", "::1", "localhost"])
      expect(() =>
        checkDoor({ what: "the hub", host, hasTls: false, hasAccess: false, insecure: false }),
      ).not.toThrow();
  });

  it("opens for others with TLS and authentication, or when told so in so many words", () => {
    expect(() => checkDoor(door)).not.toThrow();
    expect(() => checkDoor({ ...door, hasTls: false, hasAccess: false, insecure: true })).not.toThrow();
  });

  it("stays shut without one of them, and says which", () => {
    expect(() => checkDoor({ ...door, hasTls: false })).toThrow("without TLS");
    expect(() => checkDoor({ ...door, hasAccess: false })).toThrow("without authentication");
  });
});

describe("a token", () => {
  const { token, sha256 } = newToken();
  const tokens = new Tokens([
    { name: "anna", role: "editor", sha256, payloads: false, expires: "2030-01-01T00:00:00Z" },
  ]);
  const before = Date.parse("2029-12-31T00:00:00Z");

  it("tells whose it is and what they may do; payloads are a right of their own", () => {
    expect(tokens.callerOf(token, before)).toEqual({ name: "anna", rights: new Set(["read", "write"]) });
  });

  it("tells nothing when it is another, or has expired", () => {
    expect(tokens.callerOf(newToken().token, before)).toBeUndefined();
    expect(tokens.callerOf("", before)).toBeUndefined();
    expect(tokens.callerOf(token, Date.parse("2030-01-01T00:00:00Z"))).toBeUndefined();
  });
});

describe("a browser's session", () => {
  it("ends by itself, and when it is closed", () => {
    const sessions = new Sessions();
    const caller = { name: "anna", rights: new Set<never>() };
    const id = sessions.open(caller, 0);
    expect(sessions.callerOf(id, 1)).toBe(caller);
    expect(sessions.callerOf(id, 13 * 3_600_000)).toBeUndefined();
    const other = sessions.open(caller, 0);
    sessions.close(other);
    expect(sessions.callerOf(other, 1)).toBeUndefined();
  });
});

describe("limits of a caller", () => {
  it("refuse the request that is one too many, and no one else's", async () => {
    const gate = new CallerGate({ requestsPerMinute: 2, atOnce: 8, failedSignInsPerMinute: 1 });
    const work = async () => "done";
    await gate.within("anna", work);
    await gate.within("anna", work);
    await expect(gate.within("anna", work)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    await expect(gate.within("ci", work)).resolves.toBe("done");
  });

  it("refuse more at once than agreed, and take the next when one is done", async () => {
    const gate = new CallerGate({ requestsPerMinute: 100, atOnce: 1, failedSignInsPerMinute: 1 });
    let finish = (): void => undefined;
    const first = gate.within("anna", () => new Promise<void>((resolve) => (finish = resolve)));
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    await expect(gate.within("anna", async () => undefined)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    finish();
    await first;
    await expect(gate.within("anna", async () => "done")).resolves.toBe("done");
  });

  it("stop whoever tries one token after the other", async () => {
    const gate = new CallerGate({ requestsPerMinute: 100, atOnce: 1, failedSignInsPerMinute: 2 });
    await gate.noteFailure("10.0.0.1");
    await expect(gate.refuseGuesser("10.0.0.1")).resolves.toBeUndefined();
    await gate.noteFailure("10.0.0.1");
    await expect(gate.refuseGuesser("10.0.0.1")).rejects.toMatchObject({ code: "RATE_LIMITED" });
    await expect(gate.refuseGuesser("10.0.0.2")).resolves.toBeUndefined();
  });
});

describe("a token of an identity provider", () => {
  let provider: Server;
  let issuer = "";
  let sign: (claims: Record<string, unknown>, audience?: string) => Promise<string>;

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "RS256" };
    provider = createServer(({ url }, answer) => {
      const body = url === "/keys" ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/keys` };
      answer.setHeader("content-type", "application/json").end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
    issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    sign = (claims, audience = "weir") =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid: "one" })
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime("1h")
        .sign(privateKey);
  });
  afterAll(() => void provider.close());

  const access = () => ({
    issuer,
    audience: "weir",
    roleClaim: "groups",
    roles: { sre: "editor" as const },
    payloads: ["sre"],
  });

  it("gives the strongest role of its claim, and payloads where the access file says so", async () => {
    const oidc = await Oidc.discover(access());
    expect(await oidc.callerOf(await sign({ email: "anna@shop.example", groups: ["viewer", "sre"] }))).toEqual({
      name: "anna@shop.example",
      rights: new Set(["read", "write", "readPayloads"]),
    });
  });

  it("gives nothing for another audience, without a role, or when it is not signed by the provider", async () => {
    const oidc = await Oidc.discover(access());
    expect(await oidc.callerOf(await sign({ groups: "sre" }, "other"))).toBeUndefined();
    expect(await oidc.callerOf(await sign({ groups: "guests" }))).toBeUndefined();
    const { privateKey } = await generateKeyPair("RS256");
    const forged = await new SignJWT({ groups: "sre" })
      .setProtectedHeader({ alg: "RS256", kid: "one" })
      .setIssuer(issuer)
      .setAudience("weir")
      .sign(privateKey);
    expect(await oidc.callerOf(forged)).toBeUndefined();
    expect(await oidc.callerOf("no token at all")).toBeUndefined();
  });

  it("needs a provider that can be asked", async () => {
    await expect(Oidc.discover({ ...access(), issuer: "http://127.0.0.1:1" })).rejects.toMatchObject({
      code: "IDENTITY_PROVIDER_UNREACHABLE",
    });
  });
});
