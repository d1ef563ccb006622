import { describe, expect, it } from "vitest";
import { apiPath } from "./api.ts";
import { changedQuery } from "./location.ts";

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

describe("apiPath", () => {
  it("leaves empty parameters out", () => {
    expect(apiPath("/api/calls", { capture: "", filter: "a b", limit: 5, connection: undefined })).toBe(
      "/api/calls?filter=a%20b&limit=5",
    );
  });
});
