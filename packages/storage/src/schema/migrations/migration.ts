import { addColumns, createTable, createView, fillFromViews, modifySettings } from "../ddl.ts";
import type { StoreLayout } from "../layout.ts";
import type { MaterializedView, Table } from "../table.ts";

/**
 * One step of a migration. A table is made as it is described today: fields that came after the migration are in a new store from the beginning, and in an older one
 * added by every start. Each is safe to repeat, as a start may be interrupted after any statement.
 */
export type Operation =
  | { readonly kind: "createTable"; readonly table: Table }
  /** Gives a table that may be there already its settings as they are described today. */
  | { readonly kind: "modifySettings"; readonly table: Table }
  | { readonly kind: "createView"; readonly view: MaterializedView }
  /** Gives a table that a Collector may have made the columns that it lacks: for views that read them. */
  | { readonly kind: "addColumns"; readonly table: Table }
  /** Empties a table and fills it with what its views make of the rows that are there; stands before the views are made. */
  | { readonly kind: "fillFromViews"; readonly table: Table; readonly views: readonly MaterializedView[] };

/** A change of the store that new columns alone cannot express. Once released it is never edited; what it got wrong is mended by a later one. */
export interface Migration {
  /** 1 for the first; consecutive. */
  readonly number: number;
  /** A word or two, kept in `schema_migrations`. */
  readonly name: string;
  readonly operations: readonly Operation[];
}

/** What an operation says to the server, or to each host. */
export function statementsOf(operation: Operation, layout: StoreLayout): string[] {
  switch (operation.kind) {
    case "createTable":
      return createTable(operation.table, layout);
    case "modifySettings":
      return [modifySettings(operation.table, layout)];
    case "createView":
      return [createView(operation.view, layout)];
    case "addColumns":
      return addColumns(operation.table, layout);
    case "fillFromViews":
      return fillFromViews(operation.table, operation.views, layout);
    default:
      return operation satisfies never;
  }
}

/** All tables that migrations make. */
export function tablesOf(migrations: readonly Migration[]): Table[] {
  return migrations.flatMap(({ operations }) =>
    operations.flatMap((operation) => (operation.kind === "createTable" ? [operation.table] : [])),
  );
}
