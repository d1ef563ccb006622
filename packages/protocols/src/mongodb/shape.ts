import { type BsonReader, BsonType } from "./bson.ts";

/** Longest text of a command. */
export const MAX_SHAPE_CHARS = 1024;
const MAX_DEPTH = 8;
const MAX_ELEMENTS = 64;

/** What every command may carry and says nothing of what it asks. */
const PLUMBING: ReadonlySet<string> = new Set([
  "$db",
  "lsid",
  "$clusterTime",
  "txnNumber",
  "$readPreference",
  "$audit",
  "$client",
  "$configServerState",
  "$oplogQueryData",
  "$replData",
  "apiVersion",
  "apiStrict",
  "apiDeprecationErrors",
  "autocommit",
  "startTransaction",
  "readConcern",
  "writeConcern",
  "comment",
  "client",
  "compression",
]);
/** Commands of which nothing but their name is shown: logins and users. */
const SECRET = /^(?:sasl|authenticate$|getnonce$|logout$|createUser$|updateUser$|copydb|hello$|isMaster$|ismaster$)/;

/** A command as JSON with all values masked; what it asks of (its first value) stays. */
export function shapeOf(command: BsonReader): string {
  if (!command.next()) return "{}";
  const { name } = command;
  const head = `{${JSON.stringify(name)}:${command.string === undefined ? '"?"' : JSON.stringify(command.string)}`;
  if (SECRET.test(name)) return `${head}}`;
  const parts: string[] = [];
  let chars = head.length;
  while (command.next() && chars < MAX_SHAPE_CHARS) {
    if (PLUMBING.has(command.name)) continue;
    const value = command.name === "collection" ? JSON.stringify(command.string ?? "?") : maskedValue(command, 1);
    const part = `,${JSON.stringify(command.name)}:${value}`;
    parts.push(part);
    chars += part.length;
  }
  return `${head}${parts.join("")}}`.slice(0, MAX_SHAPE_CHARS);
}

function maskedValue(element: BsonReader, depth: number): string {
  const inside = element.document;
  if (inside === undefined || depth > MAX_DEPTH) return '"?"';
  return element.type === BsonType.array ? arrayOf(inside, depth) : documentOf(inside, depth);
}

function documentOf(document: BsonReader, depth: number): string {
  const parts: string[] = [];
  while (parts.length < MAX_ELEMENTS && document.next())
    parts.push(`${JSON.stringify(document.name)}:${maskedValue(document, depth + 1)}`);
  return `{${parts.join(",")}}`;
}

/** Elements of the same shape are shown once: a pipeline keeps its stages, a list of a thousand ids is one. */
function arrayOf(array: BsonReader, depth: number): string {
  const shapes = new Set<string>();
  for (let count = 0; count < MAX_ELEMENTS && array.next(); count += 1) shapes.add(maskedValue(array, depth + 1));
  return `[${[...shapes].join(",")}]`;
}
