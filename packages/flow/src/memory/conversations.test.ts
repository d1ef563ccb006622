import { Packet, Transport } from "@weir/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Conversations, type Ends, NONE, Word } from "./conversations.ts";

/** Ends with addresses of one byte that differs, in IPv4 or IPv6. */
function ends(
  [source, sourcePort]: readonly [number, number],
  [target, port]: readonly [number, number],
  isV6: boolean,
) {
  const addressBytes = isV6 ? 16 : 4;
  const bytes = new Uint8Array(2 * addressBytes);
  bytes[addressBytes - 1] = source;
  bytes[2 * addressBytes - 1] = target;
  return {
    bytes,
    view: new DataView(bytes.buffer),
    sourceAddressAt: 0,
    destinationAddressAt: addressBytes,
    addressBytes,
    sourcePort,
    destinationPort: port,
  } satisfies Ends;
}

const end = fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 3 }));

describe("conversations", () => {
  it("are found by either direction, and apart from all others", () => {
    const conversations = new Conversations();
    const there = ends([1, 40_000], [2, 80], false);
    const back = ends([2, 80], [1, 40_000], false);
    expect(conversations.find(Transport.tcp, there)).toBe(NONE);
    const number = conversations.add(7);
    expect(conversations.find(Transport.tcp, there)).toBe(number);
    const wasFirst = conversations.fromFirst;
    expect(conversations.find(Transport.tcp, back)).toBe(number);
    expect(conversations.fromFirst).toBe(!wasFirst);
    expect(conversations.find(Transport.udp, there)).toBe(NONE);
    expect(conversations.find(Transport.tcp, ends([1, 40_000], [2, 80], true))).toBe(NONE);
  });

  it("behave as a map, however many come and are forgotten", () => {
    const action = fc.record({ from: end, to: end, isV6: fc.boolean(), forgets: fc.boolean() });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        const conversations = new Conversations();
        const known = new Map<string, number>();
        let stream = 0;
        for (const { from, to, isV6, forgets } of actions) {
          const key = `${[from, to].map(String).toSorted().join(" ")} ${isV6}`;
          const number = conversations.find(Transport.tcp, ends(from, to, isV6));
          expect(number === NONE).toBe(!known.has(key));
          if (number === NONE) {
            known.set(key, stream);
            conversations.add(stream++);
          } else {
            expect(conversations.words[conversations.at(number) + Word.streamNumber]).toBe(known.get(key));
            if (!forgets) continue;
            conversations.forget(number);
            known.delete(key);
          }
        }
        expect(conversations.size).toBe(known.size);
      }),
    );
  });

  it("grow to many, and keep every one", () => {
    const conversations = new Conversations();
    const packet = new Packet();
    packet.bytes = new Uint8Array(8);
    packet.view = new DataView(packet.bytes.buffer);
    packet.destinationAddressAt = 4;
    packet.addressBytes = 4;
    packet.sourcePort = 40_000;
    packet.destinationPort = 80;
    const find = (index: number) => {
      packet.view.setUint32(0, index);
      return conversations.find(Transport.tcp, packet);
    };
    for (let index = 0; index < 20_000; index += 1) if (find(index) === NONE) conversations.add(index);
    for (let index = 0; index < 20_000; index += 1)
      expect(conversations.words[conversations.at(find(index)) + Word.streamNumber]).toBe(index);
  });
});
