import type { CallStatus, EndReason, GradeReason } from "@weir/model";

/** What became of a request that was not answered when its connection was over. */
export function unanswered(reason: EndReason): {
  readonly status: CallStatus;
  readonly gradeReasons: readonly GradeReason[];
} {
  switch (reason) {
    case "fin":
    case "reset":
      return { status: "aborted", gradeReasons: [] };
    case "idle":
      return { status: "timeout", gradeReasons: [] };
    case "captureEnd":
    case "replaced":
      return { status: "unknown", gradeReasons: ["captureEnded"] };
    default:
      return reason satisfies never;
  }
}
