import { Direction } from "@weir/model";
import { type Packet, type Shard, shardOfPorts, Transport } from "@weir/wire";
import type { PacketObserver } from "../contract.ts";
import type { DirectionJudge, DirectionJudgement } from "../direction.ts";
import { CLIENT, ConnectionFlag, Int, SERVER } from "../memory/connection-record.ts";
import { ConversationFlag, NONE, Word } from "../memory/conversations.ts";
import { notesOf } from "../notes.ts";
import type { OpenConnections } from "../open-connections.ts";
import { type Association, type AssociationSide, MAX_OTHER_PATHS, newAssociation } from "./association.ts";
import { ChunkField, Chunks, ChunkType, verificationTag } from "./chunks.ts";
import { pathText } from "./paths.ts";
import { Tags } from "./tags.ts";
import { takePacket } from "./take-packet.ts";

/** What associations are kept with: the parts of the engine that they share with the other transports. */
export interface AssociationsOptions {
  readonly open: OpenConnections;
  readonly directions: DirectionJudge;
  readonly observer: PacketObserver | undefined;
  /** Whether each connection has an object of its own for others to hold. */
  readonly hasHandles: boolean;
  /** Keeps only the associations of this share of the capture. One goes between several addresses: it belongs to who has its ports. */
  readonly shard: Shard | undefined;
  nextStream(): number;
}

/** Where a packet belongs. Reused: overwritten by the next one. */
const place = { conversation: NONE, fromFirst: true, isOtherPath: false };

/**
 * SCTP's packets to their associations (RFC 9260). An association is found by the ends between which it began, and on its other paths by the tags that its
 * ends chose; an INIT with another tag than the one before begins a new one on the same ends.
 */
export class Associations {
  readonly #options: AssociationsOptions;
  readonly #tags = new Tags();
  readonly #chunks = new Chunks();
  /** Packets without user data that came after their association was over and had left. */
  latePackets = 0;

  constructor(options: AssociationsOptions) {
    this.#options = options;
  }

  /** Takes one packet, in capture order. */
  packet(packet: Packet): void {
    const { open, observer, hasHandles, shard } = this.#options;
    if (shard !== undefined && shardOfPorts(packet.sourcePort, packet.destinationPort, shard.count) !== shard.index)
      return;
    const first = this.#chunks.of(packet).next() ? this.#chunks.type : undefined;
    const initiateTag = this.#initiateTag();
    this.#find(packet, initiateTag);
    const record = this.#recordOf(packet, first, initiateTag);
    if (record === NONE) return;
    const association = this.#associationOf(record);
    const fromClient = this.#isFromClient();
    const side = open.memory.base + (fromClient ? CLIENT : SERVER);
    if (open.memory.sightings?.isCopy(open.memory, packet, side) === true) return;
    if (place.isOtherPath) notePath(association, packet);
    const marks = takePacket(open.memory, association, packet, fromClient);
    this.#learnTags(association, packet, fromClient);
    open.lingerIfOver(record, packet);
    if (hasHandles) {
      const connection = open.handles[record]!;
      const { nextTsn } = fromClient ? association.client : association.server;
      open.streams?.chunks(connection, packet, fromClient, nextTsn);
      observer?.(connection, fromClient ? Direction.toServer : Direction.toClient, notesOf(marks));
    }
    if (open.isBeginning) open.reportBeginning(record);
  }

