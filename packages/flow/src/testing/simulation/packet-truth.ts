import { TcpFlag } from "@weir/wire";
import type { PathLog } from "./path.ts";
import type { CapturedSighting } from "./record.ts";
import { endOf, isReliable, type Segment, type Sending, type SideName } from "./segment.ts";

/** Why sequence numbers jump at a packet. */
export type HoleCause = "lostBefore" | "missed" | "reordered";

/** Why something was sent again. */
export type ResentBy = Exclude<Sending, "first" | "probe">;

/** What the packets of one side are, by their numbers in the capture. */
export interface PacketTruth {
  /** Payload, SYN and FIN that the host sent again, by why. Copies that the network made are not among them. */
  readonly resent: Readonly<Record<ResentBy, readonly number[]>>;
  /** Of those, the ones that look new at the vantage: nothing from there on was captured before. */
  readonly resentUnseen: readonly number[];
  readonly probes: readonly number[];
  /** Second copies that the network made of payload, SYN and FIN. */
  readonly duplicates: readonly number[];
  /** Payload, SYN and FIN that passed after something that was sent later; no copies. */
  readonly reordered: readonly number[];
  /** Packets at which a hole opens, ACKs without payload among them, and its cause. */
  readonly holes: ReadonlyMap<number, HoleCause>;
}

/** Says of each packet that a side sent what it is. */
export function packetTruth(log: PathLog, own: readonly CapturedSighting[], side: SideName): PacketTruth {
  const judge = new Judge(log.sightings.filter(({ segment }) => segment.from === side && isReliable(segment)));
  for (const sighting of own) judge.take(sighting);
  return judge;
}

/** Goes through the packets in the order of the capture. */
class Judge implements PacketTruth {
  readonly resent: Record<ResentBy, number[]> = { fast: [], timeout: [], afterTimeout: [], tailProbe: [] };
  readonly resentUnseen: number[] = [];
  readonly probes: number[] = [];
  readonly duplicates: number[] = [];
  readonly reordered: number[] = [];
  readonly holes = new Map<number, HoleCause>();
  readonly #passed: PathLog["sightings"];
  readonly #seen = new Set<Segment>();
  #newestId = -1;
  /** End of what was captured so far; a probe does not move it: its byte is sent again in any case. */
  #highest = -1;

  constructor(passed: PathLog["sightings"]) {
    this.#passed = passed;
  }

  take({ segment, number, atNs }: CapturedSighting): void {
    if ((segment.flags & TcpFlag.rst) !== 0) return;
    if (this.#highest >= 0 && segment.sequence > this.#highest) this.holes.set(number, this.#causeOf(segment, atNs));
    if (isReliable(segment)) this.#judge(segment, number);
    if (segment.sending !== "probe") this.#highest = Math.max(this.#highest, endOf(segment));
  }

  #judge(segment: Segment, number: number): void {
    if (this.#seen.has(segment)) {
      this.duplicates.push(number);
      return;
    }
    this.#seen.add(segment);
    if (segment.sending === "probe") this.probes.push(number);
    else if (segment.sending !== "first") {
      this.resent[segment.sending].push(number);
      if (segment.sequence >= this.#highest) this.resentUnseen.push(number);
    }
    if (segment.id < this.#newestId) this.reordered.push(number);
    this.#newestId = Math.max(this.#newestId, segment.id);
  }

  /** Where the byte before the segment is: overtaken and still on its way, passed uncaptured, or lost. */
  #causeOf({ id, sequence }: Segment, atNs: number): HoleCause {
    const before = this.#passed.filter(
      ({ segment }) => segment.id < id && segment.sequence < sequence && endOf(segment) >= sequence,
    );
    if (before.some((sighting) => sighting.atNs > atNs)) return "reordered";
    return before.length > 0 ? "missed" : "lostBefore";
  }
}
