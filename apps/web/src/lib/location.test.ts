import { describe, expect, it } from "vitest";
import { changedQuery, oneOf, pageNumber } from "./location.ts";

describe("changedQuery", () => {
  it("keeps what is not changed and drops what is emptied", () => {
    const query = new URLSearchParams("capture=a&filter=x&sort=time");
    expect(changedQuery(query, { filter: 'call.status == "ok"', sort: undefined })).toBe(
      "?capture=a&filter=call.status+%3D%3D+%22ok%22",
    );
  });

  it("is nothing where nothing is left", () => {
    expect(changedQuery(new URLSearchParams("filter=x"), { filter: "" })).toBe("");
  });
});

describe("oneOf", () => {
  it("takes a known word and falls back where the URL holds another", () => {
    expect(oneOf(["time", "bytes"], "bytes", "time")).toBe("bytes");
    expect(oneOf(["time", "bytes"], "drop table", "time")).toBe("time");
  });
});

describe("pageNumber", () => {
  it("counts from 1, whatever the URL says", () => {
    expect(["3", "", "0", "-2", "x"].map(pageNumber)).toEqual([3, 1, 1, 1, 1]);
  });
});
