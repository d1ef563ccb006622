import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FlowRecord } from "@weir/model";
import { FlowReader } from "@weir/receive";
import { describe, expect, it } from "vitest";
import { corpusFolder } from "./corpus.ts";

const folder = join(corpusFolder, "telemetry/flow-datagram");
const telegraf = join(folder, "telegraf/plugins/inputs/netflow/testcases");
const logstash = join(folder, "logstash-codec-netflow/spec/codecs");
const NOW = 1_700_000_000_000_000_000n;

function namesIn(path: string): string[] {
  if (existsSync(path)) return readdirSync(path).sort();
  if (process.env["CI"]) throw new Error(`the corpus is missing at ${path}: in CI it must be there`);
  return [];
}

/** One line for each flow, with what both programs name alike. */
function lineOf(
  flow: Pick<FlowRecord, "sourceAddress" | "destinationAddress" | "sourcePort" | "destinationPort" | "countedBytes">,
): string {
  const { sourceAddress, sourcePort, destinationAddress, destinationPort, countedBytes } = flow;
  return `${sourceAddress}:${sourcePort} ${destinationAddress}:${destinationPort} ${countedBytes} bytes`;
}

/** Telegraf's reading of the same datagrams, in InfluxDB's line protocol. */
function telegrafLines(name: string): string[] {
  const flows = readFileSync(join(telegraf, name, "expected.out"), "utf8").split("\n");
  return flows.flatMap((line) => {
    const text = (field: string) => new RegExp(`[ ,]${field}="([^"]*)"`).exec(line)?.[1];
    const number = (field: string) => Number(new RegExp(`[ ,]${field}=(\\d+)u`).exec(line)?.[1] ?? 0);
    const [sourceAddress, destinationAddress] = [text("src"), text("dst")];
    if (!line.startsWith("netflow,") || sourceAddress === undefined || destinationAddress === undefined) return [];
    const ports = { sourcePort: number("src_port"), destinationPort: number("dst_port") };
    return [lineOf({ sourceAddress, destinationAddress, ...ports, countedBytes: number("in_bytes") })];
  });
}

describe("flow datagrams that devices sent", () => {
  it.each(namesIn(telegraf))("%s: the same flows as Telegraf reads", (name) => {
    const reader = new FlowReader();
    const flows = namesIn(join(telegraf, name))
      .filter((file) => file.endsWith(".bin"))
      .flatMap((file) => {
        const read = reader.read(readFileSync(join(telegraf, name, file)), "127.0.0.1", NOW);
        if (read.kind === "malformed") throw new Error(read.reason);
        return read.tables.flatMap(({ rows }) => rows as FlowRecord[]);
      });
    expect(flows.map(lineOf).sort()).toEqual(telegrafLines(name).sort());
  });

  it("all others are read or counted, whatever order templates and data come in", () => {
    const reader = new FlowReader();
    const files = namesIn(logstash).filter((name) => name.endsWith(".dat"));
    // Templates have "tpl" in their names and devices their own ids: twice, so that every description comes before its data once.
    const counts = { flows: 0, rejected: 0 };
    for (const name of [...files, ...files]) {
      const read = reader.read(readFileSync(join(logstash, name)), name.replace(/_(tpl|data|opttpl).*/, ""), NOW);
      if (read.kind === "malformed") continue;
      for (const { rows } of read.tables) {
        counts.flows += rows.length;
        for (const row of rows as FlowRecord[]) expect(row.countedBytes).toBeGreaterThanOrEqual(0);
      }
      counts.rejected += read.rejections.reduce((sum, { items }) => sum + items, 0);
    }
    if (files.length > 0) expect(counts.flows).toBeGreaterThan(100);
  });
});
