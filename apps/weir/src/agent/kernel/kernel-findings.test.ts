import { DEFAULT_CONFIG } from "@weir/analysis";
import type { Capture, Connection } from "@weir/model";
import { describe, expect, it } from "vitest";
import type { LiveRecord } from "../messages.ts";
import { KernelFindings } from "./kernel-findings.ts";

const dropped = (report: "start" | "end"): LiveRecord => ({
  kind: "connection",
  report,
  record: {
    connectionId: "c",
    transport: "tcp",
    clientService: "web",
    serverService: "orders",
    serverPort: 80,
    startedAt: 0n,
    durationNs: 1e9,
    closeReason: "noAnswer",
    clientPackets: 3,
    serverPackets: 0,
    clientDrops: 3,
    serverDrops: 0,
    dropCauses: "firewall NETFILTER_DROP nft_do_chain",
    evidencePackets: [],
    gradeReasons: [],
    grade: "whole",
  } as unknown as Connection,
});
const kindsOf = (records: readonly LiveRecord[]) => records.map(({ kind }) => kind);

describe("findings of what the kernel told", () => {
  it("come when their time has come, once", () => {
    const findings = new KernelFindings("live", DEFAULT_CONFIG, () => [], 0);
    expect(kindsOf(findings.judged([dropped("start"), dropped("end")], 1_000))).toEqual(["connection", "connection"]);
    const [found, ...others] = findings.judged([], 300_000);
    expect(found).toMatchObject({ kind: "finding", record: { rule: "kernel.firewall", serverPort: 80 } });
    expect(others).toEqual([]);
    expect(findings.judged([], 600_000)).toEqual([]);
  });

  it("come before the record of the capture, which is the last", () => {
    const capture: LiveRecord = { kind: "capture", record: {} as Capture };
    const findings = new KernelFindings("live", DEFAULT_CONFIG, () => [], 0);
    expect(kindsOf(findings.judged([dropped("end"), capture], 1_000))).toEqual(["connection", "finding", "capture"]);
  });
});
