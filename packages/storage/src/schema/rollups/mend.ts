import type { SqlSession } from "../../session.ts";
import { quoted } from "../ddl.ts";
import { localName, onCluster } from "../layout.ts";
import type { OpenSchema } from "../open.ts";
import { EDGE_ROLLUPS } from "./edges.ts";
import type { Rollup } from "./rollup.ts";

/**
 * Makes the rollups of a capture what its rows say, where they are not: the engine commits a batch to a table before it commits it to the rollup, and a crash may fall between
 * the two. Called when all batches of the capture are acknowledged; compares two numbers where nothing happened.
 */
export async function mendRollups(session: SqlSession, schema: OpenSchema, captureId: string): Promise<void> {
  for (const rollup of EDGE_ROLLUPS) {
    if (!(await isWhole(session, rollup, captureId))) await rebuild(session, schema, rollup, captureId);
  }
}

async function isWhole(session: SqlSession, { source, table, measures }: Rollup, captureId: string): Promise<boolean> {
  const [counts] = await session.rows<{ rows: number; summed: number }>(
    `SELECT (SELECT count() FROM ${source.name} WHERE capture_id = {captureId:String}) AS rows,
      (SELECT sum(${measures[0]?.name}) FROM ${table.name} WHERE capture_id = {captureId:String}) AS summed`,
    { captureId },
  );
  return counts?.rows === counts?.summed;
}

async function rebuild(
  session: SqlSession,
  schema: OpenSchema,
  { table, source, view }: Rollup,
  captureId: string,
): Promise<void> {
  const own = { captureId };
  const { layout } = schema;
  await schema.tell(
    `ALTER TABLE ${localName(table, layout)}${onCluster(layout)} DELETE WHERE capture_id = {captureId:String} SETTINGS mutations_sync = 2`,
    own,
  );
  const columns = table.columns.map(({ name }) => quoted(name)).join(", ");
  const rows = `(SELECT * FROM ${source.name} WHERE capture_id = {captureId:String}) AS rows`;
  await session.command(
    `INSERT INTO ${table.name} (${columns})\nSELECT ${columns} FROM (\n${view.select(rows)}\n)\nSETTINGS insert_deduplicate = 0`,
    own,
  );
}
