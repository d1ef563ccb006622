import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentOrders, AgentSettings, Control, ControlRule } from "@weir/http-contract";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { publicKeyText, signControl } from "../../control/signature.ts";
import { AgentControl, type Doing } from "./agent-control.ts";
import { ControlFolder } from "./control-folder.ts";

const START_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const KEYS = generateKeyPairSync("ed25519");
const OTHER_KEYS = generateKeyPairSync("ed25519");

const EDGE = { clientService: "web", serverService: "orders" };

/** A rule from the test's beginning on, for so many minutes. */
const ruleOf = (minutes: number, ruleId = "r1"): ControlRule => ({
  ruleId,
  kind: "bodies",
  edge: EDGE,
  fromUnixMs: START_MS,
  untilUnixMs: START_MS + minutes * MINUTE_MS,
  by: "anna",
});

/** What a hub answers that offers this. */
function ordersOf(
  { version, config = {}, rules = [] }: { version: number; config?: AgentSettings; rules?: readonly ControlRule[] },
  keys = KEYS,
  hubUnixMs = Date.now(),
): AgentOrders {
  const control: Control = { version, issuedUnixMs: hubUnixMs, config: { agents: {}, ...config }, rules: [...rules] };
  return {
    hubUnixMs,
    publicKey: publicKeyText(keys.publicKey),
    control: signControl(control, keys.privateKey),
    requests: [],
  };
}

describe("an agent that follows its hub", () => {
  let folder: string;
  let changes: Doing[];
  const open = (hubKey?: string): AgentControl =>
    new AgentControl({
      folder: new ControlFolder(folder),
      agentId: "node-1",
      hubKey,
      check: ({ filter }) => (filter === "nonsense" ? "it does not compile" : undefined),
      changed: (doing) => void changes.push(doing),
      log: () => undefined,
    });
  const take = (control: AgentControl, orders: AgentOrders) => control.offer(orders, Date.now());

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "weir-control-"));
    changes = [];
    vi.useFakeTimers({ now: START_MS });
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  it("does what was signed, and what is said for it alone over what is said for all", () => {
    const control = open();
    const orders = ordersOf({ version: 1, config: { sampleOneOf: 4, bodies: false } });
    expect(take(control, orders)).toBe(true);
    expect(control.doing.settings).toEqual({ sampleOneOf: 4, bodies: false });
    expect(control.have).toBe(orders.control?.signature);
    expect(changes).toHaveLength(1);
  });

  it("takes nothing that is older than what it has, nor another of the same version", () => {
    const control = open();
    take(control, ordersOf({ version: 5, config: { sampleOneOf: 5 } }));
    expect(take(control, ordersOf({ version: 4, config: { sampleOneOf: 4 } }))).toBe(false);
    expect(take(control, ordersOf({ version: 5, config: { sampleOneOf: 6 } }))).toBe(false);
    expect(control.state).toMatchObject({
      version: 5,
      settings: { sampleOneOf: 5 },
      refused: { version: 5, why: "version 5 is not newer than 5, which this agent has" },
    });
    take(control, ordersOf({ version: 6 }));
    expect(control.state.refused).toBeUndefined();
  });

  it("takes nothing that was changed on the way, or that it does not understand", () => {
    const control = open();
    const orders = ordersOf({ version: 1, config: { sampleOneOf: 2 } });
    const payload = orders.control?.payload.replace(":2", ":1") ?? "";
    expect(take(control, { ...orders, control: { payload, signature: orders.control?.signature ?? "" } })).toBe(false);
    expect(control.state.refused?.why).toContain("signature");
    const newer = { version: 1, config: { invented: true } as AgentSettings };
    expect(take(control, ordersOf(newer))).toBe(false);
    expect(control.state.refused?.why).toContain("another form");
    expect(changes).toEqual([]);
  });

  it("trusts the first key from then on, through restarts, or the one that it is told", () => {
    take(open(), ordersOf({ version: 1, config: { sampleOneOf: 2 } }));
    const again = open();
    expect(take(again, ordersOf({ version: 9 }, OTHER_KEYS))).toBe(false);
    expect(again.state.refused?.why).toMatch(/shows the key \w{16}, and this agent trusts \w{16}/);
    const told = open(publicKeyText(OTHER_KEYS.publicKey));
    expect(told.doing.settings).toEqual({});
    expect(take(told, ordersOf({ version: 1, config: { sampleOneOf: 3 } }, OTHER_KEYS))).toBe(true);
    expect(() => open("bm8ga2V5")).toThrow(/no Ed25519 public key/);
  });

  it("is not ended by a key that is none, nor by a disk that takes nothing", () => {
    const control = open();
    expect(take(control, { ...ordersOf({ version: 1 }), publicKey: "bm8ga2V5" })).toBe(false);
    expect(control.state.refused?.why).toContain("no Ed25519 public key");
    rmSync(folder, { recursive: true });
    expect(take(control, ordersOf({ version: 1, config: { sampleOneOf: 2 } }))).toBe(false);
    expect(control.state).toMatchObject({ settings: {}, refused: { why: expect.stringContaining("cannot be kept") } });
    mkdirSync(folder);
  });

  it("goes on as before where it cannot do what it is told, and says why", () => {
    const control = open();
    take(control, ordersOf({ version: 1, config: { filter: "tcp" } }));
    expect(take(control, ordersOf({ version: 2, config: { filter: "nonsense" } }))).toBe(false);
    expect(control.state).toMatchObject({ version: 1, refused: { version: 2, why: "it does not compile" } });
    expect(open().doing.settings).toEqual({ filter: "tcp" });
  });

  it("ends a rule by itself, whether the hub is there or not", () => {
    const control = open();
    take(control, ordersOf({ version: 1, rules: [ruleOf(10)] }));
    expect(control.doing.rules).toHaveLength(1);
    vi.advanceTimersByTime(10 * MINUTE_MS - 1);
    expect(control.doing.rules).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(control.doing.rules).toEqual([]);
    expect(changes.at(-1)?.rules).toEqual([]);
  });

  it("ends it after a restart too, and does not begin again one that is over", () => {
    take(open(), ordersOf({ version: 1, rules: [ruleOf(10), ruleOf(1, "r2")] }));
    vi.setSystemTime(START_MS + 5 * MINUTE_MS);
    const again = open();
    expect(again.doing.rules.map(({ ruleId }) => ruleId)).toEqual(["r1"]);
    vi.advanceTimersByTime(5 * MINUTE_MS);
    expect(again.doing.rules).toEqual([]);
    expect(changes.at(-1)?.rules).toEqual([]);
  });

  it.each([
    ["is behind", -3_600_000],
    ["is ahead", 3_600_000],
  ])("ends it after its own time where its clock %s", (_, offsetMs) => {
    vi.setSystemTime(START_MS + offsetMs);
    const control = open();
    take(control, ordersOf({ version: 1, rules: [ruleOf(10)] }, KEYS, START_MS));
    vi.advanceTimersByTime(10 * MINUTE_MS - 1);
    expect(control.doing.rules).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(control.doing.rules).toEqual([]);
  });

  it("ends it no later than its length after it came, whatever the hub's clock shows", () => {
    const control = open();
    take(control, ordersOf({ version: 1, rules: [ruleOf(10)] }, KEYS, START_MS - 3_600_000));
    vi.advanceTimersByTime(10 * MINUTE_MS);
    expect(control.doing.rules).toEqual([]);
  });
});
