import { Direction } from "@weir/model";
import { describe, expect, it } from "vitest";
import type { CallDraft } from "../call-draft.ts";
import { StreamRecogniser } from "../stream-recogniser.ts";
import { newSurroundings } from "../surroundings.ts";
import { fixturesOf } from "../testing/fixtures.ts";

const { toServer, toClient } = Direction;
const [discover, offer] = (fixturesOf("dhcp").find(({ name }) => name === "lease")?.transcript.events ?? []).flatMap(
  (event) => (event.kind === "data" ? [event] : []),
);

/** Connections of one capture: their calls, by the connection that says them. */
function capture() {
  const surroundings = newSurroundings();
  const calls: { connection: string; call: CallDraft }[] = [];
  const open = (connection: string) =>
    new StreamRecogniser(surroundings, {
      transport: "udp",
      clientPort: 68,
      serverPort: 67,
      serverAddress: connection,
      midStream: false,
      asked: () => false,
      emit: (call) => calls.push({ connection, call }),
      violation: () => undefined,
    });
  return { calls, open };
}

describe("DHCP on several connections", () => {
  it("pairs a question to everybody with the server's answer, on the connection of the answer", () => {
    if (discover === undefined || offer === undefined) throw new Error("no fixture");
    const { calls, open } = capture();
    const everybody = open("255.255.255.255");
    const server = open("192.0.2.1");
    everybody.data(toServer, discover.bytes, discover.mark);
    server.data(toClient, offer.bytes, offer.mark);
    everybody.close("idle", offer.mark);
    server.close("idle", offer.mark);
    const call = { operation: "DHCPDISCOVER", statusCode: "DHCPOFFER", requestFirst: discover.mark };
    expect(calls).toEqual([{ connection: "192.0.2.1", call: expect.objectContaining(call) }]);
  });

  it("pairs the answer that a relay passes on with the client's question, and the relay's with the relay's", () => {
    if (discover === undefined || offer === undefined) throw new Error("no fixture");
    const { calls, open } = capture();
    const [everybody, relay, client] = [open("255.255.255.255"), open("relayed"), open("192.0.2.9")];
    const at = (packetNumber: number) => ({ packetNumber, atNs: packetNumber * 1_000 });
    everybody.data(toServer, discover.bytes, at(1));
    relay.data(toServer, discover.bytes, at(2));
    relay.data(toClient, offer.bytes, at(3));
    client.data(toClient, offer.bytes, at(4));
    expect(calls.map(({ connection, call }) => [connection, call.requestFirst.packetNumber])).toEqual([
      ["relayed", 2],
      ["192.0.2.9", 1],
    ]);
  });

  it("says on the connection of the question that nobody answered it", () => {
    if (discover === undefined) throw new Error("no fixture");
    const { calls, open } = capture();
    const everybody = open("255.255.255.255");
    everybody.data(toServer, discover.bytes, discover.mark);
    everybody.close("idle", discover.mark);
    expect(calls).toEqual([
      {
        connection: "255.255.255.255",
        call: expect.objectContaining({ operation: "DHCPDISCOVER", status: "timeout" }),
      },
    ]);
  });
});
