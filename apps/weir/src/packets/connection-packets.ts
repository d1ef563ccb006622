import { formatIpv4, formatIpv6 } from "@weir/base";
import type { Connection } from "@weir/model";
import { CaptureReader, type Packet, Transport } from "@weir/wire";
import { decompress } from "../capture-source/decompress.ts";
import { openSource } from "../capture-source/source.ts";

/** What is needed to find a connection's packets again in its capture file. */
export type ConnectionKey = Pick<
  Connection,
  "transport" | "clientAddress" | "clientPort" | "serverAddress" | "serverPort" | "firstPacket" | "lastPacket"
>;

/** Where the packets of some connections are read. */
export interface PacketSource {
  readonly file: string;
  readonly keys: readonly ConnectionKey[];
  /** True where Weir has written the file out of a larger capture: its packets keep the numbers that they had there. */
  readonly isPart: boolean;
}

/**
 * Reads a capture file again and gives the packets of these connections, in order, until `onPacket` returns false. The packet is
 * borrowed. Reading stops behind the last packet.
 */
export async function readConnectionPackets(
  { file, keys, isPart }: PacketSource,
  onPacket: (packet: Packet, reader: CaptureReader) => boolean,
): Promise<void> {
  const source = await openSource(file);
  const { chunks } = await decompress(source.chunks());
  const reader = new CaptureReader();
  const lastPacket = Math.max(...keys.map((key) => key.lastPacket));
  let done = false;
  const take = (packet: Packet): void => {
    if (done) return;
    if (isPart) packet.number = packet.packetId;
    if (packet.number > lastPacket) done = true;
    else if (keys.some((key) => belongsTo(packet, key))) done = !onPacket(packet, reader);
  };
  for await (const chunk of chunks) {
    reader.push(chunk, take);
    if (done) return;
  }
  reader.end(take);
}

const TRANSPORTS: Readonly<Record<ConnectionKey["transport"], readonly Transport[]>> = {
  tcp: [Transport.tcp],
  udp: [Transport.udp],
  icmp: [Transport.icmp, Transport.icmpv6],
  sctp: [Transport.sctp],
};

function belongsTo(packet: Packet, key: ConnectionKey): boolean {
  if (packet.number < key.firstPacket || packet.number > key.lastPacket) return false;
  return TRANSPORTS[key.transport].includes(packet.transport) && senderOf(packet, key) !== undefined;
}

/** Which side of a connection sent a packet; undefined where it is not of its ends. */
export function senderOf(packet: Packet, key: ConnectionKey): "client" | "server" | undefined {
  const { sourcePort, destinationPort } = packet;
  const isForward = isPort(sourcePort, key.clientPort) && isPort(destinationPort, key.serverPort);
  const isBackward = isPort(sourcePort, key.serverPort) && isPort(destinationPort, key.clientPort);
  if (!isForward && !isBackward) return undefined;
  const source = addressText(packet, packet.sourceAddressAt);
  const destination = addressText(packet, packet.destinationAddressAt);
  if (isForward && isAddress(source, key.clientAddress) && isAddress(destination, key.serverAddress)) return "client";
  if (isBackward && isAddress(source, key.serverAddress) && isAddress(destination, key.clientAddress)) return "server";
  return undefined;
}

/** A record that sums up attempts has port 0 and an empty address where they differ: any is meant. */
function isPort(port: number, wanted: number): boolean {
  return port === wanted || wanted === 0;
}

function isAddress(address: string, wanted: string): boolean {
  return address === wanted || wanted === "";
}

/** The address at an offset of the packet's bytes, as records write it. */
function addressText(packet: Packet, at: number): string {
  return packet.addressBytes === 16 ? formatIpv6(packet.bytes, at) : formatIpv4(packet.bytes, at);
}
