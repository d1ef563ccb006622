import { type ConnectionHealth, Direction } from "@weir/model";
import { CaptureReader } from "@weir/wire";
import { describe, expect, it } from "vitest";
import type { OpenConnection } from "./contract.ts";
import { FlowEngine } from "./engine.ts";
import { type ConversationOptions, converse } from "./testing/simulation/conversation.ts";
import { capturedOf, pcapOf } from "./testing/simulation/record.ts";
import {
  conversationOf,
  MODERN_SCENARIOS,
  type ModernScenario,
  modernConversationOf,
  SCENARIOS,
  type Scenario,
} from "./testing/simulation/scenarios.ts";

/*
 * The same conversation twice, its beginning not captured: once on ports by which the client is guessed right, once with the ports of both ends
 * exchanged, so that it is guessed wrong. When the protocol has said who asked, both must be the same connection, whatever happened on it.
 */

const SEEDS = Array.from({ length: 6 }, (_, seed) => seed);
const { toServer, toClient } = Direction;

describe("a connection whose client was taken for its server", () => {
  it.each([...SCENARIOS, ...MODERN_SCENARIOS])("%s: has the same numbers once that is known", (scenario) => {
    for (const seed of SEEDS) {
      const options = optionsOf(scenario, seed);
      const captured = capturedOf(converse(options), options);
      if (captured.length === 0) continue;
      const pcap = pcapOf(captured, options);
      for (const share of [0, 0.3, 0.7, 1]) {
        const knownAt = Math.max(1, Math.floor(captured.length * share));
        const right = run(pcap, knownAt, toServer);
        const wrong = run(withPortsExchanged(pcap), knownAt, toClient);
        expect([right.answers, wrong.answers]).toEqual([[false], [true]]);
        expect([seed, share, wrong.health, wrong.streams]).toEqual([seed, share, right.health, right.streams]);
      }
    }
  });

  it("says what its direction stands on", () => {
    const options = conversationOf("midStream", 1);
    const pcap = withPortsExchanged(pcapOf(capturedOf(converse(options), options), options));
    expect(run(pcap, 1, toClient).health).toMatchObject({
      clientAddress: "10.0.0.1",
      clientPort: 0,
      serverAddress: "10.0.0.2",
      directionScore: 240,
      directionEvidence: "protocol",
    });
  });

  it("stays as its handshake says where that was seen", () => {
    const options = conversationOf("clean", 1);
    const pcap = pcapOf(capturedOf(converse(options), options), options);
    const { health, answers } = run(pcap, 5, toClient);
    expect(answers).toEqual([false]);
    expect(health).toMatchObject({ clientAddress: "10.0.0.1", directionScore: 255, directionEvidence: "handshake" });
  });

  it("is turned once: what is said first counts", () => {
    const options = conversationOf("midStream", 1);
    const pcap = withPortsExchanged(pcapOf(capturedOf(converse(options), options), options));
    expect(run(pcap, 1, toClient, toClient).answers).toEqual([true, false]);
  });
});

/** A conversation whose handshake passed before the capture began. */
function optionsOf(scenario: Scenario | ModernScenario, seed: number): ConversationOptions {
  const changes = { captureFrom: 3 + seed };
  const isPlain = (SCENARIOS as readonly string[]).includes(scenario);
  return isPlain
    ? conversationOf(scenario as Scenario, seed, changes)
    : modernConversationOf(scenario as ModernScenario, seed, changes);
}

/** Gives a capture to Weir, and says after packet `knownAt` which way the questions went. Ports are left out: they differ by design. */
function run(pcap: Uint8Array, knownAt: number, ...asked: readonly Direction[]) {
  let open: OpenConnection | undefined;
  let health: ConnectionHealth | undefined;
  const streams: Record<Direction, string> = { [toServer]: "", [toClient]: "" };
  const answers: boolean[] = [];
  const engine = new FlowEngine({
    sink: {
      opened(connection) {
        open ??= connection;
      },
      data(_, direction, bytes) {
        streams[direction] += new TextDecoder().decode(bytes);
      },
      gap(_, direction, missingBytes) {
        streams[direction] += `[${missingBytes} missing]`;
      },
      ended(_, direction) {
        streams[direction] += "[end]";
      },
      closed(_, closed) {
        health ??= { ...closed.record(), clientPort: 0, serverPort: 0 };
      },
    },
  });
  new CaptureReader().push(pcap, (packet) => {
    engine.packet(packet);
    if (packet.number !== knownAt || open === undefined) return;
    for (const direction of asked) answers.push(engine.confirmDirection(open, direction));
    // What was delivered under the old direction is the other one's.
    if (answers[0] === true) [streams[toServer], streams[toClient]] = [streams[toClient], streams[toServer]];
  });
  engine.finish();
  return { health, streams, answers };
}

/** The same packets with the ports of both ends exchanged. */
function withPortsExchanged(pcap: Uint8Array): Uint8Array {
  const exchanged = pcap.slice();
  const view = new DataView(exchanged.buffer);
  for (let at = 24; at < exchanged.length; at += 16 + view.getUint32(at + 8, true)) {
    const portsAt = at + 16 + 14 + 20;
    const source = view.getUint16(portsAt);
    view.setUint16(portsAt, view.getUint16(portsAt + 2));
    view.setUint16(portsAt + 2, source);
  }
  return exchanged;
}
