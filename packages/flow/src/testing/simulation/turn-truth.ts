import type { StallReason } from "@weir/model";
import type { ConversationOptions } from "./conversation.ts";
import type { PathLog } from "./path.ts";
import type { CapturedSighting } from "./record.ts";
import type { SideName } from "./segment.ts";
import { mainWait } from "./wait.ts";

/** Who was waited for, in a whole conversation, as the vantage sees it; times in nanoseconds. */
export interface TurnTruth {
  /** Per question: from the last packet of it to the first of its answer. */
  readonly thinkNs: readonly number[];
  /** Per question but the first: from the last packet of the answer before it to its first. */
  readonly clientIdleNs: readonly number[];
  /** The longest pause between two captured packets, and the packet that ended it. */
  readonly longestStallNs: number;
  readonly longestStallPacket: number;
  /** What a host waited for during most of that pause, as it says itself; undefined where the packets were just on their way. */
  readonly longestStallReason: StallReason | undefined;
}

/** Tells the turns by what the applications wrote, and the pauses by what the hosts say they waited for. */
export function turnTruth(
  log: PathLog,
  captured: readonly CapturedSighting[],
  { exchanges }: ConversationOptions,
): TurnTruth {
  const withPayload = captured.filter(({ segment }) => segment.payloadBytes > 0 && segment.sending !== "probe");
  const thinkNs: number[] = [];
  const clientIdleNs: number[] = [];
  let [asked, answered] = [0, 0];
  for (const { requestBytes, responseBytes } of exchanges) {
    const idleNs = pauseNs(withPayload, "client", asked);
    if (asked > 0 && idleNs !== undefined) clientIdleNs.push(idleNs);
    const waitedNs = pauseNs(withPayload, "server", answered);
    if (waitedNs !== undefined) thinkNs.push(waitedNs);
    asked += requestBytes;
    answered += responseBytes;
  }
  return { thinkNs, clientIdleNs, ...stallOf(log, captured) };
}

/** From the other side's last payload before it to the first payload of a side behind an offset of its stream. */
function pauseNs(withPayload: readonly CapturedSighting[], side: SideName, offset: number): number | undefined {
  const at = withPayload.findIndex(
    ({ segment }) => segment.from === side && segment.sequence - 1 + segment.payloadBytes > offset,
  );
  const before = withPayload.slice(0, Math.max(0, at)).findLast(({ segment }) => segment.from !== side);
  return at < 0 || before === undefined ? undefined : withPayload[at]!.atNs - before.atNs;
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
    longestStallReason: mainWait(waits, fromNs, fromNs + longestStallNs),
  };
}
