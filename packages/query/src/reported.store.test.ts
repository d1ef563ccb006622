import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  columnName,
  logRecord,
  type OtelTable,
  otelLogs,
  otelTraces,
  type RecordDefinition,
  spanRecord,
} from "@weir/model";
import { type Engine, Store, startEngine } from "@weir/storage";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownPredicate } from "./predicate.ts";
import { whereSql } from "./sql.ts";
import { filterOf, testEnvironments } from "./testing/check.ts";
import { anyFilterText } from "./testing/filters.ts";
import { anyReported } from "./testing/records.ts";

const childEntry = fileURLToPath(new URL("../../storage/src/engine/child.ts", import.meta.url));
const EMPTY = { text: "", word: "", uint8: 0, uint64: 0n, moment: 0n, attributes: {} } as const;

/** A row of OpenTelemetry's table from a record by the model's names; what the record does not have is empty. */
function rowOf(
  { columns }: OtelTable,
  { fields }: RecordDefinition,
  record: Readonly<Record<string, unknown>>,
): object {
  return Object.fromEntries(
    columns.map(({ name, type }) => {
      const field = fields.find((each) => columnName(each) === name);
      // The parts of what is nested have the same length.
      const beside = fields.find((each) => columnName(each).split(".")[0] === name.split(".")[0]);
      const absent: unknown = type.endsWith("[]")
        ? (record[beside?.name ?? ""] as readonly unknown[]).map(() => Reflect.get(EMPTY, type.slice(0, -2)))
        : Reflect.get(EMPTY, type);
      const value = field === undefined ? absent : record[field.name];
      return [name, type === "uint64" ? BigInt(value as number) : value];
    }),
  );
}

describe.each([
  { word: "span", definition: spanRecord, table: otelTraces, key: "SpanId", id: "spanId" },
  { word: "log", definition: logRecord, table: otelLogs, key: "SpanId", id: "spanId" },
] as const)("a filter of $word records in the store and in the program", ({ word, definition, table, key, id }) => {
  const dataDir = mkdtempSync(join(tmpdir(), "weir-query-"));
  const records = fc
    .sample(anyReported(definition), { numRuns: 60, seed: 5 })
    .map((record, index): Record<string, unknown> => ({ ...record, [id]: `id-${index}` }));
  let engine: Engine;
  let store: Store;

  beforeAll(async () => {
    engine = await startEngine({ dataDir, childEntry, nodeArguments: ["--import", "tsx"] });
    store = new Store(engine);
    await store.open();
    const rows = records.map((record) => rowOf(table, definition, record));
    await store.insertInto(table, rows, "rows");
  });

  afterAll(async () => {
    await store?.close();
    await engine?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("selects the same", async () => {
    await fc.assert(
      fc.asyncProperty(anyFilterText(testEnvironments[word], []), async (text) => {
        const filter = filterOf(text, testEnvironments[word]);
        const matches = ownPredicate(filter, word);
        const { where, params } = whereSql(filter, definition.table);
        const rows = await store.rows<{ id: string }>(
          `SELECT ${key} AS id FROM ${definition.table} WHERE ${where}`,
          params,
        );
        expect(rows.map((row) => row.id).sort()).toEqual(
          records
            .filter(matches)
            .map((record) => record[id])
            .sort(),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("knows attributes by their own names", async () => {
    const filter = filterOf(`${word}.attributes["http.request.method"] == "GET"`, testEnvironments[word]);
    const { where, params } = whereSql(filter, definition.table);
    const rows = await store.rows(`SELECT 1 FROM ${definition.table} WHERE ${where}`, params);
    expect(rows).toHaveLength(records.filter(ownPredicate(filter, word)).length);
    expect(rows.length).toBeGreaterThan(0);
  });
});
