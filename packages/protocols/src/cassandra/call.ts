import type { Mark } from "@weir/base";
import type { CallStatus, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import type { Frame } from "../common/frame-reader.ts";
import { statementAttributes } from "../common/sql/fields.ts";
import type { Asked } from "./request.ts";
import { type Answered, codeText, statusOf } from "./response.ts";
import { opcodeName } from "./wire.ts";

interface Passage {
  readonly stream: number;
  readonly opcode: number;
  readonly first: Mark;
  readonly last: Mark;
  readonly bytes: number;
}

/** A request that waits for its response. */
export interface Request extends Passage {
  readonly version: number;
  readonly asked: Asked;
  readonly hasGap: boolean;
}

export interface Response extends Passage {
  readonly answered: Answered;
}

/** What is known beside request and response; without a `status` the response tells it. */
interface About {
  readonly keyspace: string | undefined;
  readonly status: CallStatus | undefined;
  readonly gradeReasons: readonly GradeReason[];
}

/** A request with its response. Either may be missing. */
export function callOf(
  request: Request | undefined,
  response: Response | undefined,
  { keyspace, status, gradeReasons }: About,
): CallDraft {
  const errorCode = response?.answered.errorCode;
  const first = request?.first ?? response?.first ?? NOWHERE;
  return {
    operation: request?.asked.operation ?? "unknown",
    target: request?.asked.target ?? "",
    status: status ?? statusOf(errorCode),
    statusCode: codeText(errorCode),
    requestFirst: first,
    requestLast: request?.last ?? first,
    responseFirst: response?.first,
    responseLast: response?.last,
    requestBytes: request?.bytes ?? 0,
    responseBytes: response?.bytes ?? 0,
    requestBody: request?.asked.statement?.text,
    traceparent: request?.asked.traceparent,
    attributes: attributesOf(request, response, keyspace),
    gradeReasons,
  };
}

/** What the server tells unasked. */
export function eventOf(event: string, { first, last, length, hasGap }: Frame): CallDraft {
  return {
    operation: "EVENT",
    target: event,
    status: "ok",
    statusCode: "",
    requestFirst: first,
    requestLast: last,
    requestBytes: length,
    responseBytes: 0,
    attributes: { "db.system.name": "cassandra", "weir.cassandra.opcode": "EVENT", "weir.call.initiator": "server" },
    gradeReasons: hasGap ? ["missingSegments"] : [],
  };
}

const NOWHERE: Mark = { packetNumber: 0, atNs: 0 };

function attributesOf(
  request: Request | undefined,
  response: Response | undefined,
  keyspace: string | undefined,
): Record<string, string> {
  const { statement, consistency, batchSize } = request?.asked ?? {};
  const { errorCode, rows, kind } = response?.answered ?? {};
  const all: Record<string, string | number | undefined> = {
    "db.system.name": "cassandra",
    "db.namespace": keyspace,
    ...statementAttributes(statement),
    "db.operation.batch.size": batchSize,
    "db.response.status_code": errorCode === undefined ? undefined : codeText(errorCode),
    "db.response.returned_rows": rows,
    "cassandra.consistency.level": consistency,
    "weir.cassandra.opcode": opcodeName(request?.opcode ?? response?.opcode ?? 0),
    "weir.cassandra.result": kind ?? (response === undefined ? undefined : opcodeName(response.opcode).toLowerCase()),
    "weir.cassandra.stream": request?.stream ?? response?.stream,
    "weir.cassandra.version": request?.version,
  };
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined) present[name] = String(value);
  return present;
}
