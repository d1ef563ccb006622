import { encodeUtf8 } from "@weir/base";
import { describe, expect, it } from "vitest";
import type { HttpExchange } from "../common/http/exchange.ts";
import { joined } from "../testing/transcript.ts";
import { MessageCounter } from "./message-counter.ts";
import { outcomeOf } from "./outcome.ts";
import { showFields } from "./protobuf/schemaless.ts";
import { decodeWith } from "./protobuf/typed.ts";
import { decodeStatusMessage, timeoutNsOf } from "./status.ts";

const text = (value: string) => encodeUtf8(value);
/** A length-delimited field. */
const field = (number: number, ...content: readonly Uint8Array[]) => {
  const bytes = joined(content);
  const { length } = bytes;
  const prefix = length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
  return joined([Uint8Array.of((number << 3) | 2, ...prefix), bytes]);
};
const varint = (number: number, value: number) => Uint8Array.of(number << 3, value);
const message = (flags: number, content: Uint8Array) =>
  joined([Uint8Array.of(flags, 0, 0, 0, content.length), content]);

describe("MessageCounter", () => {
  it("counts the same however a body is cut", () => {
    const body = joined([message(0, text("first")), message(0, text("")), message(0, text("the third"))]);
    for (const pieceBytes of [1, 4, 7, body.length]) {
      const counter = new MessageCounter(false);
      for (let at = 0; at < body.length; at += pieceBytes) counter.data(body.subarray(at, at + pieceBytes));
      expect(counter).toMatchObject({ messages: 3, messageBytes: 14, largestBytes: 9, isFirstCut: false });
      expect(counter.first).toEqual(text("first"));
    }
  });

  it("counts on behind a hole in a message, and not behind one that hides some", () => {
    const counter = new MessageCounter(false);
    counter.data(message(0, text("0123456789")).subarray(0, 8));
    counter.gap(7);
    counter.data(message(0, text("next")));
    expect(counter).toMatchObject({ messages: 2, isLost: false, isFirstCut: true });
    counter.gap(1);
    expect(counter.isLost).toBe(true);
  });

  it("finds trailers in base64 that is padded in the middle", () => {
    const counter = new MessageCounter(true);
    const encoded = [message(0, text("ab")), message(0x80, text("grpc-status: 5\r\n"))]
      .map((part) => btoa(String.fromCharCode(...part)))
      .join("");
    for (const character of encoded) counter.data(text(character));
    expect(counter).toMatchObject({ messages: 1, trailers: "grpc-status: 5\r\n" });
  });
});

