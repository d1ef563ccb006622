import { Direction } from "@weir/model";
import type { Passage } from "../common/passage.ts";
import type { OpenCall } from "./open-call.ts";

/** Sessions and links of a connection of which something is remembered. */
const MAX_SESSIONS = 256;
export const MAX_LINKS = 512;

/** A message that waits to be settled. */
export interface Delivery extends OpenCall {
  readonly session: AmqpSession;
  readonly link: Link;
  readonly sender: Direction;
  readonly id: number;
}

/** A link (§2.6): messages go one way on it. */
export interface Link {
  readonly name: string;
  /** Who sends on it. */
  readonly sender: Direction;
  /** True where its attach was not seen. */
  readonly isUnseen: boolean;
  /** Where messages go to, or come from: the terminus at the server. */
  address: string;
  /** Message that passes in several frames. */
  underWay: UnderWay | undefined;
  /** The attach that the peer answered without a terminus: a detach will say why. */
  refused: { readonly call: OpenCall; readonly response: Passage } | undefined;
  readonly unsettled: Set<Delivery>;
}

/** A message of which transfers are still to come. */
export interface UnderWay {
  readonly deliveryId: number | undefined;
  isSettled: boolean;
  transfers: number;
  passage: Passage;
  payload: Uint8Array;
  payloadBytes: number;
}

/** A session (§2.5): each side has a channel of its own for it, and numbers of its own for links. */
export interface AmqpSession {
  readonly id: number;
  readonly links: Map<string, Link>;
  readonly handles: readonly [Map<number, Link>, Map<number, Link>];
  /** By direction of the sender and delivery id, in the order in which they were sent. */
  readonly unsettled: readonly [Map<number, Delivery>, Map<number, Delivery>];
}

/** The sessions of a connection, by the channels of both sides. */
export class Sessions {
  readonly #channels = [new Map<number, AmqpSession>(), new Map<number, AmqpSession>()] as const;
  #count = 0;
  #links = 0;

  /** A side begins a session on its channel; with `remoteChannel`, that which the other side has begun there. */
  begin(direction: Direction, channel: number, remoteChannel: number | undefined): AmqpSession {
    const begun = remoteChannel === undefined ? undefined : this.#channels[otherSide(direction)].get(remoteChannel);
    const session = begun ?? this.#create();
    this.#put(direction, channel, session);
    return session;
  }

  /** The session of a channel. Where its begin was not seen, both sides are taken to have the same number for it, as peers do. */
  of(direction: Direction, channel: number): AmqpSession {
    const known = this.#channels[direction].get(channel);
    if (known !== undefined) return known;
    const other = this.#channels[otherSide(direction)].get(channel);
    const session = other ?? this.#create();
    this.#put(direction, channel, session);
    return session;
  }

  end(direction: Direction, channel: number): void {
    this.#channels[direction].delete(channel);
  }

  /** The link that is attached, perhaps by the other side before. */
  attach(session: AmqpSession, direction: Direction, handle: number, name: string, sender: Direction): Link {
    const key = linkKey(name, sender);
    const known = session.links.get(key);
    const link = known ?? newLink(name, sender, false);
    if (known === undefined && this.#links < MAX_LINKS) {
      this.#links += 1;
      session.links.set(key, link);
    }
    if (session.links.has(key)) session.handles[direction].set(handle, link);
    return link;
  }

  /** The link of a handle, of which nothing but messages may have been seen. */
  link(session: AmqpSession, direction: Direction, handle: number): Link {
    const known = session.handles[direction].get(handle);
    if (known !== undefined) return known;
    const link = newLink("", direction, true);
    if (this.#links >= MAX_LINKS) return link;
    this.#links += 1;
    session.links.set(`${handle}`, link);
    session.handles[direction].set(handle, link);
    return link;
  }

  /** A side detaches; the link is over when both have. */
  detach(session: AmqpSession, direction: Direction, handle: number): void {
    const link = session.handles[direction].get(handle);
    session.handles[direction].delete(handle);
    if (link === undefined || [...session.handles[otherSide(direction)].values()].includes(link)) return;
    for (const [key, candidate] of session.links) if (candidate === link) this.#forget(session, key);
  }

  /** All links of all sessions. */
  links(): readonly Link[] {
    const sessions = new Set(this.#channels.flatMap((channels) => [...channels.values()]));
    return [...sessions].flatMap(({ links }) => [...links.values()]);
  }

  #forget(session: AmqpSession, key: string): void {
    if (session.links.delete(key)) this.#links -= 1;
  }

  #create(): AmqpSession {
    this.#count += 1;
    return {
      id: this.#count,
      links: new Map(),
      handles: [new Map(), new Map()],
      unsettled: [new Map(), new Map()],
    };
  }

  #put(direction: Direction, channel: number, session: AmqpSession): void {
    const channels = this.#channels[direction];
    if (channels.size < MAX_SESSIONS || channels.has(channel)) channels.set(channel, session);
  }
}

/** The side that answers. */
export function otherSide(direction: Direction): Direction {
  return direction === Direction.toServer ? Direction.toClient : Direction.toServer;
}

/** Links of the same name in both directions are two. */
export function linkKey(name: string, sender: Direction): string {
  return `${sender}/${name}`;
}

function newLink(name: string, sender: Direction, isUnseen: boolean): Link {
  return { name, sender, isUnseen, address: "", underWay: undefined, refused: undefined, unsettled: new Set() };
}
