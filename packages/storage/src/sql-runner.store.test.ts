import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SqlRunner } from "./sql-runner.ts";
import { Store } from "./store.ts";
import { startTestEngine, type TestEngine } from "./testing/test-engine.ts";

describe("SQL that people write", () => {
  let test: TestEngine;
  let store: Store;
  let sql: SqlRunner;
  const limits = { seconds: 20, memoryBytes: 256 * 2 ** 20, resultBytes: 1e6, rows: 5 };
  const run = (query: string, more = {}) => sql.run(query, { ...limits, ...more }, new AbortController().signal);

  beforeAll(async () => {
    test = await startTestEngine();
    const { engine } = test;
    store = new Store(engine);
    await store.open();
    sql = new SqlRunner({ urls: engine.urls, ...engine.reader }, engine);
  });

  afterAll(async () => {
    await sql?.close();
    await store?.close();
    await test?.stop();
  });

  it("reads records, with the types of its columns", async () => {
    expect(await run("SELECT count() AS n, 'a' AS text FROM calls -- all of them")).toEqual({
      columns: [
        { name: "n", type: "UInt64" },
        { name: "text", type: "String" },
      ],
      rows: [[0, "a"]],
      truncated: false,
    });
    expect((await run("SELECT 1 WHERE 0")).rows).toEqual([]);
  });

  it("gets no more rows and bytes than an answer may have, and says so", async () => {
    const many = await run("SELECT number FROM numbers(100000000000)");
    expect(many).toMatchObject({ rows: [[0], [1], [2], [3], [4]], truncated: true });
    const text = "SELECT repeat('x', 600000) FROM numbers(10) SETTINGS max_result_bytes = 0";
    expect(await run(text)).toMatchObject({ rows: [[expect.any(String)]], truncated: true });
  });

  it.each([
    "SELECT * FROM file('/etc/passwd', 'LineAsString', 'line String')",
    "SELECT * FROM url('http://127.0.0.1:9/', 'LineAsString', 'line String')",
    "SELECT * FROM executable('id', 'LineAsString', 'line String')",
    "SELECT * FROM remote('127.0.0.1:9000', 'default.calls')",
    "SELECT * FROM s3('http://127.0.0.1:9/x', 'CSV', 'line String')",
    "SELECT * FROM mysql('127.0.0.1:9', 'd', 't', 'u', 'p')",
    "SELECT * FROM system.users",
    "SELECT 1 INTO OUTFILE '/tmp/weir-sql-out'",
    "INSERT INTO calls (call_id) VALUES ('x')",
    "DROP TABLE calls",
    "TRUNCATE TABLE calls",
    "CREATE TABLE other (x Int8) ENGINE = Memory",
    "ALTER TABLE calls DELETE WHERE 1",
    "SYSTEM SHUTDOWN",
    "KILL QUERY WHERE 1",
    "SET readonly = 0",
    "SELECT 1 SETTINGS readonly = 0",
    "SELECT 1 SETTINGS max_execution_time = 0",
    "SELECT 1 SETTINGS max_memory_usage = 0",
    "SELECT 1; DROP TABLE calls",
  ])("cannot %s", async (query) => {
    await expect(run(query)).rejects.toMatchObject({ code: "USAGE" });
  });

  it("is told what is wrong in the database's words", async () => {
    await expect(run("SELECT nothing FROM calls")).rejects.toMatchObject({
      message: expect.stringContaining("nothing"),
    });
  });

  it("ends with its time, and with its asker", async () => {
    const slow = "SELECT sum(sipHash64(number)) FROM numbers(100000000000)";
    await expect(run(slow, { seconds: 1 })).rejects.toMatchObject({ code: "LIMIT_REACHED" });
    const asker = new AbortController();
    const running = sql.run(`${slow} /*mine*/`, limits, asker.signal);
    const count = () =>
      store.rows<{ n: number }>(
        "SELECT count() AS n FROM system.processes WHERE query LIKE '%/*mine*/%' AND user = 'reader'",
        {},
      );
    await expect.poll(count).toEqual([{ n: 1 }]);
    asker.abort();
    await expect(running).rejects.toThrow("hung up");
    await expect.poll(count, { timeout: 5_000 }).toEqual([{ n: 0 }]);
  });
});
