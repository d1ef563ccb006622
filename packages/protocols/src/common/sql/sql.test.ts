import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SQL_DIALECTS, type SqlDialect } from "./dialect.ts";
import { MAX_QUERY_TEXT_CHARS } from "./mask.ts";
import { MAX_SQL_CHARS, readSql, together } from "./query.ts";

const { postgresql, mysql, tsql, cql, clickhouse } = SQL_DIALECTS;

const textOf = (sql: string, dialect: SqlDialect = postgresql) => together(readSql(sql, dialect).statements).text;
const summaryOf = (sql: string, dialect: SqlDialect = postgresql) => together(readSql(sql, dialect).statements).summary;
const aboutOf = (sql: string, dialect: SqlDialect = postgresql) => {
  const [first] = readSql(sql, dialect).statements;
  return [first?.operation, first?.collection];
};

describe("masking", () => {
  it("hides strings and numbers", () => {
    expect(textOf("SELECT * FROM t WHERE a = 'it''s' AND b=-5.2e10 AND c = 0xFF AND d = .5")).toBe(
      "SELECT * FROM t WHERE a = ? AND b=-? AND c = ? AND d = ?",
    );
    expect(textOf(String.raw`SELECT E'a\'b', N'x', B'01', X'ff', U&'d!0061t', 'C:\'`)).toBe(
      "SELECT ?, ?, ?, ?, U&?, ?",
    );
    expect(textOf("SELECT $$it's$$, $q$ $$ $q$, $1, '2024'::date, a[1:2]")).toBe("SELECT ?, ?, $1, ?::date, a[?:?]");
  });

  it("keeps names, with digits and quotes", () => {
    expect(textOf('SELECT t1.c2, "Weird ""Name""" FROM orders_2024 AS o1')).toBe(
      'SELECT t1.c2, "Weird ""Name""" FROM orders_2024 AS o1',
    );
    expect(textOf("SELECT `a``b` FROM [x]", mysql)).toBe("SELECT `a``b` FROM [x]");
    expect(textOf("SELECT [a]]b] FROM [dbo].[#t] WHERE c = @p1", tsql)).toBe(
      "SELECT [a]]b] FROM [dbo].[#t] WHERE c = @p1",
    );
  });

  it("knows what the dialects call a string", () => {
    expect(textOf(String.raw`SELECT "secret\"", 'a\'b', _utf8'x' FROM t`, mysql)).toBe("SELECT ?, ?, ? FROM t");
    expect(
      textOf(
        "SELECT * FROM t WHERE id = f47ac10b-58cc-4372-a567-0e02b2c3d479 AND u = 12e4567e-89ab-12d3-a456-426614174000",
        cql,
      ),
    ).toBe("SELECT * FROM t WHERE id = ? AND u = ?");
    expect(textOf(String.raw`SELECT 'a\'b' FROM "t"`, clickhouse)).toBe('SELECT ? FROM "t"');
  });

  it("drops comments, but runs MySQL's", () => {
    expect(textOf("SELECT 1 -- secret\n, /* a /* nested */ secret */ 2")).toBe("SELECT ? , ?");
    expect(textOf("SELECT 1--secret\n")).toBe("SELECT ?");
    expect(textOf("/*!40101 SET NAMES utf8 */ # secret", mysql)).toBe("SET NAMES utf8");
    expect(textOf("SELECT 5--3", mysql)).toBe("SELECT ?--?");
  });

  it("makes lists and rows of any length the same", () => {
    expect(
      textOf("SELECT * FROM t WHERE a IN (1, 2,3) AND b in ($1,$2) AND c IN ((1,2),(3,4)) AND d IN (SELECT 1)"),
    ).toBe("SELECT * FROM t WHERE a IN (?) AND b in (?) AND c IN (?) AND d IN (SELECT ?)");
    expect(textOf("INSERT INTO t (a, b) VALUES (1, now()), (2, f(3)), (4, 5) ON CONFLICT (a, b) DO NOTHING")).toBe(
      "INSERT INTO t (a, b) VALUES (?, now()) ON CONFLICT (a, b) DO NOTHING",
    );
    expect(textOf("SELECT  *\n\tFROM   (VALUES (1),(2)) v")).toBe("SELECT * FROM (VALUES (?)) v");
  });

  it("hides what is not closed", () => {
    for (const open of ["'a", '"a', "$$a", "/* a", "`a"])
      expect(textOf(`SELECT ${open} secret`, mysql)).not.toContain(" secret'");
    expect(textOf("SELECT 'a secret")).toBe("SELECT ?");
    expect(textOf("SELECT $x$a secret $$")).toBe("SELECT ?");
    expect(textOf(String.raw`SELECT 'a secret\'`, mysql)).toBe("SELECT ?");
    expect(together(readSql("SELECT * FROM t WHERE id = f47ac10b-58cc", cql, true).statements).text).toBe(
      "SELECT * FROM t WHERE id =",
    );
  });
});

