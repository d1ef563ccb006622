import { encodeUtf8 } from "@weir/base";
import { describe, expect, it } from "vitest";
import { statusOfError } from "./exchange.ts";
import { probeTds } from "./probe.ts";
import { readAnswer } from "./tokens.ts";

const done = (kind: number, status: number, command: number, count: number) => [
  kind,
  status,
  0,
  command,
  0,
  count,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
];
const SELECT = 0xc1;
const answerOf = (...bytes: number[]) => {
  const body = Uint8Array.from(bytes);
  return readAnswer(body, body, [8, 4]);
};

describe("answers", () => {
  it("are counted by their DONE tokens, behind rows that are not read", () => {
    const rows = [0x81, 1, 0, 0, 0, 0xd1, 0xfd, 0xff, 0xfe, 7, 0xd1, 1, 2, 3];
    const answer = answerOf(...rows, ...done(0xff, 0x11, SELECT, 2), 0x79, 0, 0, 0, 0, ...done(0xfe, 0, 0xe0, 0));
    expect(answer).toMatchObject({ returnedRows: 2, affectedRows: undefined, hasFailed: false });
  });

  it("have short counts before TDS 7.2", () => {
    expect(answerOf(0xfd, 0x10, 0, 0xc5, 0, 3, 0, 0, 0)).toMatchObject({ affectedRows: 3 });
  });

  it("are none where no token ends them", () => {
    expect(answerOf(0x81, 1, 2, 3)).toBeUndefined();
    expect(answerOf(...new Array<number>(4_096).fill(0xfd))).toBeUndefined();
  });
});

describe("probe", () => {
  it("is not fooled by other protocols' first bytes", () => {
    expect(probeTds(encodeUtf8("GET / HTTP/1.1\r\n")).verdict).toBe("noMatch");
    expect(probeTds(Uint8Array.of(0x10, 0x10, 0, 4, 77, 81, 84, 84, 4, 2)).verdict).toBe("noMatch");
    expect(probeTds(Uint8Array.of(1, 1, 0, 16, 0, 0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8)).verdict).toBe("noMatch");
  });
});

describe("errors", () => {
  it("are the client's, the server's, or about time", () => {
    expect(statusOfError({ number: 208, class: 16 })).toBe("clientError");
    expect(statusOfError({ number: 1205, class: 13 })).toBe("serverError");
    expect(statusOfError({ number: 9002, class: 17 })).toBe("serverError");
    expect(statusOfError({ number: 1222, class: 16 })).toBe("timeout");
  });
});
