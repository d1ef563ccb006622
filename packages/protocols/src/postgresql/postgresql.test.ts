import { encodeUtf8 } from "@weir/base";
import { Direction } from "@weir/model";
import { describe, expect, it } from "vitest";
import { StreamRecogniser } from "../stream-recogniser.ts";
import { newSurroundings } from "../surroundings.ts";
import { fixturesOf } from "../testing/fixtures.ts";
import { statusOfError } from "./errors.ts";
import { probeSide } from "./probe.ts";

const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);
const error = (code: string, message = "") => statusOfError({ severity: "ERROR", code, message });

describe("encryption", () => {
  it("hands over to TLS where the server agrees", () => {
    const operations: string[] = [];
    const recogniser = new StreamRecogniser(newSurroundings(), {
      transport: "tcp",
      clientPort: 40_000,
      serverPort: 40_001,
      serverAddress: "192.0.2.1",
      midStream: false,
      asked: () => false,
      emit: ({ operation, statusCode }) => operations.push(`${operation} ${statusCode}`),
      violation: () => undefined,
    });
    const mark = { packetNumber: 1, atNs: 0 };
    recogniser.data(Direction.toServer, SSL_REQUEST, mark);
    recogniser.data(Direction.toClient, encodeUtf8("S"), mark);
    const tls13 = fixturesOf("tls").find(({ name }) => name === "tls13");
    for (const event of tls13?.transcript.events ?? [])
      if (event.kind === "data") recogniser.data(event.direction, event.bytes, event.mark);
    recogniser.close("fin", mark);
    expect(operations[0]).toBe("SSLRequest S");
    expect(operations[1]).toContain("handshake");
  });
});

describe("probe", () => {
  it("takes no other protocol's length for a StartupMessage", () => {
    // Kafka: Metadata version 0, correlation id 1.
    expect(probeSide("frontend", Uint8Array.of(0, 0, 0, 20, 0, 3, 0, 0, 0, 0, 0, 1, 0, 3, 97, 98, 99))).toBe("noMatch");
    expect(probeSide("frontend", Uint8Array.of(0, 0, 0, 20, 0, 3, 0, 0, 97))).toBe("needMore");
  });

  it("tells a command tag from a Close", () => {
    const tag = Uint8Array.of(0x43, 0, 0, 0, 13, ...encodeUtf8("SELECT 1"), 0);
    expect(probeSide("frontend", tag)).toBe("noMatch");
    expect(probeSide("backend", tag)).toBe("match");
  });
});

describe("errors", () => {
  it("are the client's, the server's, or about time", () => {
    expect(["42P01", "23505", "28P01", "3D000", "25P02"].map((code) => error(code))).toEqual(
      Array(5).fill("clientError"),
    );
    expect(["53300", "57P01", "XX000", "40P01", "40001"].map((code) => error(code))).toEqual(
      Array(5).fill("serverError"),
    );
    expect(error("57014", "canceling statement due to statement timeout")).toBe("timeout");
    expect(error("57014", "canceling statement due to user request")).toBe("aborted");
    expect(error("55P03", "canceling statement due to lock timeout")).toBe("timeout");
    expect(error("25P03")).toBe("timeout");
  });
});
