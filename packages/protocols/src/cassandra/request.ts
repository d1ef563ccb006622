import { SQL_DIALECTS } from "../common/sql/dialect.ts";
import { readSql, type SqlQuery, together } from "../common/sql/query.ts";
import { BodyReader } from "./body-reader.ts";
import { Opcode, opcodeName } from "./wire.ts";

/** A statement, masked and summed up. */
export interface Statement {
  readonly text: string;
  readonly operation: string;
  readonly collection: string;
  readonly summary: string;
}

/** What a request asks for. */
export interface Asked {
  readonly operation: string;
  readonly target: string;
  readonly statement: Statement | undefined;
  readonly traceparent: string | undefined;
  /** Name of the consistency level; undefined where the request has none, or it was not kept. */
  readonly consistency: string | undefined;
  /** Statements of a batch. */
  readonly batchSize: number | undefined;
  /** True where a prepared statement is meant that was prepared before the capture. */
  readonly isUnresolved: boolean;
}

/** Statements of a batch that are shown. */
const MAX_BATCH_STATEMENTS = 8;
const CONSISTENCIES = [
  "any",
  "one",
  "two",
  "three",
  "quorum",
  "all",
  "local_quorum",
  "each_quorum",
  "serial",
  "local_serial",
  "local_one",
] as const;

/** What is prepared, by its id. */
export type Prepared = (id: string) => Statement | undefined;

/** Reads a request's body. `isCut`: its end was not kept. */
export function readRequest(
  opcode: number,
  body: Uint8Array,
  version: number,
  isCut: boolean,
  prepared: Prepared,
): Asked {
  const reader = new BodyReader(body);
  const plain: Asked = {
    operation: opcodeName(opcode),
    target: "",
    statement: undefined,
    traceparent: undefined,
    consistency: undefined,
    batchSize: undefined,
    isUnresolved: false,
  };
  switch (opcode) {
    case Opcode.query: {
      const query = readSql(reader.longString(), SQL_DIALECTS.cql, isCut);
      return { ...plain, ...statedBy(query), ...nameOf(query, plain), consistency: consistencyIn(reader) };
    }
    case Opcode.prepare: {
      const query = readSql(reader.longString(), SQL_DIALECTS.cql, isCut);
      return { ...plain, ...statedBy(query), target: nameOf(query, plain).target };
    }
    case Opcode.execute:
      return readExecute(reader, version, plain, prepared);
    case Opcode.batch:
      return readBatch(reader, plain, isCut, prepared);
    default:
      return plain;
  }
}

function readExecute(reader: BodyReader, version: number, plain: Asked, prepared: Prepared): Asked {
  const statement = prepared(reader.shortBytes());
  if (version >= 5) reader.shortBytes();
  const consistency = version >= 2 ? consistencyIn(reader) : undefined;
  if (statement === undefined) return { ...plain, consistency, isUnresolved: true };
  return { ...plain, operation: statement.operation, target: statement.collection, statement, consistency };
}

function readBatch(reader: BodyReader, plain: Asked, isCut: boolean, prepared: Prepared): Asked {
  reader.byte();
  const batchSize = reader.short();
  const statements: Statement[] = [];
  let isUnresolved = false;
  let traceparent: string | undefined;
  for (let index = 0; index < batchSize && !reader.isOver; index += 1) {
    if (reader.byte() === 0) {
      const query = readSql(reader.longString(), SQL_DIALECTS.cql, isCut);
      traceparent ??= query.traceparent;
      statements.push(...query.statements);
    } else {
      const statement = prepared(reader.shortBytes());
      if (statement === undefined) isUnresolved = true;
      else statements.push(statement);
    }
    for (let values = reader.short(); values > 0 && !reader.isOver; values -= 1) reader.skipBytes();
  }
  const statement = together(differing(statements));
  const consistency = consistencyIn(reader);
  const said = { target: statement.collection, statement: statement.text === "" ? undefined : statement };
  return { ...plain, ...said, traceparent, consistency, batchSize, isUnresolved };
}

/** The same statement is mostly there many times: it is shown once. */
function differing(statements: readonly Statement[]): Statement[] {
  const byText = new Map(statements.map((statement) => [statement.text, statement]));
  return [...byText.values()].slice(0, MAX_BATCH_STATEMENTS);
}

function statedBy(query: SqlQuery): Pick<Asked, "statement" | "traceparent"> {
  const { statements, traceparent } = query;
  return { statement: statements.length === 0 ? undefined : together(statements), traceparent };
}

function nameOf({ statements: [first] }: SqlQuery, plain: Asked): Pick<Asked, "operation" | "target"> {
  if (first === undefined || first.operation === "") return plain;
  return { operation: first.operation, target: first.collection };
}

function consistencyIn(reader: BodyReader): string | undefined {
  const level = reader.short();
  return reader.isOver ? undefined : CONSISTENCIES[level];
}
