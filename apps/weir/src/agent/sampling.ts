import { addressBytes } from "@weir/identity";
import { type Packet, peersHash, shardOfEnds, TcpFlag, Transport } from "@weir/wire";
import type { KeptEnds } from "./control/kept-edges.ts";

/** Under overload one of so many connections is kept whole, of those that would be otherwise. */
const OVERLOAD_ONE_OF = 16;
const ALWAYS_KEPT = TcpFlag.syn | TcpFlag.fin | TcpFlag.rst;

/** Which packets are read while some are left out: by choice, or because there are too many. Beginnings and ends of TCP connections always are. */
export class Sampling {
  /** True while packets are left out because there are too many. */
  isOverloaded = false;
  /** One of so many connections is read whole, by choice. */
  oneOf = 1;
  /** Pairs of hosts that are read whole whatever is chosen, and since when (Unix nanoseconds). */
  #kept: ReadonlyMap<number, bigint> = new Map();

  /** True while packets are left out by choice. */
  get isChosen(): boolean {
    return this.oneOf > 1;
  }

  /** These pairs are read whole from now on. */
  keep(ends: readonly KeptEnds[], unixNs: bigint): void {
    const hashes = ends.map(hashOf).filter((hash) => hash !== undefined);
    this.#kept = new Map(hashes.map((hash) => [hash, this.#kept.get(hash) ?? unixNs]));
  }

  /** Whether a packet is read. HOT PATH. */
  takes(packet: Packet): boolean {
    if (!this.isOverloaded && this.oneOf === 1) return true;
    const { transport, tcpFlags } = packet;
    if (transport === Transport.tcp && (tcpFlags & ALWAYS_KEPT) !== 0) return true;
    if (transport !== Transport.tcp && transport !== Transport.udp) return true;
    if (shardOfEnds(packet, this.isOverloaded ? this.oneOf * OVERLOAD_ONE_OF : this.oneOf) === 0) return true;
    return !this.isOverloaded && this.#kept.size > 0 && this.#isKept(packet);
  }

  /** True where everything of a connection was read, because somebody asked for it. */
  keepsWhole(ends: KeptEnds, startedAt: bigint): boolean {
    const hash = this.#kept.size === 0 ? undefined : hashOf(ends);
    const since = hash === undefined ? undefined : this.#kept.get(hash);
    return since !== undefined && since <= startedAt;
  }

  /** Which end is the server is not told by a packet: either may be. */
  #isKept(packet: Packet): boolean {
    return (
      this.#kept.has(peersHash(packet, packet.destinationPort)) || this.#kept.has(peersHash(packet, packet.sourcePort))
    );
  }
}

function hashOf({ clientAddress, serverAddress, serverPort }: KeptEnds): number | undefined {
  const client = addressBytes(clientAddress);
  const server = addressBytes(serverAddress);
  if (client === undefined || server === undefined || client.length !== server.length) return undefined;
  const bytes = Uint8Array.from([...client, ...server]);
  const view = new DataView(bytes.buffer);
  const ends = { view, addressBytes: client.length, sourceAddressAt: 0, destinationAddressAt: client.length };
  return peersHash(ends, serverPort);
}
