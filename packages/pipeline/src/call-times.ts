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
 * answer) has waited for nothing: zero, not a negative time. HOT PATH: one literal of one shape, because spreads are many times slower.
 */
export function timesOf(draft: CallDraft, way: Way): CallTimes {
  const { requestFirst, responseFirst } = draft;
  const requestLastNs = completionOf(draft.requestLast).atNs;
  const lastNs = draft.responseLast === undefined ? undefined : completionOf(draft.responseLast).atNs;
  const { rttServerMinNs } = way;
  const waitNs = responseFirst === undefined ? undefined : Math.max(0, responseFirst.atNs - requestLastNs);
  const serverThinkNs =
    waitNs === undefined || rttServerMinNs === undefined ? undefined : Math.max(0, waitNs - rttServerMinNs);
  const networkNs = waitNs === undefined || serverThinkNs === undefined ? undefined : waitNs - serverThinkNs;
  const isWhole = responseFirst !== undefined && lastNs !== undefined;
  const held = isWhole ? way.clientHeldTime(responseFirst.atNs, lastNs) : undefined;
  const isSplit = networkNs !== undefined && held?.isWhole === true;
  return {
    requestNs: Math.max(0, requestLastNs - requestFirst.atNs),
    waitNs,
    serverThinkNs,
    networkNs,
    clientNetworkNs: way.rttClientMinNs,
    responseNs: isWhole ? Math.max(0, lastNs - responseFirst.atNs) : undefined,
    clientReadNs: held?.ns,
    durationNs: isWhole ? Math.max(0, lastNs - requestFirst.atNs) : undefined,
    timeGrade: !isWhole ? "unknown" : isSplit ? "whole" : "partial",
  };
}