describe("summary", () => {
  it.each([
    ["select * from Orders where id = 1", "SELECT Orders"],
    ["SELECT * FROM songs s JOIN artists AS a ON s.a = a.id", "SELECT songs artists"],
    ["SELECT * FROM a, b x, public.c WHERE a IN (1, 2)", "SELECT a b public.c"],
    ["INSERT INTO shipping_details (a, b) SELECT a, b FROM orders", "INSERT shipping_details SELECT orders"],
    ["SELECT d FROM (SELECT * FROM orders o JOIN customers c ON true) x", "SELECT SELECT orders customers"],
    ["UPDATE ONLY stock SET n = n - 1 FROM items WHERE x = 1", "UPDATE stock items"],
    ["DELETE FROM carts USING users WHERE true", "DELETE carts users"],
    ["MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN UPDATE SET y = 1", "MERGE a b"],
    ["SELECT extract(year FROM d), a IS DISTINCT FROM b FROM t FOR UPDATE", "SELECT t"],
    [
      "WITH recent AS (SELECT * FROM orders) SELECT * FROM recent JOIN users u USING (id)",
      "SELECT orders SELECT users",
    ],
    ["INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a = 1", "INSERT t"],
    ["CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS by_date ON orders (d)", "CREATE INDEX by_date"],
    ["DROP TABLE IF EXISTS a", "DROP TABLE a"],
    ["EXPLAIN ANALYZE SELECT 1 FROM t", "EXPLAIN SELECT t"],
    ["TRUNCATE TABLE t", "TRUNCATE t"],
    ["COPY t (a) FROM STDIN", "COPY t"],
    ["LISTEN channel", "LISTEN channel"],
    ["SET search_path = 'x'", "SET search_path"],
    ["BEGIN", "BEGIN"],
    ["(SELECT 1) UNION (SELECT 2 FROM b)", "SELECT SELECT b"],
    ["", ""],
    [";;", ""],
    ["123", ""],
  ])("of %s", (sql, summary) => {
    expect(summaryOf(sql)).toBe(summary);
  });

  it("knows the other dialects' words", () => {
    expect(summaryOf("INSERT IGNORE `shop`.`orders` SET a = 1", mysql)).toBe("INSERT shop.orders");
    expect(summaryOf("REPLACE INTO t VALUES (REPLACE(a, 'b', 'c'))", mysql)).toBe("REPLACE t");
    expect(summaryOf("LOAD DATA LOCAL INFILE 'x' INTO TABLE t", mysql)).toBe("LOAD t");
    expect(summaryOf("EXEC [dbo].[sp_order] @p = 1", tsql)).toBe("EXEC dbo.sp_order");
    expect(summaryOf("SELECT TOP 10 * FROM master..sysobjects", tsql)).toBe("SELECT master..sysobjects");
    expect(summaryOf("BEGIN BATCH INSERT INTO ks.a (x) VALUES (1); UPDATE b SET x = 1; APPLY BATCH", cql)).toBe(
      "BEGIN INSERT ks.a; UPDATE b; APPLY",
    );
  });

  it("names the operation and the main table", () => {
    expect(aboutOf("with x as (select 1 from a) insert into b select * from x")).toEqual(["INSERT", "b"]);
    expect(aboutOf("create temp table t (a int)")).toEqual(["CREATE TABLE", "t"]);
    expect(aboutOf("commit")).toEqual(["COMMIT", ""]);
  });

  it("tells statements apart", () => {
    const { statements } = readSql("BEGIN; SELECT ';' FROM a; ;COMMIT;", postgresql);
    expect(statements.map(({ summary }) => summary)).toEqual(["BEGIN", "SELECT a", "COMMIT"]);
  });
});

