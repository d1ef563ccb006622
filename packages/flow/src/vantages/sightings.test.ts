import type { ConnectionHealth } from "@weir/model";
import { CaptureReader, TcpFlag } from "@weir/wire";
import { ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { FlowEngine } from "../engine.ts";

/** One place of a host: how much later than the client's it sees packets of the client, and how much earlier those of the server. */
interface Place {
  readonly name: string;
  readonly nearness: number;
  readonly delayNs: number;
  /** Hops that it is away from the client. */
  readonly hops?: number;
}

const POD: Place = { name: "veth1", nearness: 2, delayNs: 0 };
const BRIDGE: Place = { name: "br0", nearness: 1, delayNs: 10_000 };
const CARD: Place = { name: "eth0", nearness: 0, delayNs: 20_000, hops: 1 };

const IPV4_AT = 14;
const CLIENT_NET = 10;

interface Sight {
  readonly atNs: number;
  readonly place: number;
  readonly packet: number;
  readonly bytes: Uint8Array;
  readonly fileOffset: number;
}

/** The packets of a capture as they pass all places of a host, in order of time, each with an IP identification of its own. */
function sightsOf(capture: ScriptedCapture, places: readonly Place[]): Sight[] {
  const sights: Sight[] = [];
  new CaptureReader().push(capture.toPcap(), ({ frame, frameStart, frameEnd, atNs, number }) => {
    places.forEach(({ delayNs, hops = 0 }, place) => {
      const bytes = frame.slice(frameStart, frameEnd);
      const view = new DataView(bytes.buffer);
      const fromClient = view.getUint8(IPV4_AT + 12) === CLIENT_NET;
      view.setUint16(IPV4_AT + 4, number);
      view.setUint8(IPV4_AT + 8, fromClient ? 64 - hops : 56 + hops);
      sights.push({ atNs: atNs + (fromClient ? delayNs : -delayNs), place, packet: number, bytes, fileOffset: 0 });
    });
  });
  return sights.sort((a, b) => a.atNs - b.atNs);
}

/** The connections of what was seen. Without places each packet counts. */
function read(sights: readonly Sight[], places?: readonly Place[]) {
  const connections: ConnectionHealth[] = [];
  const ignore = () => undefined;
  const engine = new FlowEngine({
    streams: false,
    sink: {
      opened: ignore,
      data: ignore,
      gap: ignore,
      ended: ignore,
      closed: (_, health) => void connections.push(health.record()),
    },
    vantages: places && {
      nameOf: (number) => places[number]?.name ?? "",
      nearnessOf: (number) => places[number]?.nearness ?? 0,
    },
  });
  const script = new ScriptedCapture();
  for (const { atNs, bytes } of sights) {
    script.nowNs = atNs;
    script.frame(bytes);
  }
  let next = 0;
  new CaptureReader().push(script.toPcap({ nanoseconds: true }), (packet) => {
    packet.interfaceId = sights[next]?.place ?? 0;
    next += 1;
    engine.packet(packet);
  });
  engine.finish();
  return { connections, copies: engine.copies };
}

/** What depends on how many packets there were before: not what is asked here. */
const NUMBERING = {
  longestStallPacket: 0,
  firstPacket: 0,
  lastPacket: 0,
  firstFileOffset: 0,
  lastFileOffset: 0,
  vantages: "",
} as const;
const bare = (health: ConnectionHealth | undefined) => ({ ...health, ...NUMBERING, evidencePackets: [] });

/** A client that asks and is answered, with a segment that is lost behind this host and sent again. */
function conversation(rounds = 6): ScriptedCapture {
  const capture = new ScriptedCapture();
  capture.after(1e9);
  const tcp = capture.tcp("10.0.0.1:40000", "192.168.0.2:80");
  tcp.segment({ from: "client", flags: TcpFlag.syn });
  capture.after(5e6);
  tcp.segment({ from: "server", flags: TcpFlag.syn | TcpFlag.ack });
  capture.after(1e5);
  tcp.ack("client");
  for (let round = 0; round < rounds; round += 1) {
    tcp.send("client", `question ${round}`);
    capture.after(5e6);
    tcp.send("server", "an answer that is longer than its question");
    capture.after(1e5);
    tcp.ack("client");
    capture.after(2e9);
  }
  tcp.close();
  return capture;
}

describe("a packet that is seen at several vantages", () => {
  const single = read(sightsOf(conversation(), [POD])).connections;

  it("counts once, with the numbers of the vantage that is nearest to the process", () => {
    for (const places of [
      [POD, BRIDGE],
      [BRIDGE, POD],
      [CARD, BRIDGE, POD],
      [POD, BRIDGE, CARD],
    ] as const) {
      const { connections } = read(sightsOf(conversation(), places), places);
      expect(connections).toHaveLength(1);
      expect(bare(connections[0])).toEqual(bare(single[0]));
      expect(connections[0]?.vantages?.split(",")[0]).toBe("veth1");
    }
  });

  it("leaves the vantages on its connection, and is counted there", () => {
    const places = [CARD, POD];
    const { connections, copies } = read(sightsOf(conversation(), places), places);
    expect(connections[0]?.vantages).toBe("veth1,eth0");
    const packets = conversation().packets;
    // What the card saw before it was known that the pod's end sees the same was taken there.
    expect((copies[0] ?? 0) + (copies[1] ?? 0)).toBe(packets);
    expect(copies[0]).toBeGreaterThan(packets - 4);
  });

  it("is a copy and a retransmission where nobody says what the vantages are", () => {
    const [health] = read(sightsOf(conversation(), [POD, BRIDGE])).connections;
    expect(health?.clientCopies).toBeGreaterThan(0);
    expect(health?.vantages).toBeUndefined();
  });

  it("is still a retransmission where it was sent again", () => {
    const again = () => {
      const capture = conversation(2);
      const tcp = capture.tcp("10.0.0.1:40001", "192.168.0.2:80").handshake();
      for (let time = 0; time < 3; time += 1) {
        capture.after(3e8);
        tcp.segment({ from: "client", flags: TcpFlag.psh | TcpFlag.ack, sequence: 1, payload: "the same once more" });
      }
      return capture;
    };
    const resent = (health: ConnectionHealth | undefined) => health?.clientRetransmissions;
    const alone = read(sightsOf(again(), [POD])).connections;
    const places = [CARD, BRIDGE, POD];
    const { connections } = read(sightsOf(again(), places), places);
    expect(connections.map(resent)).toEqual(alone.map(resent));
    expect(Math.max(...alone.map((health) => resent(health) ?? 0))).toBe(3);
  });

  it("counts once where offloading made other packets of it behind the leading vantage", () => {
    const capture = () => {
      const script = conversation(1);
      const tcp = script.tcp("10.0.0.1:40002", "192.168.0.2:80").handshake();
      tcp.send("client", "x".repeat(3000));
      return script;
    };
    const places = [POD, CARD];
    const sights = sightsOf(capture(), places);
    const whole = sights.findLast(({ place }) => place === 1);
    const split = sights.filter((sight) => sight !== whole);
    for (const part of [0, 1]) {
      const bytes = (whole as Sight).bytes.slice(0, 54 + 1500);
      const view = new DataView(bytes.buffer);
      view.setUint16(IPV4_AT + 2, 40 + 1500);
      view.setUint16(IPV4_AT + 4, view.getUint16(IPV4_AT + 4) + part);
      view.setUint32(IPV4_AT + 24, view.getUint32(IPV4_AT + 24) + part * 1500);
      split.push({ ...(whole as Sight), bytes });
    }
    const found = read(split, places).connections.find(({ clientPort }) => clientPort === 40_002);
    expect(found).toMatchObject({ clientPackets: 3, clientPayloadBytes: 3000, clientRetransmissions: 0 });
  });

  it("of datagrams as well, however alike they are", () => {
    const capture = () => {
      const script = new ScriptedCapture();
      for (let time = 0; time < 5; time += 1) {
        script.after(1e6).udp("10.0.0.1:5000", "192.168.0.2:8125", "requests:1|c");
        script.after(1e6).udp("192.168.0.2:8125", "10.0.0.1:5000", "thanks");
      }
      return script;
    };
    const places = [CARD, POD];
    const sights = sightsOf(capture(), places).map((sight) => {
      new DataView(sight.bytes.buffer).setUint16(IPV4_AT + 4, 0);
      return sight;
    });
    expect(read(sights, places).connections).toMatchObject([
      { clientPackets: 5, serverPackets: 5, clientTtlChanges: 0 },
    ]);
  });

  it("is taken elsewhere when the leading vantage sees no more of them", () => {
    const places = [CARD, POD];
    const long = conversation(700);
    const sights = sightsOf(long, places).filter(({ place, packet }) => place === 0 || packet < 50);
    const [health] = read(sights, places).connections;
    const all = read(sightsOf(long, [POD])).connections[0];
    expect(all!.clientPackets - health!.clientPackets).toBeLessThanOrEqual(512);
    expect(health!.clientFins).toBe(1);
  });
});
