import { BEGINNINGS_PER_PACKET } from "@weir/flow";
import type { Connection } from "@weir/model";
import { describe, expect, it } from "vitest";
import type { RowForm } from "./messages.ts";
import { RowJoin } from "./row-join.ts";
import { RowText } from "./row-text.ts";

const json: RowForm = { format: "json", isColoured: false, mark: Number.MAX_SAFE_INTEGER, numberWidth: 0 };
const NO_STREAMS = new Int32Array(0);

describe("rows of several shares", () => {
  it("get the numbers that their streams have in the whole capture", () => {
    const { join, written } = joining(2);
    join.take(0, part({ packets: 9, tcp: [1, 7], rows: [row(7), row(1)] }));
    join.take(1, part({ packets: 9, tcp: [3] }));
    expect(written()).toEqual(["a-tcp-2", "a-tcp-0"]);
  });

  it("are held while a share that is behind may yet tell of an earlier stream, and no longer", () => {
    const { join, written } = joining(2);
    join.take(1, part({ packets: 4, tcp: [3] }));
    join.take(0, part({ packets: 9, tcp: [1, 7], rows: [row(1), row(7), row(1)] }));
    expect(written()).toEqual(["a-tcp-0", "a-tcp-0"]);
    join.take(1, part({ packets: 8, tcp: [6] }));
    expect(written()).toEqual(["a-tcp-0", "a-tcp-0", "a-tcp-3"]);
  });

  it("are held until a share that never got so far has nothing more to say", () => {
    const { join, written } = joining(2);
    join.take(0, part({ packets: 9, tcp: [7], rows: [row(7)] }));
    expect(written()).toEqual([]);
    join.end(1);
    expect(written()).toEqual(["a-tcp-0"]);
  });

  it("are counted by transport", () => {
    const { join, written } = joining(1);
    join.take(0, part({ packets: 9, tcp: [1, 2], udp: [3], rows: [row(3, "udp"), row(2)] }));
    expect(written()).toEqual(["a-udp-0", "a-tcp-1"]);
  });

  it("keep an id that is not made of the stream number: of attempts that were summed up", () => {
    const { join, written } = joining(1);
    join.take(0, part({ packets: 9, tcp: [4], rows: [{ ...row(4), connectionId: "a-tcp-attempts-4" }] }));
    expect(written()).toEqual(["a-tcp-attempts-4"]);
  });
});

/** A join, and the ids of the rows that it has written, after a look at what stands beside them. */
function joining(shares: number) {
  const ids: string[] = [];
  const join = new RowJoin(shares, json, (text) => {
    for (const line of Buffer.from(text).toString().trimEnd().split("\n")) {
      const { connectionId, transport, streamNumber, clientService } = JSON.parse(line) as Connection;
      if (!connectionId.includes("attempts")) expect(connectionId).toBe(`a-${transport}-${streamNumber}`);
      expect(clientService).toBe("größe");
      ids.push(connectionId);
    }
  });
  return { join, written: () => ids };
}

/** What a share says: streams that began by their packets, and connections that ended. */
function part({
  packets,
  tcp = [],
  udp = [],
  rows = [],
}: {
  packets: number;
  tcp?: number[];
  udp?: number[];
  rows?: Connection[];
}) {
  const text = new RowText("a", json, () => undefined);
  for (const connection of rows) text.add(connection);
  const streams = [tcp, udp].map((begun) =>
    begun.length === 0 ? NO_STREAMS : Int32Array.from(begun, (packet) => packet * BEGINNINGS_PER_PACKET),
  );
  return { packets, streams, batch: text.take() };
}

/** A connection whose stream began with a packet. */
function row(packet: number, transport: "tcp" | "udp" = "tcp"): Connection {
  const streamNumber = packet * BEGINNINGS_PER_PACKET;
  const connectionId = `a-${transport}-${streamNumber}`;
  return { captureId: "a", connectionId, transport, streamNumber, clientService: "größe", startedAt: 0n } as Connection;
}
