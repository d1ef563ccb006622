import { encodeUtf8 } from "@weir/base";
import { describe, expect, it } from "vitest";
import { Answer } from "./answer.ts";
import { parseError, statusOfError } from "./errors.ts";
import { probeMysql } from "./probe.ts";
import { skipQueryAttributes } from "./query-attributes.ts";
import { PayloadReader } from "./wire.ts";

const packet = (sequence: number, ...payload: number[]) => Uint8Array.of(payload.length, 0, 0, sequence, ...payload);
const text = (value: string) => [...encodeUtf8(value)];
const verdict = (bytes: Uint8Array) => probeMysql(bytes).verdict;

/** Feeds packets to an answer; true where the last one ends it, and none before. */
function ends(answer: Answer, ...payloads: number[][]): boolean {
  const ended = payloads.map((payload) => answer.packet(packet(1, ...payload), payload.length));
  expect(ended.slice(0, -1)).not.toContain(true);
  return ended.at(-1) === true;
}

const COLUMN = [3, ...text("def"), 0, 0, 0, 2, ...text("id"), 0, 12, 63, 0, 11, 0, 0, 0, 3, 0, 0, 0, 0, 0];
const EOF = [0xfe, 0, 0, 2, 0];
const OK_FOR_EOF = [0xfe, 0, 0, 2, 0, 0, 0];

describe("Answer", () => {
  it("ends rows with EOF or with OK, whatever was agreed on", () => {
    const old = new Answer("rows", undefined);
    expect(ends(old, [1], COLUMN, EOF, [1, 49], [1, 50], EOF)).toBe(true);
    expect(old).toMatchObject({ rows: 2, columns: ["id"] });
    const modern = new Answer("rows", undefined);
    expect(ends(modern, [1], COLUMN, [1, 49], OK_FOR_EOF)).toBe(true);
    expect(modern.rows).toBe(1);
    expect(ends(new Answer("rows", undefined), [1], COLUMN, OK_FOR_EOF)).toBe(true);
  });

  it("goes on where more results are announced", () => {
    const answer = new Answer("rows", undefined);
    expect(ends(answer, [1], COLUMN, EOF, [1, 49], [0xfe, 0, 0, 10, 0], [0, 3, 0, 2, 0, 0, 0])).toBe(true);
    expect(answer).toMatchObject({ results: 2, affectedRows: 3 });
  });

  it("passes over progress reports", () => {
    const answer = new Answer("rows", undefined);
    expect(ends(answer, [0xff, 0xff, 0xff, 1, 1, 2, 0, 0, 0], [0, 0, 0, 2, 0, 0, 0])).toBe(true);
    expect(answer.error).toBeUndefined();
  });
});

describe("query attributes", () => {
  it("are passed over", () => {
    const attributes = [1, 1, 0, 1, 254, 0, 4, ...text("name"), 5, ...text("value")];
    const reader = new PayloadReader(Uint8Array.from([...attributes, ...text("SELECT 1")]));
    expect(skipQueryAttributes(reader)).toBe(true);
    expect(reader.restText()).toBe("SELECT 1");
    expect(skipQueryAttributes(new PayloadReader(encodeUtf8("SELECT 1")))).toBe(false);
  });
});

describe("probe", () => {
  it("knows statements in the middle of a connection", () => {
    expect(verdict(packet(0, 3, ...text("/* c */ select 1")))).toBe("match");
    expect(verdict(packet(0, 3, 0, 1, ...text("SELECT 1")))).toBe("match");
    expect(verdict(packet(0, 3, ...text("selected words")))).toBe("noMatch");
    expect(verdict(packet(0, 3, ...text("select 1")).subarray(0, 9))).toBe("needMore");
  });

  it("is not fooled by numbers", () => {
    expect(verdict(new Uint8Array(40))).toBe("noMatch");
    expect(verdict(encodeUtf8("GET / HTTP/1.1\r\n"))).toBe("noMatch");
    expect(verdict(packet(0, 10, ...new Array<number>(60).fill(0)))).toBe("noMatch");
  });
});

describe("errors", () => {
  const error = (code: number, message: string) =>
    parseError(packet(1, 0xff, code & 0xff, code >> 8, ...text("#HY000"), ...text(message)));

  it("are the client's, the server's, or about time", () => {
    const status = (code: number) => statusOfError(error(code, ""));
    expect([1045, 1064, 1062, 1146].map(status)).toEqual(Array(4).fill("clientError"));
    expect([1040, 1213, 1053, 1129].map(status)).toEqual(Array(4).fill("serverError"));
    expect([1205, 3024, 1969].map(status)).toEqual(Array(3).fill("timeout"));
    expect(status(1317)).toBe("aborted");
  });

  it("quote names, but no values", () => {
    expect(error(1054, "Unknown column 'x' in 'field list'").message).toBe("Unknown column 'x' in 'field list'");
    expect(error(1062, "Duplicate entry 'ada@example.org' for key 'PRIMARY'").message).toBe(
      "Duplicate entry ? for key ?",
    );
  });
});
