import { Direction } from "@weir/model";
import { type Packet, Transport } from "@weir/wire";
import type { PacketObserver } from "./contract.ts";
import { takeDatagram } from "./datagram.ts";
import { EchoEnds, isEchoRequest, timeEcho } from "./echo.ts";
import { CLIENT, ConnectionFlag, Int, SERVER } from "./memory/connection-record.ts";
import { type Ends, NONE, Word } from "./memory/conversations.ts";
import { notesOf } from "./notes.ts";
import type { OpenConnections } from "./open-connections.ts";

/** What echoes are kept with: the parts of the engine that they share with the other transports. */
export interface EchoesOptions {
  readonly open: OpenConnections;
  readonly observer: PacketObserver | undefined;
  /** True where another worker has the conversation between these ends. */
  isOthers(packet: Packet, ends: Ends): boolean;
  nextStream(): number;
}

/** ICMP's packets to their conversations: an echo and its answers are one; who asks is the client. */
export class Echoes {
  readonly #options: EchoesOptions;
  readonly #ends = new EchoEnds();

  constructor(options: EchoesOptions) {
    this.#options = options;
  }

  /** Takes one packet, in capture order; those that are no echo are left alone. */
  packet(packet: Packet): void {
    const isRequest = isEchoRequest(packet);
    if (isRequest === undefined) return;
    const ends = this.#ends.of(packet, isRequest);
    if (this.#options.isOthers(packet, ends)) return;
    const { open, observer } = this.#options;
    const { memory } = open;
    const record = this.#recordOf(packet, ends, isRequest);
    if (memory.sightings?.isCopy(memory, packet, memory.base + (isRequest ? CLIENT : SERVER)) === true) return;
    takeDatagram(memory, packet, isRequest);
    timeEcho(memory, packet, isRequest);
    if (open.isBeginning) open.reportBeginning(record);
    const handle = open.handles[record];
    if (handle !== undefined) observer?.(handle, isRequest ? Direction.toServer : Direction.toClient, notesOf(0));
  }

  /** The record of its conversation, the memory's current one. */
  #recordOf(packet: Packet, ends: Ends, isRequest: boolean): number {
    const { open, nextStream } = this.#options;
    const { conversations, memory } = open;
    let number = conversations.find(Transport.icmp, ends);
    const { fromFirst } = conversations;
    if (number === NONE) number = conversations.add(nextStream());
    const known = conversations.words[conversations.at(number) + Word.record]!;
    if (known !== NONE) {
      memory.select(known);
      return known;
    }
    const record = open.open(number, packet, { senderIsClient: isRequest, evidence: "protocol" }, fromFirst);
    memory.ints[memory.base + Int.flags]! |= ConnectionFlag.isDatagrams | ConnectionFlag.isOther;
    open.announce(record);
    return record;
  }
}
