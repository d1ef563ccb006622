import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkAgentConfig } from "./agent-config.ts";
import { isOfEdge } from "./rules.ts";
import { settingsOf } from "./settings.ts";
import { keyIdOf, publicKeyOf, publicKeyText, readControl, signControl } from "./signature.ts";

describe("a configuration of agents", () => {
  const check = (json: unknown) => checkAgentConfig(json, "agents.json");

  it("may be empty: everything is as the agents were started", () => {
    expect(check({})).toEqual({ agents: {} });
  });

  it.each([
    [{ sampleOneof: 2 }, 'there is no "sampleOneof"', 'Did you mean "sampleOneOf"?'],
    [{ agents: { web: { bodes: true } } }, 'agents.web: there is no "bodes"', 'Did you mean "bodies"?'],
    [{ masking: { header: ["x"] } }, 'masking: there is no "header"', 'Did you mean "headers"?'],
    [{ sampleOneOf: 0 }, "sampleOneOf: Too small", "docs/agents.md"],
    [{ snapBytes: 63 }, "snapBytes: Too small", "docs/agents.md"],
    [[], "Invalid input", "docs/agents.md"],
  ])("is refused with the place and what was meant: %j", (json, message, hint) => {
    expect(() => check(json)).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    );
  });

  it("names abilities that there are", () => {
    expect(() => check({ abilities: { kernelDrop: false } })).toThrow(
      expect.objectContaining({ hint: 'Did you mean "kernelDrops"?' }),
    );
    expect(check({ abilities: { kernelDrops: false } }).abilities).toEqual({ kernelDrops: false });
  });
});

describe("what one agent shall do", () => {
  const config = checkAgentConfig(
    {
      sampleOneOf: 10,
      abilities: { kernelDrops: true, tlsPlaintext: false },
      masking: { headers: ["x-card"] },
      agents: {
        "node-1": { bodies: true, abilities: { tlsPlaintext: true }, masking: { patterns: ["\\d{16}"] } },
        constructor: { sampleOneOf: 1 },
      },
    },
    "agents.json",
  );

  it("is what all do, where nothing else is said for it", () => {
    expect(settingsOf(config, "node-2")).toMatchObject({ sampleOneOf: 10, abilities: { tlsPlaintext: false } });
    expect(settingsOf(config, "toString")).toMatchObject({ sampleOneOf: 10 });
  });

  it("is otherwise where it is named; masking only grows", () => {
    expect(settingsOf(config, "node-1")).toEqual({
      sampleOneOf: 10,
      bodies: true,
      abilities: { kernelDrops: true, tlsPlaintext: true },
      masking: { headers: ["x-card"], attributes: [], patterns: ["\\d{16}"] },
    });
    expect(settingsOf(config, "constructor")).toMatchObject({ sampleOneOf: 1 });
  });
});

describe("an edge", () => {
  const ends = {
    clientAddress: "10.0.0.1",
    clientService: "web",
    serverAddress: "10.0.0.2",
    serverService: "orders",
    serverPort: 80,
  };

  it.each([
    [{ clientService: "web", serverService: "orders", serverPort: 80 }, true],
    [{ serverService: "10.0.0.2" }, true],
    [{ clientService: "10.0.0.1" }, true],
    [{ clientService: "orders", serverService: "web" }, false],
    [{ serverService: "orders", serverPort: 443 }, false],
    [{ clientService: "10.0.0.2" }, false],
  ])("is told by its services or addresses, and the port: %j", (edge, is) => {
    expect(isOfEdge(ends, edge)).toBe(is);
  });
});

describe("a signed configuration", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const control = { version: 3, issuedUnixMs: 1, config: { agents: {} }, rules: [] };
  const signed = signControl(control, privateKey);

  it("is read by whoever has the public key, which goes as text", () => {
    const key = publicKeyOf(publicKeyText(publicKey));
    expect(readControl(signed, key, undefined)).toEqual({ kind: "new", control });
    expect(readControl(signed, key, signed)).toEqual({ kind: "same" });
    expect(keyIdOf(publicKeyText(publicKey))).toMatch(/^[0-9a-f]{16}$/);
  });

  it("is refused where one byte of it, or the key, is another", () => {
    const other = generateKeyPairSync("ed25519").publicKey;
    const changed = { ...signed, payload: signed.payload.replace("3", "4") };
    expect(readControl(changed, publicKey, undefined).kind).toBe("refused");
    expect(readControl(signed, other, undefined).kind).toBe("refused");
    expect(readControl({ ...signed, signature: "" }, publicKey, undefined).kind).toBe("refused");
  });

  it("is refused where it is none of ours, though the key signed it", () => {
    const strange = signControl({ ...control, version: 0 }, privateKey);
    expect(readControl(strange, publicKey, undefined)).toMatchObject({ kind: "refused" });
  });
});
