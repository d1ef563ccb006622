import type { Answer } from "@weir/http-contract";
import { describe, expect, it } from "vitest";
import { answerCsv } from "./export-answer.ts";

describe("answerCsv", () => {
  it("quotes what must be, and lets no text from the wire be a formula", () => {
    const columns = [{ name: "http.path" }, { name: "count()" }];
    const rows = [
      ['/a,"b"', 1],
      ["=cmd()", 2.5],
      [null, null],
    ];
    expect(answerCsv({ columns, rows } as unknown as Answer)).toBe(
      'http.path,count()\r\n"/a,""b""",1\r\n\'=cmd(),2.5\r\n,\r\n',
    );
  });
});
