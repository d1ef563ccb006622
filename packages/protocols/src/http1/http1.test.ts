import { encodeUtf8 } from "@weir/base";
import { Direction } from "@weir/model";
import { describe, expect, it } from "vitest";
import { maskHeaders, maskQuery } from "../common/http/mask.ts";
import { recordingContext } from "../testing/session-context.ts";
import { http1 } from "./index.ts";

/** What goldens cannot say: limits, and lists of secrets. */
const mark = { packetNumber: 1, atNs: 0 };

function open() {
  const context = recordingContext({ serverPort: 80 });
  const { calls, violations } = context;
  const session = http1.open(context);
  const say = (direction: Direction, text: string) => session.data(direction, encodeUtf8(text), mark);
  return { session, calls, violations, say };
}

describe("HTTP/1 limits", () => {
  it("holds no more requests than it may, and says which it gave up", () => {
    const { say, calls } = open();
    say(Direction.toServer, "GET / HTTP/1.1\r\n\r\n".repeat(http1.limits.pendingCalls + 1));
    expect(calls.map(({ gradeReasons }) => gradeReasons)).toEqual([["limitReached"]]);
  });

  it("counts a body whole and keeps its beginning", () => {
    const { session, say, calls } = open();
    const piece = new Uint8Array(1 << 20).fill(97);
    say(Direction.toServer, "GET / HTTP/1.1\r\n\r\n");
    say(Direction.toClient, `HTTP/1.1 200 OK\r\nContent-Length: ${64 << 20}\r\n\r\n`);
    for (let count = 0; count < 64; count += 1) session.data(Direction.toClient, piece, mark);
    expect(calls[0]?.attributes["http.response.body.size"]).toBe(String(64 << 20));
    expect(calls[0]?.responseBody).toHaveLength(http1.limits.bodyBytes);
    expect(calls[0]?.bodyTruncated).toBe(true);
  });

  it("lets go of a stream without any head", () => {
    const { session } = open();
    const noise = new Uint8Array(1_000).fill(0xff);
    const answers = Array.from({ length: 100 }, () => session.data(Direction.toClient, noise, mark));
    expect(answers.at(0)).toBe(true);
    expect(answers.at(-1)).toBe(false);
  });
});

describe("HTTP/1 secrets", () => {
  it.each([
    ["Authorization", "Bearer abc.def", "Bearer ***"],
    ["authorization", "abc", "***"],
    ["Proxy-Authorization", "Basic dXNlcjpwYXNz", "Basic ***"],
    ["Cookie", "sid=1; theme=dark", "***"],
    ["X-Api-Key", "abc", "***"],
    [
      "Location",
      "https://shop.example/back?code=1&access_token=abc#x",
      "https://shop.example/back?code=1&access_token=***",
    ],
    ["Referer", "/reset?password=abc", "/reset?password=***"],
    ["Accept", "text/html", "text/html"],
  ])("%s: %s becomes %s", (name, value, masked) => {
    expect(maskHeaders([[name, value]])).toEqual([[name, masked]]);
  });

  it("masks parameters of a query by their names", () => {
    expect(maskQuery("q=shoes&Api_Key=1&session_id=2&page=3")).toBe("q=shoes&Api_Key=***&session_id=***&page=3");
  });
});
