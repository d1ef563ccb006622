import { describe, expect, it } from "vitest";
import { clickhouseAddress } from "./clickhouse-address.ts";

describe("the address of a ClickHouse of one's own", () => {
  it("has user, password and database from the first URL, and takes the others as its like", () => {
    const clickhouse = "https://weir:p%40ss@db1.example:8443/traffic, https://db2.example:8443";
    expect(clickhouseAddress({ clickhouse, clickhouseCluster: "shop" }, {})).toEqual({
      urls: ["https://db1.example:8443", "https://db2.example:8443"],
      username: "weir",
      password: "p@ss",
      database: "traffic",
      cluster: "shop",
      authorities: undefined,
    });
  });

  it("takes user and password from the environment, where no process list shows them", () => {
    const environment = { WEIR_CLICKHOUSE_USER: "weir", WEIR_CLICKHOUSE_PASSWORD: "secret" };
    expect(clickhouseAddress({ clickhouse: "http://db:8123" }, environment)).toMatchObject({
      username: "weir",
      password: "secret",
      database: undefined,
    });
  });

  it("is none for the embedded engine", () => {
    expect(clickhouseAddress({}, {})).toBeUndefined();
  });

  it.each([
    [{ clickhouse: "db:8123" }, /is not the address/],
    [{ clickhouse: "http://db:8123/a b" }, /no name for a database/],
    [{ clickhouse: "http://db:8123", clickhouseCluster: "a'b" }, /no name for a cluster/],
    [{ clickhouseCluster: "shop" }, /about a ClickHouse of your own/],
    [{ clickhouse: "https://db:8443", clickhouseCa: "/no/such.pem" }, /cannot be read/],
  ])("is refused in words: %j", (options, words) => {
    expect(() => clickhouseAddress(options, {})).toThrow(words);
  });
});
