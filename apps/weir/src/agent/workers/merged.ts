import type { Capture, GradeReason } from "@weir/model";
import { gradeOf } from "@weir/model";
import type { CaptureStatus } from "../messages.ts";
import { SHED_LEVELS } from "../shedding.ts";

/** What takes all workers' records to count. */
type Counted = Pick<Capture, "connections" | "calls" | "vantage">;

const sumOf = <Part>(parts: readonly Part[], of: (part: Part) => number) =>
  parts.reduce((sum, part) => sum + of(part), 0);

/** The capture that several workers have made together. */
export function mergedCapture(parts: readonly [Capture, ...Capture[]], counted: Counted): Capture {
  const sum = (of: (capture: Capture) => number) => sumOf(parts, of);
  const reasons = [...new Set(parts.flatMap(({ gradeReasons }) => gradeReasons as GradeReason[]))];
  return {
    ...parts[0],
    ...counted,
    startedAt: extreme(parts, ({ startedAt }) => startedAt, -1),
    endedAt: extreme(parts, ({ endedAt }) => endedAt, 1),
    packets: sum(({ packets }) => packets),
    wireBytes: sum(({ wireBytes }) => wireBytes),
    capturedBytes: sum(({ capturedBytes }) => capturedBytes),
    cutPackets: sum(({ cutPackets }) => cutPackets),
    droppedPackets: sum(({ droppedPackets }) => droppedPackets ?? 0),
    latePackets: sum(({ latePackets }) => latePackets),
    undecodedPackets: sum(({ undecodedPackets }) => undecodedPackets),
    grade: gradeOf(reasons),
    gradeReasons: reasons,
  };
}

/** The status of several workers together, and what of it is whose. */
export function mergedStatus(parts: readonly [CaptureStatus, ...CaptureStatus[]], counted: Counted): CaptureStatus {
  const sum = (of: (status: CaptureStatus) => number) => sumOf(parts, of);
  const [first] = parts;
  const level = Math.max(...parts.map(({ shedding }) => SHED_LEVELS.indexOf(shedding.level)));
  return {
    rings: first.rings.map(({ name }, ring) => {
      const ofRing = parts.flatMap(({ rings }) => rings[ring] ?? []);
      const isDown = ofRing.every((each) => each.isDown);
      return {
        name,
        packets: sumOf(ofRing, ({ packets }) => packets),
        drops: sumOf(ofRing, ({ drops }) => drops),
        isDown,
      };
    }),
    vantages: mergedVantages(parts),
    workers: parts.flatMap(({ workers }) => workers),
    packets: sum(({ packets }) => packets),
    wireBytes: sum(({ wireBytes }) => wireBytes),
    capturedBytes: sum(({ capturedBytes }) => capturedBytes),
    cutPackets: sum(({ cutPackets }) => cutPackets),
    undecodedPackets: sum(({ undecodedPackets }) => undecodedPackets),
    damagedPackets: sum(({ damagedPackets }) => damagedPackets),
    skippedPackets: sum(({ skippedPackets }) => skippedPackets),
    checksumPendingPackets: sum(({ checksumPendingPackets }) => checksumPendingPackets),
    superFramePackets: sum(({ superFramePackets }) => superFramePackets),
    openConnections: sum(({ openConnections }) => openConnections),
    engineBytes: sum(({ engineBytes }) => engineBytes),
    connections: counted.connections,
    calls: counted.calls,
    ringBacklogRatio: Math.max(...parts.map(({ ringBacklogRatio }) => ringBacklogRatio)),
    shedding: { level: SHED_LEVELS[level] ?? "nothing", steps: sum(({ shedding }) => shedding.steps) },
    // Each text comes to all workers and is of a connection of one: only the others of all would know.
    droppedTexts: Math.min(...parts.map(({ droppedTexts }) => droppedTexts)),
    queue: { records: sum(({ queue }) => queue.records), dropped: sum(({ queue }) => queue.dropped) },
    history: first.history && {
      packets: sum(({ history }) => history?.packets ?? 0),
      skippedPackets: sum(({ history }) => history?.skippedPackets ?? 0),
      problem: parts.map(({ history }) => history?.problem ?? "").find((problem) => problem !== "") ?? "",
    },
  };
}

function mergedVantages(parts: readonly CaptureStatus[]): CaptureStatus["vantages"] {
  const byName = new Map<string, { packets: number; copies: number }>();
  for (const { name, packets, copies } of parts.flatMap(({ vantages }) => vantages)) {
    const before = byName.get(name) ?? { packets: 0, copies: 0 };
    byName.set(name, { packets: before.packets + packets, copies: before.copies + copies });
  }
  return [...byName].map(([name, counts]) => ({ name, ...counts })).sort((a, b) => b.packets - a.packets);
}

/** The earliest (-1) or latest (1) of the moments that there are. */
function extreme(
  parts: readonly Capture[],
  of: (capture: Capture) => bigint | undefined,
  sign: -1 | 1,
): bigint | undefined {
  const moments = parts.flatMap((part) => of(part) ?? []);
  return moments.reduce<bigint | undefined>(
    (best, moment) => (best === undefined || (sign < 0 ? moment < best : moment > best) ? moment : best),
    undefined,
  );
}
