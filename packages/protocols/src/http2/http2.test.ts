import { encodeUtf8 } from "@weir/base";
import { Direction } from "@weir/model";
import { describe, expect, it } from "vitest";
import type { CallDraft } from "../call-draft.ts";
import { StreamRecogniser } from "../stream-recogniser.ts";
import { newSurroundings } from "../surroundings.ts";
import { recordingContext } from "../testing/session-context.ts";
import { joined } from "../testing/transcript.ts";
import { http2 } from "./index.ts";
import { MAX_RESETS_PER_SECOND } from "./reset-meter.ts";
import { MAX_STREAMS } from "./streams.ts";
import { Flag, FrameType } from "./wire.ts";

const { toServer, toClient } = Direction;
const PREFACE = encodeUtf8("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
/** GET http://a/ */
const GET = Uint8Array.of(0x82, 0x84, 0x86, 0x41, 0x01, 0x61);
const OK = Uint8Array.of(0x88);

function frame(type: number, flags: number, streamId: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  const { length } = payload;
  const header = [
    length >> 16,
    length >> 8,
    length,
    type,
    flags,
    streamId >> 24,
    streamId >> 16,
    streamId >> 8,
    streamId,
  ];
  return joined([Uint8Array.from(header, (byte) => byte & 0xff), payload]);
}

const settings = (...pairs: readonly (readonly [number, number])[]) =>
  frame(
    FrameType.settings,
    0,
    0,
    Uint8Array.from(
      pairs.flatMap(([id, value]) => [0, id, value >> 24, value >> 16, value >> 8, value].map((byte) => byte & 0xff)),
    ),
  );
const headers = (streamId: number, block: Uint8Array, flags = Flag.endHeaders | Flag.endStream) =>
  frame(FrameType.headers, flags, streamId, block);
const reset = (streamId: number, code: number) => frame(FrameType.rstStream, 0, streamId, Uint8Array.of(0, 0, 0, code));
const update = (streamId: number, bytes: number) =>
  frame(FrameType.windowUpdate, 0, streamId, Uint8Array.of(0, 0, bytes >> 8, bytes & 0xff));

/** One packet after the other, a millisecond between them. */
function talk(packets: readonly (readonly [Direction, ...Uint8Array[]])[], { midStream = false } = {}) {
  const context = recordingContext({ midStream });
  const session = http2.open(context);
  let at = 0;
  for (const [direction, ...frames] of packets) {
    at += 1;
    session.data(direction, joined(frames), { packetNumber: at, atNs: at * 1_000_000 });
  }
  return { ...context, session, close: () => session.close("captureEnd", { packetNumber: at, atNs: at * 1_000_000 }) };
}

const start = [toServer, PREFACE, settings()] as const;

describe("HTTP/2", () => {
  it("counts clients that open streams only to give them up", () => {
    const ids = Array.from({ length: MAX_RESETS_PER_SECOND + 10 }, (_, index) => 2 * index + 1);
    const { calls, violations, close } = talk([
      start,
      [toServer, ...ids.flatMap((id) => [headers(id, GET), reset(id, 8)])],
    ]);
    close();
    expect(violations.map(({ code }) => code)).toEqual(["rapidReset"]);
    expect(calls).toHaveLength(ids.length);
    expect(new Set(calls.map(({ status, statusCode }) => `${status} ${statusCode}`))).toEqual(
      new Set(["aborted CANCEL"]),
    );
  });

  it("takes what crossed with a RST_STREAM for the stream's, a second long", () => {
    const asked = [toServer, headers(1, GET), reset(1, 8)] as const;
    const { calls } = talk([start, asked, [toClient, headers(1, OK)]]);
    expect(calls).toMatchObject([
      { status: "aborted", statusCode: "200", attributes: { "weir.http2.reset_by": "client" } },
    ]);
  });

  it("leaves a complete response as it is when the rest of the request is not wanted", () => {
    const { calls } = talk([
      start,
      [toServer, headers(1, GET, Flag.endHeaders)],
      [toClient, headers(1, OK), reset(1, 0)],
    ]);
    expect(calls).toMatchObject([
      { status: "ok", statusCode: "200", attributes: { "weir.http2.error_code": "NO_ERROR" } },
    ]);
  });

  it("lets the oldest stream give way where too many are open", () => {
    const ids = Array.from({ length: MAX_STREAMS + 1 }, (_, index) => 2 * index + 1);
    const { calls } = talk([start, [toServer, ...ids.map((id) => headers(id, GET))]]);
    expect(calls).toMatchObject([{ gradeReasons: ["limitReached"], attributes: { "weir.http2.stream_id": "1" } }]);
  });

  it("measures how long a window was empty, not counting one that is empty at the end", () => {
    const content = (bytes: number, flags = 0) => frame(FrameType.data, flags, 1, new Uint8Array(bytes).fill(97));
    const { calls } = talk([
      [toServer, PREFACE, settings([4, 10])],
      [toServer, headers(1, GET)],
      [toClient, headers(1, OK, Flag.endHeaders), content(10)],
      [toServer, update(1, 10)],
      [toClient, content(10, Flag.endStream)],
    ]);
    expect(calls[0]?.attributes).toMatchObject({
      "weir.http2.stream_window.stalls": "1",
      "weir.http2.stream_window.stalled_ns": "1000000",
    });
    expect(calls[0]?.attributes).not.toHaveProperty("weir.http2.connection_window.stalls");
  });

  it("passes over padding, and counts content only", () => {
    const padded = frame(
      FrameType.data,
      Flag.padded | Flag.endStream,
      1,
      joined([Uint8Array.of(3), encodeUtf8("text"), new Uint8Array(3)]),
    );
    const { calls } = talk([start, [toServer, headers(1, GET)], [toClient, headers(1, OK, Flag.endHeaders), padded]]);
    expect(calls).toMatchObject([{ responseBody: "text", attributes: { "http.response.body.size": "4" } }]);
  });

  it("goes on behind a hole in a body, and counts it", () => {
    const { session, calls, violations } = talk([start, [toServer, headers(1, GET), headers(3, GET)]]);
    const whole = joined([
      headers(1, OK, Flag.endHeaders),
      frame(FrameType.data, Flag.endStream, 1, new Uint8Array(100).fill(97)),
      headers(3, OK),
    ]);
    session.data(toClient, whole.subarray(0, 40), { packetNumber: 9, atNs: 9 });
    session.gap(toClient, 50, { packetNumber: 10, atNs: 10 });
    session.data(toClient, whole.subarray(90), { packetNumber: 11, atNs: 11 });
    expect(calls.map(({ status, gradeReasons }) => [status, gradeReasons])).toEqual([
      ["ok", ["missingSegments"]],
      ["ok", []],
    ]);
    expect(calls[0]?.attributes["http.response.body.size"]).toBe("100");
    expect(violations).toEqual([]);
  });

  it("knows all where only the handshake is missing", () => {
    const { calls } = talk([start, [toServer, headers(1, GET)], [toClient, settings([1, 4096]), headers(1, OK)]], {
      midStream: true,
    });
    expect(calls).toMatchObject([{ operation: "GET", statusCode: "200", gradeReasons: [] }]);
  });

  it("answers the request of an HTTP/1 upgrade on stream 1", () => {
    const calls: CallDraft[] = [];
    const recogniser = new StreamRecogniser(newSurroundings(), {
      transport: "tcp",
      clientPort: 40_000,
      serverPort: 40_001,
      serverAddress: "192.0.2.1",
      midStream: false,
      asked: () => false,
      emit: (call) => calls.push(call),
      violation: () => undefined,
    });
    const asked = encodeUtf8(
      "GET /robots.txt HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n",
    );
    const switched = encodeUtf8("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
    recogniser.data(toServer, asked, { packetNumber: 1, atNs: 1 });
    recogniser.data(toClient, joined([switched, settings()]), { packetNumber: 2, atNs: 2 });
    recogniser.data(toServer, joined([PREFACE, settings(), headers(3, GET)]), { packetNumber: 3, atNs: 3 });
    recogniser.data(toClient, joined([headers(1, OK), headers(3, OK)]), { packetNumber: 4, atNs: 4 });
    expect(calls.map(({ operation, target, statusCode }) => [operation, target, statusCode])).toEqual([
      ["GET", "/robots.txt", "101"],
      ["GET", "/robots.txt", "200"],
      ["GET", "/", "200"],
    ]);
    expect(calls[1]).toMatchObject({ gradeReasons: [], attributes: { "weir.http2.upgraded": "true" } });
  });
});

describe("probe", () => {
  const probe = (...frames: Uint8Array[]) => http2.probe(toServer, joined(frames), "tcp");

  it("knows frames without their preface", () => {
    expect(probe(settings([3, 100], [4, 65_535]))).toBe("match");
    expect(probe(headers(7, GET))).toBe("match");
    expect(probe(update(0, 1000))).toBe("match");
    expect(probe(frame(FrameType.data, 0, 7, Uint8Array.of(0, 0, 0, 0, 2, 8, 1)))).toBe("match");
  });

  it("says no at the first byte that cannot be", () => {
    expect(probe(encodeUtf8("PRIVATE"))).toBe("noMatch");
    expect(probe(Uint8Array.of(0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0))).toBe("noMatch");
    // Kafka: a length, an API key, a version, a correlation number, a client's name.
    expect(probe(Uint8Array.of(0, 0, 0, 20, 0, 18, 0, 3, 0, 0, 0, 1, 0, 4, 97, 97))).toBe("noMatch");
    // PostgreSQL: a length and the version 3.0.
    expect(probe(Uint8Array.of(0, 0, 0, 8, 0, 3, 0, 0, 0))).toBe("noMatch");
    // A DNS message over TCP.
    expect(probe(Uint8Array.of(0, 29, 0x12, 0x34, 1, 0, 0, 1, 0, 0))).toBe("noMatch");
  });

  it("waits where a frame says little", () => {
    expect(probe(frame(FrameType.data, 0, 7, encodeUtf8("any text")))).toBe("needMore");
    expect(probe(settings())).toBe("needMore");
  });
});
