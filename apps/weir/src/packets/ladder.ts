import { FlowEngine, type FlowSink, type PacketNote } from "@weir/flow";
import type { Ladder, LadderPacket } from "@weir/http-contract";
import { Direction } from "@weir/model";
import { type Packet, TcpFlag, Transport } from "@weir/wire";
import { type PacketSource, readConnectionPackets, senderOf } from "./connection-packets.ts";

/** What the flow engine needs to run; a ladder only looks at its notes. */
const NO_SINK: FlowSink = {
  opened: () => undefined,
  data: () => undefined,
  gap: () => undefined,
  ended: () => undefined,
  closed: () => undefined,
};

/** Sequence numbers are shown from the first one of each direction, as Wireshark does. */
interface Base {
  sequence: number | undefined;
  windowScale: number;
}

/** The packets of a connection for a ladder diagram, judged by the same engine that judged the connection. */
export async function readLadder(connectionId: string, source: PacketSource, limit: number): Promise<Ladder> {
  const [key] = source.keys;
  const packets: LadderPacket[] = [];
  let truncated = false;
  let firstNs: number | undefined;
  const bases: Readonly<Record<Direction, Base>> = { [Direction.toServer]: newBase(), [Direction.toClient]: newBase() };
  let notes: readonly PacketNote[] = [];
  const engine = new FlowEngine({
    sink: NO_SINK,
    observer(_, __, seenNotes) {
      notes = seenNotes;
    },
  });
  await readConnectionPackets(source, (packet) => {
    if (packets.length >= limit) {
      truncated = true;
      return false;
    }
    engine.packet(packet);
    // As the record says: what the connection spoke may have told more than its ports tell this engine.
    const direction = key !== undefined && senderOf(packet, key) === "server" ? Direction.toClient : Direction.toServer;
    firstNs ??= packet.atNs;
    packets.push(rung(packet, firstNs, direction, notes, bases));
    return true;
  });
  return { connectionId, packets, truncated };
}

function newBase(): Base {
  return { sequence: undefined, windowScale: 0 };
}

function rung(
  packet: Packet,
  firstNs: number,
  direction: Direction,
  notes: readonly PacketNote[],
  bases: Readonly<Record<Direction, Base>>,
): LadderPacket {
  const isTcp = packet.transport === Transport.tcp;
  const own = bases[direction];
  const other = bases[direction === Direction.toServer ? Direction.toClient : Direction.toServer];
  const flags = isTcp ? packet.tcpFlags : 0;
  if (isTcp) {
    own.sequence ??= packet.tcpSequence;
    if ((flags & TcpFlag.ack) !== 0) other.sequence ??= packet.tcpAcknowledgment;
    if ((flags & TcpFlag.syn) !== 0) own.windowScale = windowScaleOf(packet);
  }
  const scale = (flags & TcpFlag.syn) === 0 ? own.windowScale : 0;
  return {
    number: packet.number,
    offsetNs: packet.atNs - firstNs,
    fromClient: direction === Direction.toServer,
    flags: isTcp ? flagNames(flags) : "",
    sequence: isTcp ? (packet.tcpSequence - (own.sequence ?? 0)) >>> 0 : 0,
    acknowledgment: (flags & TcpFlag.ack) === 0 ? 0 : (packet.tcpAcknowledgment - (other.sequence ?? 0)) >>> 0,
    payloadBytes: packet.payloadBytes,
    windowBytes: isTcp ? packet.tcpWindow * 2 ** scale : 0,
    notes: [...notes],
  };
}

function flagNames(flags: number): string {
  return Object.entries(TcpFlag)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([name]) => name.toUpperCase())
    .join(" ");
}

/** The shift of the window scale option (RFC 7323 §2.2); 0 where there is none. */
function windowScaleOf({ view, tcpOptionsAt, tcpOptionsEnd }: Packet): number {
  let at = tcpOptionsAt;
  while (at + 1 < tcpOptionsEnd) {
    const kind = view.getUint8(at);
    if (kind === 0) break;
    if (kind === 3 && at + 2 < tcpOptionsEnd) return Math.min(14, view.getUint8(at + 2));
    at += kind === 1 ? 1 : Math.max(2, view.getUint8(at + 1));
  }
  return 0;
}
