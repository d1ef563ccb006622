import { completionOf, type Mark, type UnixNs, unixNsAt } from "@weir/base";
import { type Call, type GradeReason, gradeOf } from "@weir/model";
import { type CallDraft, parseTraceparent, type TraceContext } from "@weir/protocols";
import { timesOf, type Way } from "./call-times.ts";

/** Who a connection is between. */
export type ConnectionIdentity = Pick<
  Call,
  "connectionId" | "transport" | "streamNumber" | "clientAddress" | "clientPort" | "serverAddress" | "serverPort"
> & {
  /** Time of its first packet. */
  readonly startedAtNs: number;
};

/** What the pipeline knows of a call beside what its dissector saw. */
export interface CallSurroundings {
  readonly captureId: string;
  readonly connection: ConnectionIdentity;
  /** Number of the call on its connection, from 1. */
  readonly ordinal: number;
  readonly startUnixNs: UnixNs;
  readonly protocol: string;
  readonly clientService: string;
  readonly serverService: string;
  /** What is known of the way between client, vantage and server so far. */
  readonly way: Way;
  readonly ends: ConnectionEnds;
}

/** When each side said that it ends the connection, by FIN or reset; undefined where it did not, so far. */
export interface ConnectionEnds {
  readonly client: Mark | undefined;
  readonly server: Mark | undefined;
}

/** A call whose last numbers are still to come. */
export type OpenCall = { -readonly [Name in keyof Call]: Call[Name] };

const NO_HEADERS: Call["requestHeaders"] = [];

/** The record of a call. HOT PATH: every field is named, because a literal of one shape is many times faster than spreads. */
export function callRecordOf(draft: CallDraft, around: CallSurroundings): OpenCall {
  const { connection } = around;
  const trace = traceOf(draft);
  const times = timesOf(draft, around.way);
  const ending = endingOf(draft, around.ends);
  const reasons: readonly GradeReason[] =
    draft.gradeReasons.length < 2 ? draft.gradeReasons : [...new Set(draft.gradeReasons)];
  return {
    captureId: around.captureId,
    connectionId: connection.connectionId,
    callId: `${connection.connectionId}-${around.ordinal}`,
    protocol: around.protocol,
    transport: connection.transport,
    streamNumber: connection.streamNumber,
    clientAddress: connection.clientAddress,
    clientPort: connection.clientPort,
    clientService: around.clientService,
    serverAddress: connection.serverAddress,
    serverPort: connection.serverPort,
    serverService: around.serverService,
    operation: draft.operation,
    target: draft.target,
    status: draft.status,
    statusCode: draft.statusCode,
    startedAt: unixNsAt(around.startUnixNs, draft.requestFirst.atNs),
    durationNs: times.durationNs,
    requestNs: times.requestNs,
    waitNs: times.waitNs,
    serverThinkNs: times.serverThinkNs,
    networkNs: times.networkNs,
    clientNetworkNs: times.clientNetworkNs,
    responseNs: times.responseNs,
    clientReadNs: times.clientReadNs,
    responseAckNs: undefined,
    timeGrade: times.timeGrade,
    endedBy: ending?.by ?? "",
    abandonedAfterNs:
      ending === undefined || draft.responseFirst !== undefined
        ? undefined
        : Math.max(0, ending.mark.atNs - completionOf(draft.requestLast).atNs),
    attempt: 1,
    firstAttemptId: undefined,
    attemptEvidence: "",
    requestBytes: draft.requestBytes,
    responseBytes: draft.responseBytes,
    requestPackets: [draft.requestFirst.packetNumber, completionOf(draft.requestLast).packetNumber],
    responsePackets: responsePacketsOf(draft),
    traceId: trace?.traceId,
    parentSpanId: trace?.parentSpanId,
    attributes: draft.attributes,
    requestHeaders: draft.requestHeaders ?? NO_HEADERS,
    responseHeaders: draft.responseHeaders ?? NO_HEADERS,
    requestBody: draft.requestBody,
    responseBody: draft.responseBody,
    bodyTruncated: draft.bodyTruncated ?? false,
    grade: gradeOf(reasons),
    gradeReasons: reasons,
  };
}

/** What W3C's header says, else what another form of trace context does. */
function traceOf({ traceparent, otherTrace }: CallDraft): TraceContext | undefined {
  return (traceparent === undefined ? undefined : parseTraceparent(traceparent)) ?? otherTrace;
}

/** Who ended a call that was not answered whole: its protocol says it, else the connection's end does. */
function endingOf({ status, ending, requestLast }: CallDraft, { client, server }: ConnectionEnds): CallDraft["ending"] {
  if (ending !== undefined) return ending;
  if (status !== "aborted" && status !== "timeout" && status !== "unknown") return undefined;
  // A client that says with its request that it will send no more still waits for the answer.
  const gaveUp =
    client !== undefined && client.packetNumber > completionOf(requestLast).packetNumber ? client : undefined;
  if (gaveUp !== undefined && (server === undefined || gaveUp.packetNumber < server.packetNumber))
    return { by: "client", mark: gaveUp };
  return server === undefined ? undefined : { by: "server", mark: server };
}

function responsePacketsOf(draft: CallDraft): readonly number[] {
  if (draft.responseFirst === undefined) return [];
  const first = draft.responseFirst.packetNumber;
  return [first, draft.responseLast === undefined ? first : completionOf(draft.responseLast).packetNumber];
}