describe("a message without its type", () => {
  const show = (bytes: Uint8Array, isCut = false) => showFields(bytes, isCut, 2048);

  it("is shown as numbers of fields with values", () => {
    expect(show(joined([field(1, text("abc")), Uint8Array.of(0x10, 0x96, 0x01), field(3, varint(1, 1))]))).toBe(
      '1: "abc", 2: 150, 3: {1: 1}',
    );
    expect(show(field(4, Uint8Array.of(0xff, 0xfe)))).toBe("4: <2 bytes>");
    expect(show(Uint8Array.of(0x0d, 1, 0, 0, 0))).toBe("1: 0x00000001");
  });

  it("shows no long texts and no secrets", () => {
    expect(show(field(1, text("a sentence that goes on and on and on")))).toBe(
      '1: "a sentence that goes on and on a…"',
    );
    expect(show(field(1, text("d41d8cd98f00b204e9800998ecf8427e")))).toBe('1: "***"');
    expect(show(field(1, text("Bearer abc")))).toBe('1: "***"');
  });

  it("is none where it cannot be read, and its beginning where it is cut", () => {
    expect(show(text("plain text"))).toBeUndefined();
    const cut = joined([varint(1, 7), field(2, text("abcdef"))]).subarray(0, 6);
    expect(show(cut)).toBe('1: 7, 2: "ab"');
    expect(show(cut, true)).toBe('1: 7, 2: "ab", …');
  });

  it("is opened to a depth, in bounded time", () => {
    let nested: Uint8Array = Uint8Array.of(0x0a, 0);
    for (let depth = 0; depth < 30; depth += 1) nested = field(1, nested);
    expect(show(nested)?.match(/\{/g)).toHaveLength(8);
  });
});

describe("a message whose type is known", () => {
  const named = (number: number, name: string, type: number, typeName?: string) =>
    field(
      2,
      field(1, text(name)),
      varint(3, number),
      varint(5, type),
      typeName ? field(6, text(typeName)) : new Uint8Array(0),
    );
  const order = field(
    4,
    field(1, text("Order")),
    named(1, "id", 3),
    named(2, "state", 14, ".shop.State"),
    named(3, "token", 9),
    named(4, "part", 11, ".shop.Order"),
    named(5, "change", 17),
  );
  const state = field(5, field(1, text("State")), field(2, field(1, text("PAID")), varint(2, 1)));
  const get = field(2, field(1, text("Get")), field(2, text(".shop.Order")), field(3, text(".shop.Order")));
  const decoder = decodeWith(field(1, field(2, text("shop")), order, state, field(6, field(1, text("Orders")), get)));
  const show = (bytes: Uint8Array) => decoder.show("shop.Orders/Get", "request", bytes, false, 2048);

  it("is shown with the names of its fields", () => {
    const part = field(4, varint(1, 8));
    expect(show(joined([varint(1, 7), varint(2, 1), field(3, text("abc")), part, varint(5, 3), varint(9, 1)]))).toBe(
      'id: 7, state: PAID, token: "***", part: {id: 8}, change: -2, 9: 1',
    );
  });

  it("is not known of other methods", () => {
    expect(decoder.show("shop.Orders/List", "request", varint(1, 7), false, 2048)).toBeUndefined();
  });
});

describe("the end of a call", () => {
  const at = (atMs: number) => ({ packetNumber: 1, atNs: atMs * 1e6 });
  const exchange = (more: Partial<HttpExchange>): HttpExchange => ({
    version: "2",
    request: { method: "POST", target: "/a.B/C", authority: "a", headers: [["grpc-timeout", "100m"]] },
    response: undefined,
    requestPassage: undefined,
    responsePassage: undefined,
    cutBy: "reset",
    gradeReasons: [],
    attributes: {},
    ...more,
  });
  const draft = {
    operation: "POST",
    target: "/a.B/C",
    status: "aborted",
    statusCode: "",
    requestFirst: at(0),
    requestLast: at(0),
    requestBytes: 0,
    responseBytes: 0,
    attributes: {},
    gradeReasons: [],
  } as const;

  it("is the deadline where the client gives up at it, else a cancellation", () => {
    const given = (atMs: number) => outcomeOf(exchange({ resetCode: "CANCEL", cutAt: at(atMs) }), draft, []);
    expect(given(99)).toMatchObject({ status: "timeout", statusCode: "DEADLINE_EXCEEDED", source: "deadline" });
    expect(given(50)).toMatchObject({ status: "aborted", statusCode: "CANCELLED", source: "reset" });
  });

  it("is what clients make of an HTTP status where there are no trailers", () => {
    const response = { statusCode: 503, headers: [] };
    expect(outcomeOf(exchange({ response, cutBy: undefined }), { ...draft, status: "serverError" }, [])).toMatchObject({
      status: "serverError",
      statusCode: "UNAVAILABLE",
      source: "http",
    });
  });

  it("reads timeouts and messages as they are written", () => {
    expect([timeoutNsOf("100m"), timeoutNsOf("2S"), timeoutNsOf("1H"), timeoutNsOf("123456789m")]).toEqual([
      1e8,
      2e9,
      3.6e12,
      undefined,
    ]);
    expect(decodeStatusMessage("no%20such%20thing %E2%80%93 %zz")).toBe("no%20such%20thing %E2%80%93 %zz");
    expect(decodeStatusMessage("50%25")).toBe("50%");
  });
});
