import { type CallStatus, Direction, type EndReason, type GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { type About, attributesOf } from "./attributes.ts";
import type { Handshake } from "./handshake.ts";

/** The call of a handshake; `reason` is why its connection is over, absent where it goes on. Undefined where nothing is known of it. */
export function callOf(handshake: Handshake, reason: EndReason | undefined, about: About): CallDraft | undefined {
  const { timeline, clientHello } = handshake;
  const client = timeline.part(Direction.toServer);
  const server = timeline.part(Direction.toClient);
  const first = client.first ?? server.first;
  if (first === undefined || !(handshake.isKnown || handshake.isRenegotiation)) return undefined;
  const { status, code } = outcomeOf(handshake, reason);
  const gradeReasons: GradeReason[] = [];
  if (handshake.hasGap) gradeReasons.push("missingSegments");
  if (clientHello === undefined && !handshake.isRenegotiation) gradeReasons.push("midStreamStart");
  if (status === "unknown") gradeReasons.push("captureEnded");
  return {
    operation: "handshake",
    target: clientHello?.serverName ?? "",
    status,
    statusCode: code,
    requestFirst: first,
    requestLast: timeline.clientHello ?? client.first ?? first,
    responseFirst: server.first,
    responseLast: server.last,
    requestBytes: client.bytes,
    responseBytes: server.bytes,
    attributes: attributesOf(handshake, status === "ok", about),
    gradeReasons,
  };
}

/** Who sends a fatal alert turns the handshake down: what it complains of is the other side's doing. */
export function statusOfAlertFrom(direction: Direction): CallStatus {
  return direction === Direction.toClient ? "clientError" : "serverError";
}

function outcomeOf(
  { alert, timeline }: Handshake,
  reason: EndReason | undefined,
): { readonly status: CallStatus; readonly code: string } {
  if (alert?.isFatal === true) return { status: statusOfAlertFrom(alert.direction), code: alert.name };
  if (timeline.established !== undefined) return { status: "ok", code: "" };
  if (reason === "reset" || reason === "fin") return { status: "aborted", code: "" };
  return { status: reason === "idle" ? "timeout" : "unknown", code: "" };
}
