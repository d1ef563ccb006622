import { describe, expect, it } from "vitest";
import { at } from "../testing/records.ts";
import { type FailedConnect, FailedConnectsDetector } from "./failed-connects.ts";

const attempt = (changes: Partial<FailedConnect> = {}): FailedConnect => ({
  clientAddress: "10.0.0.5",
  serverAddress: "10.0.0.6",
  serverPort: 5432,
  processName: "orders",
  pid: 77,
  error: "EHOSTUNREACH",
  startedAt: at(1),
  endedAt: at(4),
  dropCauses: [],
  ...changes,
});

describe("kernel.connect-failed", () => {
  it("names the processes, what they were told, and why the kernel dropped their packets", () => {
    const detector = new FailedConnectsDetector();
    detector.failed(attempt());
    detector.failed(attempt({ error: undefined, pid: 78, dropCauses: ["firewall NETFILTER_DROP nft_do_chain"] }));
    const [finding, ...others] = detector.finish("capture");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ severity: "critical", startedAt: at(1), endedAt: at(4), serverPort: 5432 });
    expect(finding?.summary).toContain(
      "2 attempts of orders (77), orders (78) failed: 1 × EHOSTUNREACH, 1 × given up.",
    );
    expect(finding?.steps.at(-1)).toMatchObject({
      measured: "firewall NETFILTER_DROP nft_do_chain",
      outcome: "taken",
    });
  });

  it("says nothing where nothing failed", () => {
    expect(new FailedConnectsDetector().finish("capture")).toEqual([]);
  });
});
