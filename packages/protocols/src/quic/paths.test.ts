import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { CallDraft } from "../call-draft.ts";
import { KeyLog } from "../common/tls/key-log.ts";
import { StreamRecogniser } from "../stream-recogniser.ts";
import { newSurroundings } from "../surroundings.ts";
import { parseTranscript, type Transcript } from "../testing/transcript.ts";

const read = (name: string) =>
  parseTranscript(readFileSync(new URL(`fixtures/paths/${name}.transcript`, import.meta.url), "utf8"));

/** Reads paths as one capture would have them, one behind the other, and closes them together. */
function readPaths(...paths: readonly Transcript[]) {
  const tlsSecrets = new KeyLog();
  for (const { keys = "" } of paths) tlsSecrets.add(keys);
  const surroundings = newSurroundings({ tlsSecrets });
  const calls: (CallDraft & { readonly path: number })[] = [];
  const recognisers = paths.map((transcript, path) => {
    const recogniser = new StreamRecogniser(surroundings, {
      transport: "udp",
      clientPort: 40_000 + path,
      serverPort: 443,
      serverAddress: "192.0.2.1",
      midStream: false,
      asked: () => false,
      emit: (call) => calls.push({ ...call, path }),
      violation: () => undefined,
    });
    for (const event of transcript.events)
      if (event.kind === "data") recogniser.data(event.direction, event.bytes, event.mark);
    return recogniser;
  });
  for (const [index, recogniser] of recognisers.entries()) recogniser.close("idle", paths[index]!.close.mark);
  return { calls, protocols: recognisers.map(({ protocol }) => protocol) };
}

describe("a QUIC connection on two paths", () => {
  it("is the same where the client's port changes, without secrets", () => {
    const { calls, protocols } = readPaths(read("rebound-1"), read("rebound-2"));
    expect(protocols).toEqual(["quic", "quic"]);
    const [handshake, migration] = calls;
    expect(handshake).toMatchObject({ operation: "handshake", path: 0, status: "ok" });
    expect(migration).toMatchObject({ operation: "migration", path: 1, status: "ok", target: "localhost" });
    expect(migration?.attributes["weir.quic.connection_id"]).toBe(handshake?.attributes["weir.quic.connection_id"]);
    expect(calls).toHaveLength(2);
  });

  it("is found by an id that was agreed on under encryption, with secrets, and its requests go on", () => {
    const { calls } = readPaths(read("moved-1"), read("moved-2"));
    expect(calls.map(({ operation, path, target }) => [operation, path, target])).toEqual([
      ["handshake", 0, "localhost"],
      ["migration", 1, "localhost"],
      ["GET", 1, "/index.html"],
    ]);
  });

  it("is not made up: packets with short headers alone are nobody's", () => {
    expect(readPaths(read("rebound-2"))).toEqual({ calls: [], protocols: [""] });
  });
});
