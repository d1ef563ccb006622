import { toHex } from "@weir/base";
import { BsonReader, BsonType } from "./bson.ts";
import { shapeOf } from "./shape.ts";
import { type Message, nameAt, Opcode, parseSections } from "./wire.ts";

/** What a request asks for. */
export interface Command {
  readonly operation: string;
  readonly database: string | undefined;
  readonly collection: string | undefined;
  /** The command with all values masked. */
  readonly shape: string | undefined;
  readonly traceparent: string | undefined;
  /** Nobody answers it: an unacknowledged write. */
  readonly isSilent: boolean;
  /** The server may wait for news before it answers. */
  readonly awaits: boolean;
  /** Session and number that retried writes and transactions have in common with the first attempt. */
  readonly sessionId: string | undefined;
  readonly txnNumber: string | undefined;
}

const NOTHING: Command = {
  operation: "unknown",
  database: undefined,
  collection: undefined,
  shape: undefined,
  traceparent: undefined,
  isSilent: false,
  awaits: false,
  sessionId: undefined,
  txnNumber: undefined,
};
/** What a document sequence is for, where the command itself was not kept. */
const BY_SEQUENCE: Readonly<Record<string, string>> = { documents: "insert", updates: "update", deletes: "delete" };
const COMMAND_NAME = /^[A-Za-z_$][\w$]{0,63}$/;
/** Commands of the whole database whose first value is no collection. */
const WITHOUT_COLLECTION =
  /^(?:sasl|authenticate|hello|is[mM]aster|whatsmyuri|getLog|explain|createUser|updateUser|dropUser)/;
const TRACEPARENT = /\b[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\b/;

export function readRequest({ opcode, body }: Message): Command {
  switch (opcode) {
    case Opcode.message:
      return readMessage(body);
    case Opcode.query:
      return readQuery(body);
    case Opcode.getMore:
      return ofNamespace("getMore", nameAt(body, 4));
    case Opcode.insert:
      return { ...ofNamespace("insert", nameAt(body, 4)), isSilent: true };
    case Opcode.update:
      return { ...ofNamespace("update", nameAt(body, 4)), isSilent: true };
    case Opcode.delete:
      return { ...ofNamespace("delete", nameAt(body, 4)), isSilent: true };
    case Opcode.killCursors:
      return { ...NOTHING, operation: "killCursors", isSilent: true };
    default:
      return NOTHING;
  }
}

function readMessage(body: Uint8Array): Command {
  const { bodyAt, moreToCome, sequences } = parseSections(body);
  if (bodyAt === undefined) {
    const [sequence = ""] = sequences;
    return { ...NOTHING, operation: BY_SEQUENCE[sequence] ?? "unknown", isSilent: moreToCome };
  }
  return { ...readCommand(body, bodyAt, undefined), isSilent: moreToCome };
}

/** OP_QUERY: a command where its collection is `$cmd`, else a query. */
function readQuery(body: Uint8Array): Command {
  const namespace = nameAt(body, 4);
  if (namespace === undefined) return { ...NOTHING, operation: "query" };
  // Flags, name, zero, how many to skip, how many to return.
  const at = 4 + byteLength(body, 4) + 1 + 8;
  if (namespace.endsWith(".$cmd")) return readCommand(body, unwrapped(body, at), namespace.slice(0, -5));
  return ofNamespace("query", namespace);
}

/** Commands may be wrapped, with how to read beside them. */
function unwrapped(body: Uint8Array, at: number): number {
  const document = new BsonReader(body, at);
  if (!document.next()) return at;
  const isWrapper = document.name === "$query" || document.name === "query";
  return isWrapper && document.type === BsonType.document ? document.at : at;
}

function readCommand(bytes: Uint8Array, at: number, databaseOfName: string | undefined): Command {
  const document = new BsonReader(bytes, at);
  if (!document.next()) return { ...NOTHING, database: databaseOfName };
  const operation = COMMAND_NAME.test(document.name) ? document.name : "unknown";
  const first = WITHOUT_COLLECTION.test(operation) ? undefined : document.string;
  const rest = readRest(document);
  return {
    ...rest,
    operation,
    database: rest.database ?? databaseOfName,
    collection: rest.collection ?? first,
    shape: shapeOf(new BsonReader(bytes, at)),
    isSilent: false,
  };
}

/** What stands behind a command's name. */
function readRest(document: BsonReader): Command {
  const found: { -readonly [Name in keyof Command]: Command[Name] } = { ...NOTHING };
  while (document.next()) {
    const { name } = document;
    if (name === "$db") found.database = document.string;
    else if (name === "collection") found.collection = document.string;
    else if (name === "lsid") found.sessionId = sessionOf(document.document);
    else if (name === "txnNumber") found.txnNumber = document.number?.toString();
    else if (name === "maxAwaitTimeMS") found.awaits = true;
    else if (name === "comment") found.traceparent = traceparentOf(document);
  }
  return found;
}

function sessionOf(lsid: BsonReader | undefined): string | undefined {
  if (lsid?.next() !== true || lsid.name !== "id" || lsid.type !== BsonType.binary) return undefined;
  return lsid.end <= lsid.bytes.length ? toHex(lsid.bytes.subarray(lsid.at + 5, lsid.end)) : undefined;
}

/** A comment that is a traceparent, holds one, or is a document with one. */
function traceparentOf(comment: BsonReader): string | undefined {
  const fields = comment.document;
  if (fields === undefined) return TRACEPARENT.exec(comment.string ?? "")?.[0];
  while (fields.next()) if (fields.name === "traceparent") return fields.string;
  return undefined;
}

function ofNamespace(operation: string, namespace: string | undefined): Command {
  const dot = namespace?.indexOf(".") ?? -1;
  if (namespace === undefined || dot < 0) return { ...NOTHING, operation };
  return { ...NOTHING, operation, database: namespace.slice(0, dot), collection: namespace.slice(dot + 1) };
}

function byteLength(bytes: Uint8Array, at: number): number {
  return Math.max(0, bytes.subarray(at).indexOf(0));
}
