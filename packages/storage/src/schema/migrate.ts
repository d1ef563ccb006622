import { WeirError } from "@weir/base";
import type { SqlSession } from "../session.ts";
import { addColumn, createTable } from "./ddl.ts";
import { localName, type StoreLayout } from "./layout.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { type Migration, statementsOf, tablesOf } from "./migrations/migration.ts";
import type { Table } from "./table.ts";

/** Which migrations a store has had. A row is written after the last statement of its migration. */
const schemaMigrations: Table = {
  name: "schema_migrations",
  columns: [
    { name: "number", type: "UInt32" },
    { name: "name", type: "String" },
    { name: "applied_at", type: "DateTime64(3, 'UTC')", expression: "DEFAULT now64(3)" },
  ],
  family: "ReplacingMergeTree",
  orderBy: "number",
  shardBy: "everyHost",
};

/**
 * Brings a store to today's schema: the migrations that it has not had, in order, then the columns of fields that are new. Safe to repeat and to interrupt after any
 * statement. Columns that the model no longer has stay. A store that a newer Weir has written is refused before anything is changed.
 */
export async function migrate(
  session: SqlSession,
  layout: StoreLayout,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  for (const statement of createTable(schemaMigrations, layout)) await session.command(statement);
  const applied = await appliedMigrations(session);
  refuseUnknown(applied, migrations);
  for (const migration of migrations) {
    if (!applied.has(migration.number)) await apply(session, layout, migration);
  }
  await addNewColumns(session, layout, tablesOf(migrations));
}

async function appliedMigrations(session: SqlSession): Promise<ReadonlyMap<number, string>> {
  const rows = await session.rows<{ number: number; name: string }>(
    `SELECT number, name FROM ${schemaMigrations.name} ORDER BY number, applied_at`,
    {},
  );
  return new Map(rows.map(({ number, name }) => [number, name]));
}

/** A migration that is not ours may have changed what rows mean: better not to write into such a store than to guess. */
function refuseUnknown(applied: ReadonlyMap<number, string>, migrations: readonly Migration[]): void {
  const own = new Map(migrations.map(({ number, name }) => [number, name]));
  for (const [number, name] of applied) {
    if (own.get(number) === name) continue;
    throw new WeirError(
      "STORAGE_INCOMPATIBLE",
      own.has(number)
        ? `the store was written by another line of Weir: its schema step ${number} is "${name}", here it is "${own.get(number)}"`
        : `the store was written by a newer Weir: its schema is at step ${Math.max(...applied.keys())}, this version knows ${migrations.length}`,
      "Start the newer version again, or give this one a store of its own with --data DIR; a schema is never taken back",
    );
  }
}

async function apply(session: SqlSession, layout: StoreLayout, migration: Migration): Promise<void> {
  for (const operation of migration.operations) {
    for (const statement of statementsOf(operation, layout)) await session.command(statement);
  }
  await session.command(
    `INSERT INTO ${schemaMigrations.name} (number, name) VALUES (${migration.number}, '${migration.name}')`,
  );
}

async function addNewColumns(session: SqlSession, layout: StoreLayout, tables: readonly Table[]): Promise<void> {
  const rows = await session.rows<{ table: string; name: string }>(
    "SELECT table, name FROM system.columns WHERE database = currentDatabase()",
    {},
  );
  const present = new Set(rows.map(({ table, name }) => `${table} ${name}`));
  for (const table of tables) {
    for (const column of table.columns) {
      if (present.has(`${localName(table, layout)} ${column.name}`)) continue;
      for (const statement of addColumn(table, column, layout)) await session.command(statement);
    }
  }
}
