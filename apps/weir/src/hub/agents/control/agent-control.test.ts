import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ControlRule } from "@weir/http-contract";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { publicKeyOf, readControl } from "../../../control/signature.ts";
import { AgentControl, type ConfigFile } from "./agent-control.ts";

const START_MS = 1_800_000_000_000;
const EDGE = { serverService: "orders" };

describe("what a hub tells its agents", () => {
  let folder: string;
  let ended: ControlRule[];
  let changes: number;
  const opened: AgentControl[] = [];
  const open = (file?: ConfigFile): AgentControl => {
    const options = { folder, file, changed: () => (changes += 1), ended: (rule: ControlRule) => ended.push(rule) };
    const control = new AgentControl(options, Date.now());
    opened.push(control);
    return control;
  };
  const versionOf = (control: AgentControl) => control.view(Date.now()).version;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "weir-control-"));
    ended = [];
    changes = 0;
    vi.useFakeTimers({ now: START_MS });
  });
  afterEach(() => {
    for (const control of opened.splice(0)) control.close();
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  it("is signed with a key that it makes at its first start and keeps, for nobody else to read", () => {
    const { publicKey } = open();
    expect(open().publicKey).toBe(publicKey);
    expect(statSync(join(folder, "key.pem")).mode & 0o777).toBe(0o600);
  });

  it("is offered to whoever has another, and has a higher version after each change, through restarts", () => {
    const control = open();
    const first = control.offerTo("");
    expect(first && readControl(first, publicKeyOf(control.publicKey), undefined)).toMatchObject({ kind: "new" });
    expect(control.offerTo(first?.signature ?? "")).toBeUndefined();
    control.configure({ agents: {}, sampleOneOf: 2 }, Date.now());
    expect(control.offerTo(first?.signature ?? "")).toBeDefined();
    expect([versionOf(control), versionOf(open())]).toEqual([2, 2]);
    expect(open().view(Date.now()).config).toEqual({ agents: {}, sampleOneOf: 2 });
    expect(changes).toBe(1);
  });

  it("stands in a file where there is one: changed there, and nowhere else", () => {
    const file = { path: "agents.json", config: { agents: {}, bodies: true } };
    expect(versionOf(open(file))).toBe(2);
    const again = open(file);
    expect(versionOf(again)).toBe(2);
    expect(() => again.configure({ agents: {} }, Date.now())).toThrow(/stands in agents.json/);
    expect(versionOf(open({ ...file, config: { agents: {}, bodies: false } }))).toBe(3);
  });

  it("has rules that end by themselves, which is told once", () => {
    const control = open();
    const rule = control.addRule({ kind: "bodies", edge: EDGE, by: "anna" }, 10, Date.now());
    expect(rule).toMatchObject({ fromUnixMs: START_MS, untilUnixMs: START_MS + 600_000 });
    vi.advanceTimersByTime(599_000);
    expect(control.view(Date.now()).rules).toEqual([rule]);
    vi.advanceTimersByTime(2_000);
    expect(control.view(Date.now()).rules).toEqual([]);
    vi.advanceTimersByTime(10_000);
    expect(ended).toEqual([rule]);
  });

  it("tells of a rule that ended while the hub was away", () => {
    const before = open();
    before.addRule({ kind: "sampling", edge: EDGE, by: "anna" }, 1, Date.now());
    before.close();
    vi.setSystemTime(START_MS + 3_600_000);
    open();
    vi.advanceTimersByTime(1_000);
    expect(ended).toHaveLength(1);
  });

  it("ends a rule that somebody ends, and knows no other", () => {
    const control = open();
    const { ruleId } = control.addRule({ kind: "bodies", edge: EDGE, by: "anna" }, 10, Date.now());
    control.endRule(ruleId, Date.now());
    expect(control.view(Date.now()).rules).toEqual([]);
    expect(() => control.endRule(ruleId, Date.now())).toThrow(/rule/);
    expect(ended).toEqual([]);
  });

  it("is not forgotten by a damaged file: the hub does not start", () => {
    open();
    writeFileSync(join(folder, "control.json"), "{");
    expect(() => open()).toThrow(/cannot be read/);
    writeFileSync(join(folder, "key.pem"), readFileSync(join(folder, "control.json")));
    expect(() => open()).toThrow(/the key for agents/);
  });
});
