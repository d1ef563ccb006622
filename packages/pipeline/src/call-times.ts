import { completionOf } from "@weir/base";
import type { OpenConnection } from "@weir/flow";
import type { Call } from "@weir/model";
import type { CallDraft } from "@weir/protocols";

/** The fields that tell where a call's time went. */
export type CallTimes = Pick<
  Call,
  | "durationNs"
  | "requestNs"
  | "waitNs"
  | "serverThinkNs"
  | "networkNs"
  | "clientNetworkNs"
  | "responseNs"
  | "clientReadNs"
  | "timeGrade"
>;

/** What is known of the way that a call's packets went. */
export type Way = Pick<OpenConnection, "rttServerMinNs" | "rttClientMinNs" | "clientHeldTime">;

/** The way of a call that the connection's server asked, and its client answered. */
export function turned({ rttServerMinNs, rttClientMinNs }: Way): Way {
  return { rttServerMinNs: rttClientMinNs, rttClientMinNs: rttServerMinNs, clientHeldTime: () => undefined };
}

/**
 * The split of a call's time as the vantage saw it. A response that begins before its request ended (an early error
 * answer) has waited for nothing: zero, not a negative time.
 */
export function timesOf(draft: CallDraft, way: Way): CallTimes {
  const { requestFirst, responseFirst, responseLast } = draft;
  const requestLast = completionOf(draft.requestLast);
  const requestNs = Math.max(0, requestLast.atNs - requestFirst.atNs);
  const { rttServerMinNs, rttClientMinNs: clientNetworkNs } = way;
  if (responseFirst === undefined) return { requestNs, clientNetworkNs, timeGrade: "unknown" };
  const waitNs = Math.max(0, responseFirst.atNs - requestLast.atNs);
  const serverThinkNs = rttServerMinNs === undefined ? undefined : Math.max(0, waitNs - rttServerMinNs);
  const networkNs = serverThinkNs === undefined ? undefined : waitNs - serverThinkNs;
  const before = { requestNs, waitNs, serverThinkNs, networkNs, clientNetworkNs };
  if (responseLast === undefined) return { ...before, timeGrade: "unknown" };
  const lastAtNs = completionOf(responseLast).atNs;
  const held = way.clientHeldTime(responseFirst.atNs, lastAtNs);
  return {
    ...before,
    responseNs: Math.max(0, lastAtNs - responseFirst.atNs),
    clientReadNs: held?.ns,
    durationNs: Math.max(0, lastAtNs - requestFirst.atNs),
    timeGrade: networkNs !== undefined && held?.isWhole === true ? "whole" : "partial",
  };
}