describe("sqlcommenter", () => {
  const traceparent = "00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01";
  const comment = `/*action='x',traceparent='${traceparent}',tracestate='a%3Db'*/`;

  it("finds the traceparent in a comment, not in a string", () => {
    expect(readSql(`SELECT 1 ${comment}`, postgresql).traceparent).toBe(traceparent);
    expect(readSql(`${comment} SELECT 1`, mysql).traceparent).toBe(traceparent);
    expect(readSql(`SELECT '${comment.replaceAll("'", "''")}'`, postgresql).traceparent).toBeUndefined();
  });

  it("finds it at the end of a long text", () => {
    expect(readSql(`SELECT '${"x".repeat(MAX_SQL_CHARS)}' ${comment}`, postgresql).traceparent).toBe(traceparent);
  });
});

describe("any text", () => {
  const dialect = fc.constantFrom(...Object.values(SQL_DIALECTS));

  it("is borne and bounded", () => {
    const pieces = fc.constantFrom(
      ..."'\"`[]()$;,.-/*#@:?\\ \n".split(""),
      "/*",
      "--",
      "SELECT ",
      "FROM ",
      "IN (",
      "VALUES ",
      "$a$",
      "x",
      "1",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 60 }).map((all) => all.join("")),
        ),
        dialect,
        (sql, which) => {
          for (const { text, summary } of readSql(sql, which).statements) {
            expect(text.length).toBeLessThanOrEqual(MAX_QUERY_TEXT_CHARS);
            expect(summary.length).toBeLessThanOrEqual(255);
          }
        },
      ),
      { numRuns: 2_000, seed: 1 },
    );
  });

  it.each(["'", "(", "$a$ ", "/*", "IN (", "WITH a AS (", "VALUES (1),", "`", "SELECT ", "--", "FROM "])(
    "takes no time however often %s is repeated",
    (piece) => {
      const sql = piece.repeat(1_000_000 / piece.length);
      const begin = performance.now();
      for (const which of Object.values(SQL_DIALECTS)) readSql(sql, which);
      expect(performance.now() - begin).toBeLessThan(2_000);
    },
  );

  it("keeps nothing of a literal", () => {
    const secret = fc.stringMatching(/^[a-z0-9]{6,12}$/).map((letters) => `zq${letters}`);
    const number = fc.integer({ min: 1e9, max: 9e15 }).map(String);
    const quoted = fc.tuple(fc.string(), secret, fc.string());
    const literal = fc.oneof(
      number.map((text) => ({ text, hidden: text })),
      quoted.map(([before, hidden, after]) => ({
        text: `'${(before + hidden + after).replaceAll("\\", "\\\\").replaceAll("'", "''")}'`,
        hidden,
      })),
    );
    const template = fc.constantFrom(
      "SELECT * FROM t WHERE a = %",
      "INSERT INTO t VALUES (%, %), (%, %)",
      "SELECT f(%) WHERE a IN (%, %) AND b=%",
      "EXEC p @a=%,@b= %",
      "SELECT %;SELECT %",
    );
    fc.assert(
      fc.property(template, fc.array(literal, { minLength: 6, maxLength: 6 }), dialect, (form, literals, which) => {
        let next = 0;
        const sql = form.replaceAll("%", () => literals[next++]!.text);
        const said = JSON.stringify(readSql(sql, which));
        for (const { hidden } of literals.slice(0, next)) expect(said).not.toContain(hidden);
      }),
      { numRuns: 1_000, seed: 1 },
    );
  });
});
