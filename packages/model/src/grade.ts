/** How far a number can be trusted. */
export const GRADES = ["whole", "partial", "unknown"] as const;
export type Grade = (typeof GRADES)[number];

/** Why a record is not graded whole. */
export const GRADE_REASONS = [
  /** The connection began before the capture did. */
  "midStreamStart",
  /** The connection was still open when the capture ended. */
  "captureEnded",
  /** The capture itself dropped packets (ring or interface losses); of a connection: and it misses some, perhaps of those. */
  "captureLoss",
  /** The capture breaks off or is damaged: what follows is not known. */
  "captureDamaged",
  /** Packets of the capture could not be read, so that there is traffic which is not counted. */
  "notDecoded",
  /** Bytes that were acknowledged never appeared in the capture. */
  "missingSegments",
  /** Packets were cut by the snap length. */
  "snapLength",
  /** Only one direction was seen. */
  "oneDirection",
  /** The same packets were seen at more than one vantage. */
  "duplicateVantage",
  /** Offloading had put segments together before the capture saw them: packet counts are too small, ratios are by bytes. */
  "superFrames",
  /** Only some of the packets were captured, by choice: counts are of those. */
  "sampled",
  /** The agent had more packets than it could read, and left out what the record does not say: bodies, calls, or packets. */
  "overload",
  /** The kernel told more than the agent could read: what it tells of this connection (process, retransmissions, drops) may miss some. */
  "kernelLoss",
  /** Who is the client was guessed from ports, or from who spoke first. */
  "directionGuessed",
  /** What belongs together is known by something that others have in common with it, or may have. */
  "weakEvidence",
  /** The capture's clock ran backwards. */
  "clockStep",
  /** A limit of Weir's own was reached (stream memory, pending calls, body length). */
  "limitReached",
] as const;
export type GradeReason = (typeof GRADE_REASONS)[number];

/** The grade that follows from the reasons: no reason is whole, missing data is unknown only when nothing else can be said. */
export function gradeOf(reasons: readonly GradeReason[]): Grade {
  if (reasons.length === 0) return "whole";
  return reasons.includes("oneDirection") && reasons.includes("midStreamStart") ? "unknown" : "partial";
}
