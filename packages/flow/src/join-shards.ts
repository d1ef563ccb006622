import type { ConnectionHealth } from "@weir/model";

/** What is joined: a connection's numbers, or anything that stands for them in the same order. */
export type Joinable = Pick<ConnectionHealth, "transport" | "streamNumber" | "firstPacket">;

/**
 * Puts the connections together that several engines found in their shares of one capture (`FlowEngineOptions.shard`): in the order of their first
 * packets, with the stream numbers that one engine would have given. `renumber` makes an item of another stream number.
 */
export function joinShards<Item extends Joinable>(
  shares: readonly (readonly Item[])[],
  renumber: (item: Item, streamNumber: number) => Item,
): Item[] {
  const joined = shares.flat().toSorted(inOrder);
  const numbers = numbersByBirth(joined);
  return joined.map((item) => renumber(item, numbers.get(keyOf(item)) ?? item.streamNumber));
}

/** By the first packet; where one packet began several, as tunnels do, by transport and number. */
function inOrder(a: Joinable, b: Joinable): number {
  const byTransport = a.transport < b.transport ? -1 : a.transport > b.transport ? 1 : 0;
  return a.firstPacket - b.firstPacket || byTransport || a.streamNumber - b.streamNumber;
}

/** Streams are counted in the order in which they began; a share names each by the packet that began it. */
function numbersByBirth(items: readonly Joinable[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const item of items.toSorted((a, b) => a.streamNumber - b.streamNumber)) {
    if (numbers.has(keyOf(item))) continue;
    const count = counts.get(item.transport) ?? 0;
    counts.set(item.transport, count + 1);
    numbers.set(keyOf(item), count);
  }
  return numbers;
}

function keyOf({ transport, streamNumber }: Joinable): string {
  return `${transport} ${streamNumber}`;
}
