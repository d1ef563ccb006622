import { encodeUtf8 } from "@weir/base";
import { Direction } from "@weir/model";
import { describe, expect, it } from "vitest";
import type { CallDraft } from "../call-draft.ts";
import { StreamRecogniser } from "../stream-recogniser.ts";
import { newSurroundings } from "../surroundings.ts";

const HEADER = "PROXY TCP4 203.0.113.7 192.0.2.1 56324 80\r\n";
const REQUEST = "GET /cart HTTP/1.1\r\nHost: shop.example\r\n\r\n";
const RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

describe("what follows a PROXY header", () => {
  it("is found by its bytes, and its calls carry the client that was told", () => {
    for (const pieces of [[HEADER + REQUEST], [HEADER, REQUEST], [...(HEADER + REQUEST)]]) {
      const { calls, protocol } = run(pieces);
      expect(protocol).toBe("http");
      expect(calls).toMatchObject([
        { protocol: "proxy", operation: "PROXY", target: "192.0.2.1:80", status: "ok" },
        { protocol: "http", operation: "GET", target: "/cart", statusCode: "200" },
      ]);
      for (const { attributes } of calls)
        expect(attributes).toMatchObject({
          "weir.proxy.client_address": "203.0.113.7",
          "weir.proxy.client_port": "56324",
        });
    }
  });

  it("is nothing where the header is none", () => {
    expect(run(["PROXY TCP4 no such thing\r\n", REQUEST]).calls).not.toMatchObject([{ protocol: "proxy" }]);
  });
});

function run(pieces: readonly string[]): { calls: CallDraft[]; protocol: string } {
  const calls: CallDraft[] = [];
  const recogniser = new StreamRecogniser(newSurroundings(), {
    transport: "tcp",
    clientPort: 40_000,
    serverPort: 8080,
    serverAddress: "192.0.2.1",
    midStream: false,
    asked: () => false,
    emit: (call, protocol) => calls.push({ ...call, protocol }),
    violation: () => undefined,
  });
  for (const [index, piece] of pieces.entries())
    recogniser.data(Direction.toServer, encodeUtf8(piece), { packetNumber: index + 1, atNs: index });
  recogniser.data(Direction.toClient, encodeUtf8(RESPONSE), { packetNumber: 100, atNs: 1e6 });
  const { protocol } = recogniser;
  recogniser.close("fin", { packetNumber: 101, atNs: 2e6 });
  return { calls, protocol };
}