  /** The tag that the packet's sender chooses with it; undefined where it chooses none. */
  #initiateTag(): number | undefined {
    const chunk = this.#chunks;
    const isInit = chunk.type === ChunkType.init || chunk.type === ChunkType.initAck;
    return isInit && chunk.has(ChunkField.initEnd) ? chunk.uint32(ChunkField.initiateTag) : undefined;
  }

  /** Finds the packet's conversation, or adds one. */
  #find(packet: Packet, initiateTag: number | undefined): void {
    const { conversations } = this.#options.open;
    place.conversation = conversations.find(Transport.sctp, packet);
    place.fromFirst = conversations.fromFirst;
    place.isOtherPath = false;
    if (place.conversation !== NONE) return;
    const tag = verificationTag(packet);
    // The first packet of all has no tag yet but its sender's.
    if (tag === 0 && initiateTag !== undefined) this.#findByTag(initiateTag, packet.sourcePort, true);
    else this.#findByTag(tag, packet.destinationPort, false);
    if (place.conversation === NONE) place.conversation = conversations.add(this.#options.nextStream());
  }

  /** Finds an association that is open and in which the end at `port` has `tag`. */
  #findByTag(tag: number, port: number, isSender: boolean): void {
    const owner = this.#tags.find(tag, port);
    if (owner === undefined) return;
    const { conversations, memory } = this.#options.open;
    const at = conversations.at(owner.conversation);
    const record = conversations.words[at + Word.record]!;
    if (record === NONE) return;
    memory.select(record);
    const firstIsClient = (conversations.words[at + Word.flags]! & ConversationFlag.firstIsClient) !== 0;
    const { association } = memory.extras ?? {};
    const side = owner.isFirst === firstIsClient ? association?.client : association?.server;
    if (side?.tag !== tag) return;
    place.conversation = owner.conversation;
    place.fromFirst = owner.isFirst === isSender;
    place.isOtherPath = true;
  }

  /** The record of the packet's association, which may begin with it; NONE where it comes too late for one. The memory's current one. */
  #recordOf(packet: Packet, first: number | undefined, initiateTag: number | undefined): number {
    const { open } = this.#options;
    const { conversations } = open;
    const at = conversations.at(place.conversation);
    const record = conversations.words[at + Word.record]!;
    const isInit = first === ChunkType.init;
    if (record === NONE) {
      const hasEnded = (conversations.words[at + Word.flags]! & ConversationFlag.hasEnded) !== 0;
      if (hasEnded && !isInit && !this.#hasData(packet)) {
        this.latePackets += 1;
        return NONE;
      }
      if (hasEnded && isInit) conversations.words[at + Word.streamNumber] = this.#options.nextStream();
      return this.#begin(packet, first);
    }
    open.memory.select(record);
    if (!isInit || !this.#isOther(record, initiateTag)) return record;
    open.close(record, "replaced");
    conversations.words[conversations.at(place.conversation) + Word.streamNumber] = this.#options.nextStream();
    return this.#begin(packet, first);
  }

  #hasData(packet: Packet): boolean {
    this.#chunks.of(packet);
    while (this.#chunks.next()) if (this.#chunks.isData) return true;
    return false;
  }

  /** True where an INIT with this tag is not of the association that is open on its ends: its sender had chosen another one. */
  #isOther(record: number, initiateTag: number | undefined): boolean {
    const association = this.#associationOf(record);
    const { tag } = this.#isFromClient() ? association.client : association.server;
    if (this.#options.open.handleOf(record).isOver) return initiateTag !== tag;
    return initiateTag !== undefined && tag !== undefined && initiateTag !== tag;
  }

  #begin(packet: Packet, first: number | undefined): number {
    const { open, directions } = this.#options;
    const judgement = judge(directions, packet, first);
    const record = open.open(place.conversation, packet, judgement, place.fromFirst);
    const isWhole = first === ChunkType.init;
    const { ints, base } = open.memory;
    ints[base + Int.flags]! |= ConnectionFlag.isOther | (isWhole ? 0 : ConnectionFlag.midStream);
    open.announce(record);
    return record;
  }

  #isFromClient(): boolean {
    const { conversations } = this.#options.open;
    const flags = conversations.words[conversations.at(place.conversation) + Word.flags]!;
    return place.fromFirst === ((flags & ConversationFlag.firstIsClient) !== 0);
  }

  #associationOf(record: number): Association {
    const { memory } = this.#options.open;
    memory.select(record);
    const extras = memory.needExtras();
    extras.association ??= newAssociation();
    return extras.association;
  }

  /** Where the handshake was not seen, tags are known from the packets that carry them. */
  #learnTags(association: Association, packet: Packet, fromClient: boolean): void {
    const [sender, receiver] = fromClient
      ? [association.client, association.server]
      : [association.server, association.client];
    const tag = verificationTag(packet);
    if (receiver.tag === undefined && tag !== 0) receiver.tag = tag;
    this.#remember(sender, packet.sourcePort, place.fromFirst);
    this.#remember(receiver, packet.destinationPort, !place.fromFirst);
  }

  #remember(side: AssociationSide, port: number, isFirst: boolean): void {
    if (side.tag === undefined || side.rememberedTag === side.tag) return;
    side.rememberedTag = side.tag;
    this.#tags.add(side.tag, port, { conversation: place.conversation, isFirst });
  }
}

/** Who is the client, by the first chunk of the first packet that was seen. */
function judge(directions: DirectionJudge, packet: Packet, first: number | undefined): DirectionJudgement {
  if (first === ChunkType.init || first === ChunkType.cookieEcho) return directions.ofHandshake(packet, true);
  if (first === ChunkType.initAck || first === ChunkType.cookieAck) return directions.ofHandshake(packet, false);
  return directions.ofEnds(packet);
}

function notePath(association: Association, packet: Packet): void {
  if (association.otherPaths.size < MAX_OTHER_PATHS) association.otherPaths.add(pathText(packet));
}
