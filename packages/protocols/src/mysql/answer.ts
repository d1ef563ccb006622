import type { AnswerKind } from "./commands.ts";
import { type MysqlError, PROGRESS_CODE, parseError } from "./errors.ts";
import { Capability, has } from "./handshake.ts";
import { HEADER_BYTES, PayloadReader } from "./wire.ts";

const First = { ok: 0x00, localInfile: 0xfb, eof: 0xfe, error: 0xff } as const;
const MORE_RESULTS = 0x0008;
/** Length of an EOF_Packet's payload; an OK_Packet in its place is longer. */
const EOF_BYTES = 5;
const MAX_COLUMN_NAMES = 32;

/** What comes next. */
type State = "first" | "columns" | "behindColumns" | "parameters" | "behindParameters" | "rows" | "file";

/** Follows the answer to one command, packet by packet, and keeps what it says. Needs no capabilities: the packets tell themselves apart. */
export class Answer {
  readonly #kind: AnswerKind;
  readonly #capabilities: number | undefined;
  #state: State;
  #columnsLeft = 0;
  #parametersLeft = 0;
  /** Result sets and counts that came; more than one where the statements, or a procedure, gave several. */
  results = 0;
  rows = 0;
  affectedRows = 0;
  insertId = 0;
  warnings = 0;
  columnCount: number | undefined;
  columns: string[] = [];
  statementId: number | undefined;
  error: MysqlError | undefined;
  /** The server asked for a file of the client's. */
  wantsFile = false;
  plugin = "";

  constructor(kind: AnswerKind, capabilities: number | undefined) {
    this.#kind = kind;
    this.#capabilities = capabilities;
    this.#state = kind === "moreRows" ? "rows" : kind === "fields" ? "columns" : "first";
    if (kind === "fields") this.#columnsLeft = Number.POSITIVE_INFINITY;
  }

  /** Takes a packet; true where it was the last. `length` is that of the whole payload. */
  packet(bytes: Uint8Array, length: number): boolean {
    const first = bytes[HEADER_BYTES] ?? 0;
    if (first === First.error && length > 2) return this.#failed(bytes);
    switch (this.#state) {
      case "first":
        return this.#first(first, bytes, length);
      case "columns":
        return this.#column(first, bytes, length);
      case "parameters":
        return this.#parameter();
      case "behindParameters":
        return this.#behindParameters(first, bytes, length);
      case "behindColumns":
        this.#state = "rows";
        if (first === First.eof && length === EOF_BYTES) return this.#kind === "prepare";
        return this.#row(first, bytes, length);
      case "rows":
        return this.#row(first, bytes, length);
      case "file":
        this.#state = "first";
        return this.#first(first, bytes, length);
      default:
        return this.#state satisfies never;
    }
  }

  #failed(bytes: Uint8Array): boolean {
    const error = parseError(bytes);
    if (error.code === PROGRESS_CODE) return false;
    this.error = error;
    return true;
  }

  #first(first: number, bytes: Uint8Array, length: number): boolean {
    switch (this.#kind) {
      case "prepare":
        return this.#prepared(first, bytes);
      case "login":
        if (first === First.eof)
          this.plugin = new PayloadReader(bytes, HEADER_BYTES + 1).zeroEndedText() || "mysql_old_password";
        return first === First.ok;
      case "events":
        return first === First.eof && length <= EOF_BYTES;
      case "rows":
        return this.#firstOfRows(first, bytes, length);
      default:
        if (first === First.ok && this.#kind === "ok") this.#ok(bytes);
        return true;
    }
  }

  #firstOfRows(first: number, bytes: Uint8Array, length: number): boolean {
    if (first === First.ok && length >= 7) return !this.#ok(bytes);
    if (first === First.eof) return true;
    if (first === First.localInfile) {
      this.wantsFile = true;
      this.#state = "file";
      return false;
    }
    const reader = new PayloadReader(bytes, HEADER_BYTES);
    const isFlagged = has(this.#capabilities ?? 0, Capability.optionalMetadata);
    let hasMetadata = isFlagged ? reader.int(1) === 1 : true;
    this.columnCount = reader.lengthEncoded() ?? 0;
    // MariaDB's clients that know the columns already are told so in a byte behind the count.
    if (!isFlagged && reader.left === 1) hasMetadata = reader.int(1) === 1;
    this.columns = [];
    this.#columnsLeft = hasMetadata ? this.columnCount : 0;
    this.#state = this.#columnsLeft > 0 ? "columns" : "behindColumns";
    return false;
  }

  /** Reads an OK_Packet, or one in place of EOF_Packet; true where another result follows. */
  #ok(bytes: Uint8Array): boolean {
    const reader = new PayloadReader(bytes, HEADER_BYTES + 1);
    this.affectedRows += reader.lengthEncoded() ?? 0;
    this.insertId = reader.lengthEncoded() || this.insertId;
    const status = reader.int(2);
    this.warnings += reader.int(2);
    return this.#resultEnded(status);
  }

  #resultEnded(status: number): boolean {
    this.results += 1;
    const goesOn = (status & MORE_RESULTS) !== 0 && this.#kind === "rows";
    if (goesOn) this.#state = "first";
    return goesOn;
  }

  #prepared(first: number, bytes: Uint8Array): boolean {
    if (first !== First.ok) return true;
    const reader = new PayloadReader(bytes, HEADER_BYTES + 1);
    this.statementId = reader.int(4);
    this.columnCount = reader.int(2);
    this.#columnsLeft = this.columnCount;
    this.#parametersLeft = reader.int(2);
    this.#state = this.#parametersLeft > 0 ? "parameters" : "columns";
    return this.#parametersLeft + this.#columnsLeft === 0;
  }

  #parameter(): boolean {
    this.#parametersLeft -= 1;
    if (this.#parametersLeft > 0) return false;
    this.#state = "behindParameters";
    return this.#columnsLeft === 0 && !this.#expectsEof();
  }

  #behindParameters(first: number, bytes: Uint8Array, length: number): boolean {
    this.#state = "columns";
    if (first !== First.eof || length !== EOF_BYTES) return this.#column(first, bytes, length);
    return this.#columnsLeft === 0;
  }

  /** Where the capabilities are not known, a stray EOF_Packet is passed over by the session. */
  #expectsEof(): boolean {
    return this.#capabilities !== undefined && !has(this.#capabilities, Capability.deprecateEof);
  }

  #column(first: number, bytes: Uint8Array, length: number): boolean {
    if (first === First.eof && this.#kind === "fields") return true;
    if (this.columns.length < MAX_COLUMN_NAMES && length > EOF_BYTES) this.columns.push(columnName(bytes));
    this.#columnsLeft -= 1;
    if (this.#columnsLeft > 0) return false;
    this.#state = "behindColumns";
    return this.#kind === "prepare" && !this.#expectsEof();
  }

  #row(first: number, bytes: Uint8Array, length: number): boolean {
    if (first !== First.eof || length >= 0xff_ffff) {
      this.rows += 1;
      return false;
    }
    if (length > EOF_BYTES) return !this.#ok(bytes);
    const reader = new PayloadReader(bytes, HEADER_BYTES + 1);
    this.warnings += reader.int(2);
    return !this.#resultEnded(reader.int(2));
  }
}

/** Name in a Protocol::ColumnDefinition41: behind catalog, schema, table and original table. */
function columnName(bytes: Uint8Array): string {
  const reader = new PayloadReader(bytes, HEADER_BYTES);
  for (let field = 0; field < 4; field += 1) reader.take(reader.lengthEncoded() ?? 0);
  return reader.lengthEncodedText();
}
