import type { StallReason } from "@weir/model";
import type { ConversationOptions } from "./conversation.ts";
import type { PathLog } from "./path.ts";
import type { CapturedSighting } from "./record.ts";
import type { Segment, SideName } from "./segment.ts";
import type { Span } from "./stream-truth.ts";
import { mainWaits } from "./wait.ts";

/** Who was waited for, in a whole conversation, as the vantage sees it; times in nanoseconds. */
export interface TurnTruth {
  /** Per question: from the last packet of it to the first of its answer. */
  readonly thinkNs: readonly number[];
  /** Per question but the first: from the last packet of the answer before it to its first. */
  readonly clientIdleNs: readonly number[];
  /** The longest pause between two captured packets, and the packet that ended it. */
  readonly longestStallNs: number;
  readonly longestStallPacket: number;
  /** What the hosts waited for during most of that pause, as they say themselves; none where the packets were just on their way. */
  readonly longestStallReasons: ReadonlySet<StallReason>;
}

/** Tells the turns by what the applications wrote, and the pauses by what the hosts say they waited for. */
export function turnTruth(
  log: PathLog,
  captured: readonly CapturedSighting[],
  { exchanges }: ConversationOptions,
): TurnTruth {
  const sent = withPayload(captured);
  const thinkNs: number[] = [];
  const clientIdleNs: number[] = [];
  let [asked, answered, answeredBefore] = [0, 0, 0];
  for (const { requestBytes, responseBytes } of exchanges) {
    const idleNs = pauseNs(sent, "client", [asked, asked + requestBytes], answeredBefore);
    if (asked > 0 && idleNs !== undefined) clientIdleNs.push(idleNs);
    const waitedNs = pauseNs(sent, "server", [answered, answered + responseBytes], asked);
    if (waitedNs !== undefined) thinkNs.push(waitedNs);
    answeredBefore = answered;
    asked += requestBytes;
    answered += responseBytes;
  }
  return { thinkNs, clientIdleNs, ...stallOf(log, captured) };
}

/** Every sending of payload once: no probes, and no copies that the network made. */
function withPayload(captured: readonly CapturedSighting[]): readonly CapturedSighting[] {
  const seen = new Set<Segment>();
  return captured.filter(({ segment }) => {
    if (segment.payloadBytes === 0 || segment.sending === "probe" || seen.has(segment)) return false;
    seen.add(segment);
    return true;
  });
}

/**
 * From the other side's last payload to the first payload of a side in a part of its stream. Undefined where the capture missed all of that, or of what
 * the other side said before, from its `otherOffset` on.
 */
function pauseNs(
  sent: readonly CapturedSighting[],
  side: SideName,
  [from, to]: Span,
  otherOffset: number,
): number | undefined {
  const isBehind = ({ segment }: CapturedSighting, than: number) => segment.sequence - 1 + segment.payloadBytes > than;
  const at = sent.findIndex((sighting) => sighting.segment.from === side && isBehind(sighting, from));
  const before = sent.slice(0, Math.max(0, at)).filter(({ segment }) => segment.from !== side);
  if (at < 0 || sent[at]!.segment.sequence - 1 >= to || !before.some((sighting) => isBehind(sighting, otherOffset)))
    return undefined;
  return sent[at]!.atNs - before.at(-1)!.atNs;
}

function stallOf({ waits }: PathLog, captured: readonly CapturedSighting[]) {
  let [longestStallNs, longestStallPacket, fromNs] = [0, 0, 0];
  captured.forEach(({ atNs, number }, index) => {
    const beforeNs = captured[index - 1]?.atNs ?? atNs;
    if (Math.round(atNs) - Math.round(beforeNs) <= longestStallNs) return;
    longestStallNs = Math.round(atNs) - Math.round(beforeNs);
    longestStallPacket = number;
    fromNs = beforeNs;
  });
  return {
    longestStallNs,
    longestStallPacket,
    longestStallReasons: mainWaits(waits, fromNs, fromNs + longestStallNs),
  };
}
