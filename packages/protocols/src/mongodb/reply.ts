import type { CallStatus } from "@weir/model";
import { BsonReader, BsonType, countElements, int32At } from "./bson.ts";
import { type Message, Opcode, parseSections } from "./wire.ts";

/** What an answer says. */
export interface Reply {
  /** Error code; undefined for none, -1 for an error without a code. */
  readonly code: number | undefined;
  readonly codeName: string | undefined;
  /** Documents in it: of a cursor's batch, of OP_REPLY. */
  readonly returned: number | undefined;
  /** Documents that a write matched, inserted or deleted; and changed. */
  readonly matched: number | undefined;
  readonly modified: number | undefined;
  readonly writeErrors: number | undefined;
  /** More of the same follow without being asked for (exhaust). */
  readonly moreToCome: boolean;
}

type Found = { -readonly [Name in keyof Reply]: Reply[Name] };
const NO_CODE = -1;
const CURSOR_NOT_FOUND = 43;
const ReplyFlag = { cursorNotFound: 1, queryFailure: 2 } as const;

export function readReply({ opcode, body }: Message): Reply {
  const found: Found = {
    code: undefined,
    codeName: undefined,
    returned: undefined,
    matched: undefined,
    modified: undefined,
    writeErrors: undefined,
    moreToCome: false,
  };
  if (opcode === Opcode.message) {
    const { bodyAt, moreToCome } = parseSections(body);
    found.moreToCome = moreToCome;
    if (bodyAt !== undefined) readResult(new BsonReader(body, bodyAt), found);
  } else if (opcode === Opcode.reply) readLegacy(body, found);
  return found;
}

/** OP_REPLY: flags, cursor, where it starts, how many documents, documents. */
function readLegacy(body: Uint8Array, found: Found): void {
  const flags = int32At(body, 0) ?? 0;
  found.returned = int32At(body, 16);
  if ((flags & ReplyFlag.cursorNotFound) !== 0) found.code = CURSOR_NOT_FOUND;
  if (found.returned === 0) return;
  if ((flags & ReplyFlag.queryFailure) !== 0) found.code = NO_CODE;
  const isResult = found.returned === 1;
  if (!isResult && found.code === undefined) return;
  found.returned = undefined;
  if (!readResult(new BsonReader(body, 20), found)) found.returned ??= int32At(body, 16);
}

/** The document that a command is answered with: true. Where one document of a query comes instead, it has no `ok`: false. */
function readResult(document: BsonReader, found: Found): boolean {
  const outcome: Outcome = { isOk: undefined, code: undefined };
  while (document.next()) if (!readOutcome(document, outcome)) readCounts(document, found);
  if (outcome.isOk === false || found.code === NO_CODE) found.code = outcome.code ?? NO_CODE;
  return outcome.isOk !== undefined;
}

interface Outcome {
  isOk: boolean | undefined;
  code: number | undefined;
}

/** `ok` and what stands in its place; true where the element is one of those. */
function readOutcome(element: BsonReader, outcome: Outcome): boolean {
  switch (element.name) {
    case "ok":
      outcome.isOk = outcome.isOk !== false && element.number !== 0;
      return true;
    case "code":
      outcome.code = element.number;
      return true;
    // The answer to getLastError, and to a query that failed.
    case "err":
    case "$err":
      if (element.type === BsonType.string) outcome.isOk = false;
      return true;
    default:
      return false;
  }
}

function readCounts(element: BsonReader, found: Found): void {
  const { name } = element;
  if (name === "codeName") found.codeName = element.string;
  else if (name === "n") found.matched = element.number;
  else if (name === "nModified") found.modified = element.number;
  else if (name === "cursor") found.returned = batchOf(element.document) ?? found.returned;
  else if (name === "writeErrors") readWriteErrors(element.document, found);
  else if (name === "writeConcernError") found.code ??= codeIn(element.document);
}

function readWriteErrors(errors: BsonReader | undefined, found: Found): void {
  if (errors?.next() !== true) return;
  found.code = codeIn(errors.document);
  const more = countElements(errors);
  found.writeErrors = more === undefined ? undefined : more + 1;
}

function codeIn(error: BsonReader | undefined): number {
  while (error?.next() === true) if (error.name === "code") return error.number ?? NO_CODE;
  return NO_CODE;
}

/** Documents of a batch; undefined where not all of it was kept. */
function batchOf(cursor: BsonReader | undefined): number | undefined {
  while (cursor?.next() === true) {
    const isBatch = cursor.name === "firstBatch" || cursor.name === "nextBatch";
    const batch = isBatch ? cursor.document : undefined;
    if (batch !== undefined) return countElements(batch);
  }
  return undefined;
}

/** Codes (error_codes.yml of the server) that are no fault of the command: the server cannot, cannot now, or not here. */
const SERVERS_FAULT: ReadonlySet<number> = new Set([
  1, 6, 7, 8, 24, 46, 50, 63, 64, 83, 84, 89, 91, 95, 112, 117, 129, 133, 134, 136, 146, 149, 150, 168, 189, 202, 206,
  234, 262, 317, 358, 384, 402, 9001, 10107, 11600, 11602, 13388, 13435, 13436, 14031, 16500, 91331,
]);

export function statusOf(code: number | undefined): CallStatus {
  if (code === undefined) return "ok";
  return SERVERS_FAULT.has(code) ? "serverError" : "clientError";
}

export function codeText(code: number | undefined): string {
  if (code === undefined) return "";
  return code === NO_CODE ? "error" : String(code);
}
