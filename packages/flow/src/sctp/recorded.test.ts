import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runFlow } from "../testing/run-flow.ts";

const capture = new Uint8Array(readFileSync(new URL("fixtures/usrsctp.pcap", import.meta.url)));
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n${"a".repeat(3000)}`;
const REQUEST = "GET /cart HTTP/1.1\r\nHost: shop.example\r\n\r\n";

describe("associations of a real implementation", () => {
  const { connections, streams } = runFlow(capture);

  it("have their handshakes, chunks and ends", () => {
    expect(connections).toMatchObject([
      {
        serverPort: 3868,
        completeness: 1 | 2 | 4 | 8 | 16,
        clientPackets: 10,
        serverPackets: 10,
        clientDataSegments: 2,
        serverDataSegments: 12,
        serverGoodputBytes: 2 * ANSWER.length,
        clientRetransmissions: 0,
        serverRetransmissions: 0,
        closedBy: "client",
        closeReason: "closed",
        gradeReasons: [],
      },
      { serverPort: 3868, serverResets: 1, closeReason: "resetByServer", abortCause: "user-initiated abort" },
      { serverPort: 3869, closeReason: "refused", abortCause: "none given" },
    ]);
    for (const { handshakeNs } of connections.slice(0, 2)) expect(handshakeNs).toBeGreaterThan(0);
  });

  it("have their messages whole and in order, of two streams", () => {
    expect(streams["sctp 0 client"]).toBe(`${REQUEST}${REQUEST}[end]`);
    expect(streams["sctp 0 server"]).toBe(`${ANSWER}${ANSWER}[end]`);
    expect(streams["sctp 1 client"]).toBe(REQUEST);
  });
});
