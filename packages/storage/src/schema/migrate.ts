import type { ClickHouseClient } from "@clickhouse/client";
import { RECORDS, type RecordDefinition, snakeCase } from "@weir/model";
import { columnType } from "./columns.ts";
import { createTables } from "./tables.ts";

/**
 * Brings the store to the model: makes tables that are missing and adds columns for fields that are new. Additive and safe to repeat or interrupt.
 * Columns that the model no longer has stay; they belong to an older or newer Weir.
 */
export async function migrate(client: ClickHouseClient): Promise<void> {
  for (const statement of createTables()) await client.command({ query: statement });
  for (const definition of RECORDS) await addNewColumns(client, definition);
}

async function addNewColumns(client: ClickHouseClient, definition: RecordDefinition): Promise<void> {
  const result = await client.query({
    query: "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String}",
    query_params: { table: definition.table },
    format: "JSONEachRow",
  });
  const present = new Set((await result.json<{ name: string }>()).map(({ name }) => name));
  for (const field of definition.fields) {
    const column = snakeCase(field.name);
    if (present.has(column)) continue;
    await client.command({
      query: `ALTER TABLE ${definition.table} ADD COLUMN IF NOT EXISTS ${column} ${columnType(field)}`,
    });
  }
}
