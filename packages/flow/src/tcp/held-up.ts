import type { Packet } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { announcedMss, CLIENT, SERVER, SideInt } from "../memory/connection-record.ts";
import { distance, plus } from "./sequence.ts";
import { MAX_WINDOW_SCALE } from "./window.ts";

/** Stretches that are remembered per connection; beyond it the oldest is forgotten. */
const MAX_STRETCHES = 256;
/** Segment size where nobody said one (RFC 9293 §3.7.1 would have 536; Ethernet's is what is met). */
const USUAL_SEGMENT_BYTES = 1460;

/** For how long a client's window held up what a server was sending. */
export interface HeldTime {
  readonly ns: number;
  /** False where it may have been longer: the window's scale is not known, or stretches were forgotten. */
  readonly isWhole: boolean;
}

/** Where no window was ever too small; one for all, as they are asked for with each call. */
export const NEVER_HELD: Readonly<Record<"whole" | "partial", HeldTime>> = {
  whole: { ns: 0, isWhole: true },
  partial: { ns: 0, isWhole: false },
};

/**
 * When a client's receive window let nothing more in, by its own word: from a segment of the client that leaves less room than the server may send into
 * (RFC 9293 §3.8.6.2.1: a segment, or half of the largest window) to the next one that leaves more. A stretch in which the server went on nevertheless
 * was not the client's doing, and does not count; what fills a window on its way is the network's, and is none.
 */
export class HeldUp {
  #sinceNs: number | undefined;
  /** What the server would have sent next when the stretch under way began. */
  #serverNext = 0;
  readonly #fromNs: number[] = [];
  readonly #toNs: number[] = [];
  #forgottenToNs = Number.NEGATIVE_INFINITY;
  #isScaleKnown = true;

  /** Takes what a segment of the client says. `hasRoom` is what `roomOf` says of it. */
  client(hasRoom: boolean, isScaleKnown: boolean, serverNext: number, atNs: number): void {
    this.#isScaleKnown = isScaleKnown;
    const wentOn = serverNext !== this.#serverNext;
    if (hasRoom) {
      if (this.#sinceNs !== undefined && !wentOn) this.#keep(this.#sinceNs, atNs);
      this.#sinceNs = undefined;
    } else if (this.#sinceNs === undefined || wentOn) {
      this.#sinceNs = atNs;
      this.#serverNext = serverNext;
    }
  }

  /** How much of the time between two moments lies in such stretches that are over. */
  within(fromNs: number, toNs: number): HeldTime {
    let ns = 0;
    for (const [index, from] of this.#fromNs.entries())
      ns += Math.max(0, Math.min(toNs, this.#toNs[index]!) - Math.max(fromNs, from));
    return { ns, isWhole: this.#isScaleKnown && fromNs >= this.#forgottenToNs };
  }

  #keep(fromNs: number, toNs: number): void {
    if (this.#fromNs.length >= MAX_STRETCHES) {
      this.#fromNs.shift();
      this.#forgottenToNs = this.#toNs.shift() ?? this.#forgottenToNs;
    }
    this.#fromNs.push(fromNs);
    this.#toNs.push(toNs);
  }
}

/** True where the scale of the client's window is known: its SYN was seen, or it does not scale. */
export function isScaleKnown({ ints, base }: ConnectionMemory): boolean {
  return ints[base + CLIENT + SideInt.windowScale] !== -1;
}

/**
 * Whether a segment of the client, which the record has taken, leaves room for another segment of the server. Of a window whose scale is not known only
 * zero says something.
 */
export function leavesRoom(memory: ConnectionMemory, packet: Packet): boolean {
  const { ints, base } = memory;
  const server = base + SERVER;
  const largestBytes = ints[server + SideInt.largestSegmentBytes]!;
  if (largestBytes === 0) return true;
  const scale = ints[base + CLIENT + SideInt.windowScale]!;
  if (scale === -1) return packet.tcpWindow > 0;
  const windowBytes = scale > 0 ? packet.tcpWindow << Math.min(scale, MAX_WINDOW_SCALE) : packet.tcpWindow;
  const mssBytes = announcedMss(ints[base + CLIENT + SideInt.announced]!);
  const segmentBytes = Math.min(largestBytes, mssBytes > 0 ? mssBytes : USUAL_SEGMENT_BYTES);
  const neededBytes = Math.min(segmentBytes, ints[base + CLIENT + SideInt.maxWindowBytes]! / 2);
  const edge = plus(packet.tcpAcknowledgment | 0, windowBytes);
  return distance(ints[server + SideInt.next]!, edge) >= Math.max(1, neededBytes);
}
