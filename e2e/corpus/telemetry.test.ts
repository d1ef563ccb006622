import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type OtlpSignal, readOtlp, readZipkin } from "@weir/receive";
import { describe, expect, it } from "vitest";
import { corpusFolder } from "./corpus.ts";

const folder = join(corpusFolder, "telemetry");

/** Files of one kind of telemetry below a folder of the corpus. */
function files(kind: string, ending: string): string[] {
  if (!existsSync(join(folder, kind))) {
    if (process.env["CI"]) throw new Error(`the corpus is missing at ${folder}: in CI it must be there`);
    return [];
  }
  return readdirSync(join(folder, kind), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(ending));
}

describe("telemetry that other programs recorded", () => {
  it.each(files("otlp", ".json"))("OTLP: every item of %s becomes a row", (name) => {
    const body = readFileSync(join(folder, "otlp", name));
    const [signal, items] = itemsOf(JSON.parse(body.toString()));
    const read = readOtlp(signal, "json", body);
    if (read.kind !== "received") throw new Error(read.reason);
    const rows = read.tables.reduce((sum, table) => sum + table.rows.length, 0);
    const rejected = read.rejections.reduce((sum, rejection) => sum + rejection.items, 0);
    expect(rows + rejected).toBe(items);
    expect(read.rejections).toEqual([]);
  });

  it.each(files("zipkin", ".json"))("Zipkin: every span of %s becomes a row", (name) => {
    const recorded = JSON.parse(readFileSync(join(folder, "zipkin", name), "utf8")) as object;
    // One of the files is a single span.
    const spans = Array.isArray(recorded) ? recorded : [recorded];
    const read = readZipkin("json", Buffer.from(JSON.stringify(spans)));
    if (read.kind !== "received") throw new Error(read.reason);
    expect(read.rejections).toEqual([]);
    expect(read.tables[0]?.rows).toHaveLength(spans.length);
  });
});

/** Which signal a request is of, and how many items it has: counted without knowing the schema. */
function itemsOf(request: object): [OtlpSignal, number] {
  const count = (value: unknown, key: string): number => {
    if (typeof value !== "object" || value === null) return 0;
    return Object.entries(value).reduce(
      (sum, [name, inner]) => sum + (name === key ? (inner as unknown[]).length : count(inner, key)),
      0,
    );
  };
  if ("resourceSpans" in request) return ["traces", count(request, "spans")];
  return "resourceLogs" in request ? ["logs", count(request, "logRecords")] : ["metrics", count(request, "dataPoints")];
}
