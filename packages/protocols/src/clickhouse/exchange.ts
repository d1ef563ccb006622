import type { Mark } from "@weir/base";
import type { CallStatus, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { callOf, type Passage, present } from "../common/passage.ts";
import { statementAttributes } from "../common/sql/fields.ts";
import type { SqlStatement } from "../common/sql/query.ts";
import type { Block } from "./block.ts";
import { errorName, statusOfError } from "./errors.ts";

/** One question of a client and what has come of it so far. */
export interface Exchange {
  readonly kind: "hello" | "query" | "ping" | "tables" | "unknown";
  readonly operation: string;
  readonly target: string;
  readonly statement: SqlStatement | undefined;
  readonly traceparent: string | undefined;
  readonly facts: Record<string, string | number | boolean | undefined>;
  request: Passage | undefined;
  response: Passage | undefined;
  readonly given: Blocks;
  readonly sent: Blocks;
  readRows: number;
  readBytes: number;
  cancelledAt: Mark | undefined;
  /** True where some of the answer was not understood: its rows are not known. */
  isUnread: boolean;
  /** True where bytes of it never came. */
  hasGap: boolean;
}

/** Blocks of one side, counted. */
interface Blocks {
  rows: number;
  blocks: number;
  compressedBytes: number;
  uncompressedBytes: number;
}

export function newExchange(
  about: Pick<Exchange, "kind" | "operation" | "target" | "facts"> &
    Partial<Pick<Exchange, "statement" | "traceparent">>,
): Exchange {
  return {
    statement: undefined,
    traceparent: undefined,
    ...about,
    request: undefined,
    response: undefined,
    given: { rows: 0, blocks: 0, compressedBytes: 0, uncompressedBytes: 0 },
    sent: { rows: 0, blocks: 0, compressedBytes: 0, uncompressedBytes: 0 },
    readRows: 0,
    readBytes: 0,
    cancelledAt: undefined,
    isUnread: false,
    hasGap: false,
  };
}

/** Counts a block; those without rows only describe columns, or end what is sent. */
export function countBlock(blocks: Blocks, { rows, compressedBytes = 0, uncompressedBytes = 0 }: Block): void {
  blocks.rows += rows;
  if (rows > 0) blocks.blocks += 1;
  blocks.compressedBytes += compressedBytes;
  blocks.uncompressedBytes += uncompressedBytes;
}

/** How an exchange came to its end. */
export interface ExchangeEnd {
  readonly status: CallStatus;
  /** Code of the exception that ended it. */
  readonly errorCode?: number | undefined;
  readonly gradeReasons?: readonly GradeReason[];
}

/** The call that an exchange is; undefined where nothing of it was seen. */
export function callOfExchange(exchange: Exchange, end: ExchangeEnd): CallDraft | undefined {
  const { operation, target, statement, traceparent, request, response, cancelledAt } = exchange;
  if (request === undefined && response === undefined) return undefined;
  const { errorCode, gradeReasons = [] } = end;
  const status = errorCode === undefined ? end.status : statusOfError(errorCode);
  const call = callOf(request, response, {
    operation,
    target,
    status: cancelledAt === undefined ? status : "aborted",
    statusCode: errorCode === undefined ? "" : errorName(errorCode),
    requestBody: statement?.text,
    traceparent,
    attributes: attributesOf(exchange, errorCode),
    gradeReasons: exchange.hasGap ? [...gradeReasons, "missingSegments"] : gradeReasons,
  });
  return cancelledAt === undefined ? call : { ...call, ending: { by: "client", mark: cancelledAt } };
}

function attributesOf(exchange: Exchange, errorCode: number | undefined): Record<string, string> {
  const { kind, statement, facts, given, sent, readRows, readBytes, response, isUnread } = exchange;
  const isCounted = kind === "query" && response !== undefined && errorCode === undefined && !isUnread;
  return {
    ...statementAttributes(statement),
    ...present({
      "db.system.name": "clickhouse",
      ...facts,
      "db.response.returned_rows": isCounted && sent.rows === 0 ? given.rows : undefined,
      "db.response.status_code": errorCode,
      "weir.clickhouse.blocks": isCounted && sent.rows === 0 ? given.blocks : undefined,
      "weir.clickhouse.sent_rows": known(sent.rows),
      "weir.clickhouse.sent_blocks": known(sent.blocks),
      "weir.clickhouse.compressed_bytes": known(given.compressedBytes + sent.compressedBytes),
      "weir.clickhouse.uncompressed_bytes": known(given.uncompressedBytes + sent.uncompressedBytes),
      "weir.clickhouse.read_rows": known(readRows),
      "weir.clickhouse.read_bytes": known(readBytes),
    }),
  };
}

function known(count: number): number | undefined {
  return count === 0 ? undefined : count;
}
