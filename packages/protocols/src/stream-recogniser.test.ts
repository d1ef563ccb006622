import { encodeUtf8 } from "@weir/base";
import { Direction } from "@weir/model";
import { describe, expect, it } from "vitest";
import type { CallDraft } from "./call-draft.ts";
import { ProbeMemory } from "./probe-memory.ts";
import { StreamRecogniser } from "./stream-recogniser.ts";
import { newSurroundings } from "./surroundings.ts";
import { fixturesOf } from "./testing/fixtures.ts";

const { toServer, toClient } = Direction;
const REQUEST = encodeUtf8("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
const RESPONSE = encodeUtf8("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

function recogniser(memory = new ProbeMemory()) {
  const calls: { protocol: string; call: CallDraft }[] = [];
  const stream = new StreamRecogniser(newSurroundings({ memory }), {
    transport: "tcp",
    clientPort: 40_000,
    serverPort: 40_001,
    serverAddress: "192.0.2.1",
    midStream: false,
    asked: () => false,
    emit: (call, protocol) => calls.push({ protocol, call }),
    violation: () => undefined,
  });
  return { stream, calls };
}

const at = (packetNumber: number) => ({ packetNumber, atNs: packetNumber * 1_000 });

const told = (atNs: number, bytes: Uint8Array) => ({ atNs, missingBefore: 0, bytes, missingBehind: 0 });

describe("StreamRecogniser", () => {
  it("gives the session the first bytes with the packets that brought them", () => {
    const { stream, calls } = recogniser();
    stream.data(toServer, REQUEST.subarray(0, 3), at(1));
    expect(stream.protocol).toBe("");
    stream.data(toServer, REQUEST.subarray(3), at(2));
    expect(stream.protocol).toBe("http");
    stream.data(toClient, RESPONSE, at(3));
    expect(calls[0]?.call).toMatchObject({ operation: "GET", requestFirst: at(1), requestLast: at(2) });
  });

  it("recognises a stream whose first bytes come from the server", () => {
    const { stream, calls } = recogniser();
    stream.data(toClient, RESPONSE, at(1));
    expect(stream.protocol).toBe("http");
    expect(calls).toHaveLength(1);
  });

  it("finds the protocol behind bytes that belong to none", () => {
    const { stream } = recogniser();
    stream.data(toClient, Uint8Array.of(0xff, 0xfe, 0, 1, 2, 3), at(1));
    stream.data(toServer, REQUEST, at(2));
    expect(stream.protocol).toBe("http");
  });

  it("leaves out what the other side said in the protocol that TLS was negotiated in", () => {
    const handshake = fixturesOf("tls").find(({ name }) => name === "no-common-version")?.transcript;
    const hello = handshake?.events.filter((event) => event.kind === "data") ?? [];
    const { stream, calls } = recogniser();
    stream.data(toServer, encodeUtf8("a1 STARTTLS\r\n"), at(1));
    stream.data(toClient, encodeUtf8("a1 OK\r\n"), at(2));
    for (const { direction, bytes } of hello) stream.data(direction, bytes, at(3));
    stream.close("fin", at(4));
    expect(stream.protocol).toBe("tls");
    expect(calls).toEqual([expect.objectContaining({ call: expect.objectContaining({ status: "clientError" }) })]);
  });

  it("finds TLS in the tunnel that SOCKS opens", () => {
    const handshake = fixturesOf("tls").find(({ name }) => name === "tls13")?.transcript;
    const { stream, calls } = recogniser();
    stream.data(toServer, Uint8Array.of(5, 1, 0), at(1));
    stream.data(toClient, Uint8Array.of(5, 0), at(2));
    stream.data(toServer, Uint8Array.of(5, 1, 0, 1, 192, 0, 2, 1, 1, 187), at(3));
    stream.data(toClient, Uint8Array.of(5, 0, 0, 1, 192, 0, 2, 1, 1, 187), at(4));
    const [hello] = handshake?.events.filter((event) => event.kind === "data") ?? [];
    if (hello !== undefined) stream.data(toServer, hello.bytes, at(5));
    expect(stream.protocol).toBe("tls");
    expect(calls.map(({ call }) => call.target)).toEqual(["192.0.2.1:443"]);
  });

  it("reads inside of TLS what a process tells of it, with the packets of the sealed records that were nearest", () => {
    const handshake = fixturesOf("tls").find(({ name }) => name === "tls13")?.transcript;
    const { stream, calls } = recogniser();
    expect(stream.plainText(toServer, told(0, REQUEST))).toBe(false);
    let packet = 0;
    for (const event of handshake?.events ?? [])
      if (event.kind === "data") stream.data(event.direction, event.bytes, at(++packet));
    const sealed = Uint8Array.from([23, 3, 3, 0, 40, ...new Uint8Array(40)]);
    stream.data(toServer, sealed, at(100));
    stream.data(toClient, sealed, at(110));
    stream.end(toServer, at(111));
    expect(stream.plainText(toServer, told(100_200, REQUEST))).toBe(true);
    stream.plainText(toClient, told(109_700, RESPONSE));
    const inside = calls.find(({ protocol }) => protocol === "http")?.call;
    expect(inside).toMatchObject({ target: "/a", statusCode: "200", requestFirst: at(100), responseLast: at(110) });
    expect(stream.protocol).toBe("http");
  });

  it("passes on as a gap what is missing of a text that a process tells", () => {
    const { stream, calls } = recogniser();
    const handshake = fixturesOf("tls").find(({ name }) => name === "tls13")?.transcript;
    for (const event of handshake?.events ?? [])
      if (event.kind === "data") stream.data(event.direction, event.bytes, at(1));
    const sealed = Uint8Array.from([23, 3, 3, 0, 40, ...new Uint8Array(40)]);
    stream.data(toServer, sealed, at(2));
    stream.data(toClient, sealed, at(3));
    const long = encodeUtf8("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\nbegins");
    stream.plainText(toServer, told(2_000, REQUEST));
    stream.plainText(toClient, { ...told(3_000, long), missingBehind: 9_994 });
    stream.plainText(toServer, told(4_000, REQUEST));
    stream.plainText(toClient, told(5_000, RESPONSE));
    const inside = calls.filter(({ protocol }) => protocol === "http").map(({ call }) => call);
    expect(inside.map(({ statusCode, responseBytes }) => [statusCode, responseBytes > 9_000])).toEqual([
      ["200", true],
      ["200", false],
    ]);
    expect(inside[0]?.gradeReasons).toContain("missingSegments");
  });

  it("gives up where nothing is recognised", () => {
    const { stream } = recogniser();
    for (const direction of [toServer, toClient]) {
      for (let packet = 1; packet <= 10; packet += 1)
        stream.data(direction, new Uint8Array(1_000).fill(0xff), at(packet));
    }
    stream.data(toServer, REQUEST, at(30));
    expect(stream.protocol).toBe("");
  });

  it("recognises anew what follows a tunnel's opening", () => {
    const { stream, calls } = recogniser();
    stream.data(toServer, encodeUtf8("CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n"), at(1));
    stream.data(toClient, encodeUtf8("HTTP/1.1 200 Connection established\r\n\r\n"), at(2));
    stream.data(toServer, REQUEST, at(3));
    stream.data(toClient, RESPONSE, at(4));
    expect(calls.map(({ call }) => call.operation)).toEqual(["CONNECT", "GET"]);
  });

  it("gives to what follows a tunnel's opening the bytes that came in the same packet", () => {
    const { stream, calls } = recogniser();
    const opening = encodeUtf8("CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n");
    const opened = encodeUtf8("HTTP/1.1 200 Connection established\r\n\r\n");
    stream.data(toServer, opening, at(1));
    stream.data(toClient, opened.subarray(0, 20), at(2));
    stream.data(toClient, Uint8Array.from([...opened.subarray(20), ...RESPONSE]), at(3));
    expect(calls.map(({ call }) => call.operation)).toEqual(["CONNECT", "unknown"]);
  });

  it("remembers what it found behind an endpoint", () => {
    const memory = new ProbeMemory();
    recogniser(memory).stream.data(toServer, REQUEST, at(1));
    expect(memory.recall("192.0.2.1", 40_001)).toBe("http1");
  });
});
