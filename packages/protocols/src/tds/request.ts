import { SQL_DIALECTS } from "../common/sql/dialect.ts";
import { readSql, type SqlStatement, together } from "../common/sql/query.ts";
import { TdsReader, utf16 } from "./wire.ts";

/** What a batch or a remote procedure call asks for. */
export interface Request {
  /** Procedure of a remote call; empty for a batch. */
  readonly procedure: string;
  readonly statement: SqlStatement | undefined;
  readonly traceparent: string | undefined;
}

/** Procedures that have a number (MS-TDS §2.2.6.6). */
const PROCEDURES: Readonly<Record<number, string>> = {
  1: "sp_cursor",
  2: "sp_cursoropen",
  3: "sp_cursorprepare",
  4: "sp_cursorexecute",
  5: "sp_cursorprepexec",
  6: "sp_cursorunprepare",
  7: "sp_cursorfetch",
  8: "sp_cursoroption",
  9: "sp_cursorclose",
  10: "sp_executesql",
  11: "sp_prepare",
  12: "sp_execute",
  13: "sp_prepexec",
  14: "sp_prepexecrpc",
  15: "sp_unprepare",
};
/** Which parameter is the statement. */
const STATEMENT_PARAMETER: Readonly<Record<string, number>> = {
  sp_executesql: 0,
  sp_cursoropen: 1,
  sp_prepare: 2,
  sp_prepexec: 2,
  sp_cursorprepexec: 3,
  sp_cursorprepare: 2,
};
const NUMBERED = 0xffff;
const MAX_HEADERS_BYTES = 512;
const NVARCHAR = 0xe7;
const NTEXT = 0x63;
const INTN = 0x26;

/** Reads a SQLBatch (MS-TDS §2.2.6.7). `isCut`: its end was not kept. */
export function readBatch(body: Uint8Array, isCut: boolean): Request {
  return { procedure: "", ...readStatement(utf16(body.subarray(headersLength(body))), isCut) };
}

/** Reads an RPCRequest (MS-TDS §2.2.6.6): its first call, and the statement that is given to it. */
export function readCall(body: Uint8Array, isCut: boolean): Request {
  const reader = new TdsReader(body, headersLength(body));
  const nameLength = reader.int(2);
  const procedure =
    nameLength === NUMBERED ? (PROCEDURES[reader.int(2)] ?? "unknown") : reader.text(Math.min(nameLength, 256));
  reader.take(2);
  const wanted = STATEMENT_PARAMETER[procedure.toLowerCase()];
  if (wanted === undefined) return { procedure, statement: undefined, traceparent: undefined };
  for (let parameter = 0; parameter < wanted; parameter += 1) skipOrRead(reader);
  const sql = skipOrRead(reader);
  return sql === undefined
    ? { procedure, statement: undefined, traceparent: undefined }
    : { procedure, ...readStatement(sql, isCut) };
}

function readStatement(sql: string, isCut: boolean): Pick<Request, "statement" | "traceparent"> {
  const { statements, traceparent } = readSql(sql, SQL_DIALECTS.tsql, isCut);
  return { statement: together(statements), traceparent };
}

/** Length of ALL_HEADERS (MS-TDS §2.2.5.3), which stand in front since TDS 7.2. */
function headersLength(body: Uint8Array): number {
  const reader = new TdsReader(body);
  const total = reader.int(4);
  const first = reader.int(4);
  const type = reader.int(2);
  const areHeaders =
    total > 4 && total <= MAX_HEADERS_BYTES && first >= 6 && first <= total - 4 && type >= 1 && type <= 3;
  return areHeaders ? total : 0;
}

/** Reads a parameter with its type, as far as statements and handles need it; undefined for no text, or another type. */
function skipOrRead(reader: TdsReader): string | undefined {
  reader.text(reader.int(1));
  reader.take(1);
  switch (reader.int(1)) {
    case INTN:
      reader.take(1);
      reader.take(reader.int(1));
      return undefined;
    case NTEXT:
      reader.take(9);
      return utf16(reader.take(Math.min(reader.int(4), reader.left)));
    case NVARCHAR:
      return nvarchar(reader);
    default:
      reader.failed = true;
      return undefined;
  }
}

const UNLIMITED = 0xffff;

/** A text in one piece, or in chunks where its type has no limit. */
function nvarchar(reader: TdsReader): string | undefined {
  const maxBytes = reader.int(2);
  reader.take(5);
  if (maxBytes !== UNLIMITED) {
    const length = reader.int(2);
    return length === UNLIMITED ? undefined : utf16(reader.take(Math.min(length, reader.left)));
  }
  reader.take(8);
  let text = "";
  for (let length = reader.int(4); length > 0 && !reader.failed; length = reader.int(4))
    text += utf16(reader.take(Math.min(length, reader.left)));
  return text;
}
