import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { TranslationEvents } from "./translation-events.ts";
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

const NO_EVENTS = new Error("the kernel refuses them");

describe("who answers for a Service's address", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-conntrack-"));
  const table = join(folder, "nf_conntrack");
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is in the kernel's table, and stays known when it has left it", () => {
    let nowMs = 0;
    writeFileSync(table, LINE);
    const translations = new Translations(table, NO_EVENTS, () => nowMs);
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
    const translations = new Translations(table, NO_EVENTS, () => nowMs);
    writeFileSync(table, LINE);
    expect(translations.find(ends)).toBeUndefined();
    nowMs = 200;
    expect(translations.find(ends)).toBe("10.1.0.6");
  });

  it("is not known where there is no table, and that is said", () => {
    const { ability } = new Translations(join(folder, "nothing"), NO_EVENTS);
    expect(ability).toEqual({ has: false, why: expect.stringContaining("CONFIG_NF_CONNTRACK_PROCFS") });
  });

  it("is known from the moment that the kernel tells it, for half a minute after its end and until its ends are used again", () => {
    let nowMs = 0;
    const datagrams: Uint8Array[] = [];
    const source = {
      overruns: 0,
      read: (take: (datagram: Uint8Array) => void) => datagrams.splice(0).forEach(take),
      close: () => undefined,
    };
    const events = new TranslationEvents(source, () => nowMs);
    const translations = new Translations(join(folder, "nothing"), events, () => nowMs);
    expect(translations.ability.has).toBe(true);
    datagrams.push(message("begins"));
    expect(translations.find(ends)).toBe("10.1.0.6");
    translations.forget("c");
    datagrams.push(message("ends"));
    nowMs = 1_000;
    expect(translations.find({ ...ends, clientPort: 1 })).toBeUndefined();
    expect(translations.find(ends)).toBe("10.1.0.6");
    translations.forget("c");
    nowMs = 40_000;
    expect(translations.find({ ...ends, clientPort: 1 })).toBeUndefined();
    expect(translations.find(ends)).toBeUndefined();
    translations.close();
  });
});

/** The kernel's message that the translation above begins or ends. */
function message(kind: "begins" | "ends"): Uint8Array {
  const bytes = (...values: readonly number[]) => Uint8Array.from(values);
  const attribute = (type: number, ...values: readonly Uint8Array[]): Uint8Array => {
    const value = values.flatMap((each) => [...each]);
    const padding = Array.from({ length: -value.length & 3 }, () => 0);
    return bytes(value.length + 4, 0, type & 0xff, type >> 8, ...value, ...padding);
  };
  const tuple = (type: number, from: readonly number[], to: readonly number[], fromPort: number, toPort: number) =>
    attribute(
      0x8000 | type,
      attribute(0x8001, attribute(1, bytes(...from)), attribute(2, bytes(...to))),
      attribute(
        0x8002,
        attribute(1, bytes(6)),
        attribute(2, bytes(fromPort >> 8, fromPort & 0xff)),
        attribute(3, bytes(toPort >> 8, toPort & 0xff)),
      ),
    );
  const [client, service, pod] = [
    [10, 1, 0, 5],
    [10, 96, 0, 10],
    [10, 1, 0, 6],
  ] as const;
  const tuples = [...tuple(1, client, service, 40_000, 80), ...tuple(2, pod, client, 8_080, 40_000)];
  const type = kind === "begins" ? 0 : 2;
  return bytes(20 + tuples.length, 0, 0, 0, type, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, ...tuples);
}
