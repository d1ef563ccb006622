import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session, type SqlSession } from "../session.ts";
import { startTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { tablesOf } from "./migrations/migration.ts";

const single = { kind: "single" } as const;
/** The statements of the last Weir whose stores had no versions; never edited. */
const WITHOUT_VERSIONS = readFileSync(new URL("testing/store-without-versions.sql", import.meta.url), "utf8");

class Killed extends Error {}

/** A session that breaks off before its statement number `limit`, as a killed process does. */
function breakingOff(session: SqlSession, limit: number): SqlSession {
  let statements = 0;
  return {
    rows: (query, params) => session.rows(query, params),
    async command(statement) {
      if (statements === limit) throw new Killed();
      statements += 1;
      await session.command(statement);
    },
  };
}

describe("a store on its way to today's schema", () => {
  let test: TestEngine;
  const sessions: Session[] = [];

  /** A database of its own, empty. */
  async function emptyStore(name: string): Promise<Session> {
    const server = new Session(test.engine);
    sessions.push(server);
    await server.command(`CREATE DATABASE ${name}`);
    const session = new Session({ ...test.engine, database: name });
    sessions.push(session);
    return session;
  }

  beforeAll(async () => {
    test = await startTestEngine();
  });

  afterAll(async () => {
    for (const session of sessions) await session.close();
    await test.stop();
  });

  it("starts empty, and migrating again changes nothing", async () => {
    const session = await emptyStore("fresh");
    await migrate(session, single);
    const made = await columnsOfStore(session);
    await migrate(session, single);
    expect(await columnsOfStore(session)).toEqual(made);
    expect(await session.rows("SELECT number, name FROM schema_migrations ORDER BY number", {})).toEqual(
      MIGRATIONS.map(({ number, name }) => ({ number, name })),
    );
    expect(new Set(made.map(({ table }) => table))).toEqual(
      new Set([...(await namesOfViews(session)), ...tablesOf(MIGRATIONS).map(({ name }) => name), "schema_migrations"]),
    );
  });

  it("takes over a store from before there were versions: the same columns, types and indexes as a new one, and its rows", async () => {
    // Where this fails after a change in the model: a field got another type, or a table another index. That needs a migration.
    const [fresh, old] = [await emptyStore("fresh_beside_old"), await emptyStore("without_versions")];
    for (const statement of WITHOUT_VERSIONS.split(";\n").filter((text) => text.trim() !== "")) {
      await old.command(statement);
    }
    await old.command("INSERT INTO captures (capture_id, packets) VALUES ('c1', 7)");
    await migrate(old, single);
    await migrate(fresh, single);
    expect(await columnsOfStore(old)).toEqual(await columnsOfStore(fresh));
    expect(await indexesOfStore(old)).toEqual(await indexesOfStore(fresh));
    expect(await tablesOfStore(old)).toEqual(await tablesOfStore(fresh));
    expect(await old.rows("SELECT capture_id, packets FROM captures", {})).toEqual([{ capture_id: "c1", packets: 7 }]);
  });

  it("is the same after it was killed before each of its statements, one after the other, and started again each time", async () => {
    const [whole, killed] = [await emptyStore("whole"), await emptyStore("killed")];
    await migrate(whole, single);
    // What is killed has done the migrations before the one that it is in: those are not repeated, and it may go one statement further each time.
    let finished = 0;
    for (let limit = 0, isDone = false; !isDone; limit += 1) {
      isDone = await isMigrated(breakingOff(killed, limit));
      const applied = limit === 0 && finished === 0 ? 0 : await appliedIn(killed);
      if (applied > finished) limit = 0;
      finished = applied;
    }
    expect(finished).toBe(MIGRATIONS.length);
    expect(await columnsOfStore(killed)).toEqual(await columnsOfStore(whole));
    expect(await indexesOfStore(killed)).toEqual(await indexesOfStore(whole));
    expect(await tablesOfStore(killed)).toEqual(await tablesOfStore(whole));
  });

  it("gets a column for a field that is new", async () => {
    const session = await emptyStore("newer_model");
    await migrate(session, single);
    const [first, ...others] = MIGRATIONS;
    const grown = tablesOf([first!]).map((table) => ({
      ...table,
      columns: [{ name: "came_later", type: "Nullable(String)" }, ...table.columns],
    }));
    const operations = grown.map((table) => ({ kind: "createTable", table }) as const);
    await migrate(session, single, [{ ...first!, operations }, ...others]);
    const later = (await columnsOfStore(session)).filter(({ name }) => name === "came_later");
    expect(later.map(({ table }) => table)).toEqual(grown.map(({ name }) => name).sort());
  });

  it("refuses a store that a newer Weir has written, and leaves it as it is", async () => {
    const session = await emptyStore("from_the_future");
    await migrate(session, single);
    const next = MIGRATIONS.length + 1;
    await session.command(`INSERT INTO schema_migrations (number, name) VALUES (${next}, 'time travel')`);
    await session.command("ALTER TABLE captures DROP COLUMN late_packets");
    await expect(migrate(session, single)).rejects.toMatchObject({
      code: "STORAGE_INCOMPATIBLE",
      message: `the store was written by a newer Weir: its schema is at step ${next}, this version knows ${MIGRATIONS.length}`,
    });
    expect((await columnsOfStore(session)).some(({ name }) => name === "late_packets")).toBe(false);
  });

  it("refuses a store whose history is another one", async () => {
    const session = await emptyStore("another_line");
    await migrate(session, single);
    await session.command("INSERT INTO schema_migrations (number, name) VALUES (1, 'otherwise')");
    await expect(migrate(session, single)).rejects.toMatchObject({
      code: "STORAGE_INCOMPATIBLE",
      message: expect.stringContaining('step 1 is "otherwise", here it is "records"'),
    });
  });
});

/** Migrates as far as the session lets it; false where that broke off. */
async function isMigrated(session: SqlSession): Promise<boolean> {
  try {
    await migrate(session, single);
    return true;
  } catch (error) {
    if (error instanceof Killed) return false;
    throw error;
  }
}

async function appliedIn(session: SqlSession): Promise<number> {
  const rows = await session.rows<{ applied: string }>(
    "SELECT uniqExact(number) AS applied FROM schema_migrations",
    {},
  );
  return Number(rows[0]?.applied);
}

interface StoredColumn {
  readonly table: string;
  readonly name: string;
}

/** Columns of all tables, by name: a column that came later stands last in its table. */
function columnsOfStore(session: SqlSession): Promise<StoredColumn[]> {
  return session.rows(
    "SELECT table, name, type, default_expression, compression_codec FROM system.columns WHERE database = currentDatabase() ORDER BY table, name",
    {},
  );
}

/** How rows lie on disk. */
function tablesOfStore(session: SqlSession): Promise<object[]> {
  return session.rows(
    "SELECT name, engine, partition_key, primary_key, sorting_key FROM system.tables WHERE database = currentDatabase() ORDER BY name",
    {},
  );
}

function indexesOfStore(session: SqlSession): Promise<object[]> {
  return session.rows(
    "SELECT table, name, type_full, expr FROM system.data_skipping_indices WHERE database = currentDatabase() ORDER BY table, name",
    {},
  );
}

async function namesOfViews(session: SqlSession): Promise<string[]> {
  const rows = await session.rows<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'MaterializedView'",
    {},
  );
  return rows.map(({ name }) => name);
}
