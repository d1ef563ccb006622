import type { CallStatus } from "@weir/model";
import { BodyReader } from "./body-reader.ts";
import { Opcode } from "./wire.ts";

/** What a response says. */
export interface Answered {
  /** Undefined for no error. */
  readonly errorCode: number | undefined;
  readonly kind: string | undefined;
  /** Undefined where there are none, or what tells was not kept. */
  readonly rows: number | undefined;
  /** Id under which a statement is prepared now. */
  readonly preparedId: string | undefined;
  readonly keyspace: string | undefined;
}

const NOTHING: Answered = {
  errorCode: undefined,
  kind: undefined,
  rows: undefined,
  preparedId: undefined,
  keyspace: undefined,
};
const RESULT_KINDS = ["", "void", "rows", "set_keyspace", "prepared", "schema_change"] as const;
const RowsFlag = { globalTable: 1, hasMorePages: 2, noMetadata: 4, metadataChanged: 8 } as const;
/** Columns, and types in one another, that are followed. */
const MAX_COLUMNS = 4096;
const MAX_TYPE_DEPTH = 16;

export function readResponse(opcode: number, body: Uint8Array): Answered {
  const reader = new BodyReader(body);
  if (opcode === Opcode.error) return { ...NOTHING, errorCode: reader.int() };
  if (opcode !== Opcode.result) return NOTHING;
  const kind = RESULT_KINDS[reader.int()];
  switch (kind) {
    case "rows":
      return { ...NOTHING, kind, rows: rowsIn(reader) };
    case "set_keyspace":
      return { ...NOTHING, kind, keyspace: reader.string() };
    case "prepared":
      return { ...NOTHING, kind, preparedId: reader.shortBytes() };
    default:
      return { ...NOTHING, kind };
  }
}

/** What an event tells: its type and the kind of change. */
export function readEvent(body: Uint8Array): string {
  const reader = new BodyReader(body);
  return `${reader.string()} ${reader.string()}`.trim();
}

/** How many rows stand behind what describes them (§4.2.5.2). */
function rowsIn(reader: BodyReader): number | undefined {
  const flags = reader.int();
  const columns = reader.int();
  if ((flags & RowsFlag.hasMorePages) !== 0) reader.skipBytes();
  if ((flags & RowsFlag.metadataChanged) !== 0) reader.shortBytes();
  if (columns > MAX_COLUMNS) return undefined;
  const isGlobal = (flags & RowsFlag.globalTable) !== 0;
  if ((flags & RowsFlag.noMetadata) === 0) {
    if (isGlobal) skipStrings(reader, 2);
    for (let column = 0; column < columns && !reader.isOver; column += 1) {
      skipStrings(reader, isGlobal ? 1 : 3);
      skipType(reader, 0);
    }
  }
  const rows = reader.int();
  return reader.isOver ? undefined : rows;
}

function skipStrings(reader: BodyReader, count: number): void {
  for (let index = 0; index < count; index += 1) reader.skip(reader.short());
}

/** [option] of a column's type: lists, maps, user types and tuples have others inside. */
function skipType(reader: BodyReader, depth: number): void {
  if (depth > MAX_TYPE_DEPTH || reader.isOver) return;
  const type = reader.short();
  if (type === 0) skipStrings(reader, 1);
  else if (type === 0x20 || type === 0x22) skipType(reader, depth + 1);
  else if (type === 0x21) {
    skipType(reader, depth + 1);
    skipType(reader, depth + 1);
  } else if (type === 0x30 || type === 0x31) {
    const isUserType = type === 0x30;
    if (isUserType) skipStrings(reader, 2);
    for (let fields = reader.short(); fields > 0 && !reader.isOver; fields -= 1) {
      if (isUserType) skipStrings(reader, 1);
      skipType(reader, depth + 1);
    }
  }
}

/** Errors that are the statement's or the client's: protocol, credentials, function, syntax, rights, invalid, configuration, there already, unprepared. */
const CLIENTS_FAULT: ReadonlySet<number> = new Set([
  0x000a, 0x0100, 0x1400, 0x2000, 0x2100, 0x2200, 0x2300, 0x2400, 0x2500,
]);

export function statusOf(errorCode: number | undefined): CallStatus {
  if (errorCode === undefined) return "ok";
  return CLIENTS_FAULT.has(errorCode) ? "clientError" : "serverError";
}

/** As the specification writes it: `0x1100`. */
export function codeText(errorCode: number | undefined): string {
  return errorCode === undefined ? "" : `0x${(errorCode >>> 0).toString(16).padStart(4, "0")}`;
}
