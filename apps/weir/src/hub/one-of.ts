import type { RecordDefinition } from "@weir/model";
import { notFound, type Store } from "@weir/storage";
import type { Context } from "hono";

/** The record that a path's parameter names. NOT_FOUND where there is none. */
export async function oneOf(
  store: Store,
  context: Context,
  definition: RecordDefinition,
  parameter: string,
  column: string,
): Promise<Record<string, unknown>> {
  const id = context.req.param(parameter) ?? "";
  const row = await store.byId(definition, column, id);
  if (row === undefined) throw notFound(definition.name, id);
  return row;
}
