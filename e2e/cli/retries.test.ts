import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { recordings, records, run } from "./weir-read.ts";

describe("calls that are tried again", () => {
  const { stdout } = run([join(recordings, "orders.pcap.gz"), "--names", join(recordings, "names.json"), "--json"]);
  const all = records(stdout);
  const ofKind = (kind: string) => all.filter((record) => record["kind"] === kind);

  it("are known for what they are: orders tries payments twice, without waiting (demo/README.md)", () => {
    const retries = ofKind("retry");
    expect(retries).toHaveLength(20);
    for (const retry of retries) {
      expect(retry).toMatchObject({
        clientService: "orders",
        serverService: "payments",
        attempts: 2,
        evidence: "requestId",
      });
      const [first, second] = retry["callIds"] as string[];
      const attempt = ofKind("call").find(({ callId }) => callId === second);
      expect(attempt).toMatchObject({ attempt: 2, firstAttemptId: first });
    }
    expect(ofKind("finding")).toContainEqual(
      expect.objectContaining({ rule: "call.retries", serverService: "payments" }),
    );
  });

  it("show the client's time-out: the gateway gives orders two seconds", () => {
    const finding = ofKind("finding").find(({ rule }) => rule === "call.client-timeout");
    expect(finding?.["title"]).toBe("gateway → orders:8080: gateway gives up after 2.00 s");
  });

  it("stand on the page with their waits", () => {
    const page = run([join(recordings, "orders.pcap.gz")]).stdout;
    expect(page).toContain("CALLS TRIED AGAIN (10 of 20)");
  });
});
