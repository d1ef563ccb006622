import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Translations } from "./translations.ts";

const LINE =
  "ipv4     2 tcp      6 431999 ESTABLISHED src=10.1.0.5 dst=10.96.0.10 sport=40000 dport=80 src=10.1.0.6 dst=10.1.0.5 sport=8080 dport=40000 [ASSURED] mark=0 use=2\n";
const ends = {
  connectionId: "c",
  transport: "tcp",
  clientAddress: "10.1.0.5",
  clientPort: 40_000,
  serverAddress: "10.96.0.10",
  serverPort: 80,
} as const;

describe("who answers for a Service's address", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-conntrack-"));
  const table = join(folder, "nf_conntrack");
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is in the kernel's table, and stays known when it has left it", () => {
    let nowMs = 0;
    writeFileSync(table, LINE);
    const translations = new Translations(table, () => nowMs);
    expect(translations.find(ends)).toBe("10.1.0.6");
    writeFileSync(table, "");
    nowMs = 1_000;
    expect(translations.find(ends)).toBe("10.1.0.6");
    translations.forget("c");
    expect(translations.find({ ...ends, clientPort: 40_001 })).toBeUndefined();
    expect(translations.find(ends)).toBeUndefined();
  });

  it("is looked up no more often than it may cost", () => {
    let nowMs = 0;
    writeFileSync(table, "");
    const translations = new Translations(table, () => nowMs);
    writeFileSync(table, LINE);
    expect(translations.find(ends)).toBeUndefined();
    nowMs = 200;
    expect(translations.find(ends)).toBe("10.1.0.6");
  });

  it("is not known where there is no table, and that is said", () => {
    const { ability } = new Translations(join(folder, "nothing"));
    expect(ability).toEqual({ has: false, why: expect.stringContaining("CONFIG_NF_CONNTRACK_PROCFS") });
  });
});
