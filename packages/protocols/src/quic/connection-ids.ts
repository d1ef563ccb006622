import { MAX_CONNECTION_ID_BYTES, sameBytes } from "./wire.ts";

/** Connection ids that are remembered at most; the oldest are forgotten beyond it. */
const MAX_IDS = 8192;
/** Shorter ones are too easily met by chance to find a connection by them. */
const MIN_BYTES = 4;

/** A connection id, and whose packets carry it. */
export interface KnownId<Connection> {
  readonly id: Uint8Array;
  readonly connection: Connection;
  /** True where packets to the server carry it. */
  readonly toServer: boolean;
}

/**
 * Connections by their connection ids, to find out which one a packet belongs to (RFC 9000 §5.2). Packets with short headers do not tell how long
 * the id is: ids are found by their first bytes.
 */
export class ConnectionIds<Connection> {
  readonly #byStart = new Map<number, KnownId<Connection>[]>();
  #count = 0;

  /** Remembers an id; it is copied. One that is known goes to the connection that has it last. */
  add(id: Uint8Array, connection: Connection, toServer: boolean): void {
    if (id.length < MIN_BYTES || id.length > MAX_CONNECTION_ID_BYTES) return;
    if (this.#count >= MAX_IDS) this.#forgetOldest();
    const start = startOf(id, 0);
    const known = this.#byStart.get(start)?.filter((entry) => !sameBytes(entry.id, id)) ?? [];
    this.#count += known.length + 1 - (this.#byStart.get(start)?.length ?? 0);
    this.#byStart.set(start, [...known, { id: id.slice(), connection, toServer }]);
  }

  /** The connection whose id is exactly this one. */
  find(id: Uint8Array): KnownId<Connection> | undefined {
    return id.length < MIN_BYTES
      ? undefined
      : this.#byStart.get(startOf(id, 0))?.find((entry) => sameBytes(entry.id, id));
  }

  /** The connection whose id a packet with a short header carries. */
  findShort(packet: Uint8Array): KnownId<Connection> | undefined {
    if (this.#count === 0 || packet.length <= MIN_BYTES) return undefined;
    return this.#byStart.get(startOf(packet, 1))?.find(({ id }) => carries(packet, id));
  }

  /** Forgets the ids of a connection. */
  forget(connection: Connection, ids: readonly { readonly id: Uint8Array }[]): void {
    for (const { id } of ids) {
      const start = startOf(id, 0);
      const known = this.#byStart.get(start);
      if (known === undefined) continue;
      const left = known.filter((entry) => entry.connection !== connection);
      this.#count += left.length - known.length;
      if (left.length === 0) this.#byStart.delete(start);
      else this.#byStart.set(start, left);
    }
  }

  #forgetOldest(): void {
    const [oldest] = this.#byStart;
    if (oldest === undefined) return;
    this.#byStart.delete(oldest[0]);
    this.#count -= oldest[1].length;
  }
}

/** Whether a packet with a short header carries this connection id. */
export function carries(packet: Uint8Array, id: Uint8Array): boolean {
  if (packet.length <= id.length) return false;
  for (let at = 0; at < id.length; at += 1) if (packet[at + 1] !== id[at]) return false;
  return true;
}

function startOf(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
  );
}
