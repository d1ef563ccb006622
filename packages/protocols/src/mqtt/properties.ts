import { decodeUtf8 } from "@weir/base";
import type { ByteCursor } from "../common/byte-cursor.ts";
import { readVariableInteger } from "./wire.ts";

/** Properties of version 5 (MQTT 5.0 §2.2.2), as far as calls tell of them. */
export interface Properties {
  readonly contentType: string | undefined;
  readonly responseTopic: string | undefined;
  readonly correlationData: Uint8Array | undefined;
  readonly sessionExpirySeconds: number | undefined;
  readonly assignedClientId: string | undefined;
  readonly serverKeepAliveSeconds: number | undefined;
  readonly authenticationMethod: string | undefined;
  readonly serverReference: string | undefined;
  readonly reasonString: string | undefined;
  readonly topicAlias: number | undefined;
  readonly messageExpirySeconds: number | undefined;
  /** User properties in wire order, names may repeat; `MAX_USER_PROPERTIES` at most. */
  readonly user: readonly (readonly [string, string])[];
}

/** User properties of one packet that are kept. */
const MAX_USER_PROPERTIES = 64;

/** Identifiers (§2.2.2.2) of those that calls tell of. */
const Id = {
  messageExpiry: 2,
  contentType: 3,
  responseTopic: 8,
  correlationData: 9,
  sessionExpiry: 17,
  assignedClientId: 18,
  serverKeepAlive: 19,
  authenticationMethod: 21,
  serverReference: 28,
  reasonString: 31,
  topicAlias: 35,
  user: 38,
} as const;

type Type = "byte" | "uint16" | "uint32" | "variable" | "text" | "binary";

/** Types of all identifiers but the user property. */
const TYPES: ReadonlyMap<number, Type> = new Map(
  Object.entries({
    byte: [1, 23, 25, 36, 37, 40, 41, 42],
    uint16: [19, 33, 34, 35],
    uint32: [2, 17, 24, 39],
    variable: [11],
    text: [3, 8, 18, 21, 26, 28, 31],
    binary: [9, 22],
  } as const).flatMap(([type, ids]) => ids.map((id): [number, Type] => [id, type as Type])),
);

/** Properties as they are read, by identifier; one that comes twice keeps its last value. */
interface Found {
  readonly numbers: Map<number, number>;
  readonly texts: Map<number, string>;
  readonly binaries: Map<number, Uint8Array>;
  readonly user: [string, string][];
}

/** Reads properties with their length in front; undefined where there are none. What does not fit makes the cursor fail. */
export function readProperties(cursor: ByteCursor): Properties | undefined {
  const length = readVariable(cursor);
  const end = cursor.at + length;
  if (length > cursor.left) cursor.fail();
  if (length === 0 || cursor.hasFailed) return undefined;
  const found: Found = { numbers: new Map(), texts: new Map(), binaries: new Map(), user: [] };
  while (!cursor.hasFailed && cursor.at < end) readProperty(cursor, found);
  if (cursor.at !== end) cursor.fail();
  return cursor.hasFailed ? undefined : propertiesOf(found);
}

function readProperty(cursor: ByteCursor, { numbers, texts, binaries, user }: Found): void {
  const id = cursor.uint8();
  if (id === Id.user) {
    const pair: [string, string] = [readText(cursor), readText(cursor)];
    if (user.length < MAX_USER_PROPERTIES) user.push(pair);
    return;
  }
  const type = TYPES.get(id);
  if (type === undefined) cursor.fail();
  else if (type === "text") texts.set(id, readText(cursor));
  else if (type === "binary") binaries.set(id, cursor.take(cursor.uint16()).slice());
  else numbers.set(id, readNumber(cursor, type));
}

function propertiesOf({ numbers, texts, binaries, user }: Found): Properties {
  return {
    contentType: texts.get(Id.contentType),
    responseTopic: texts.get(Id.responseTopic),
    correlationData: binaries.get(Id.correlationData),
    sessionExpirySeconds: numbers.get(Id.sessionExpiry),
    assignedClientId: texts.get(Id.assignedClientId),
    serverKeepAliveSeconds: numbers.get(Id.serverKeepAlive),
    authenticationMethod: texts.get(Id.authenticationMethod),
    serverReference: texts.get(Id.serverReference),
    reasonString: texts.get(Id.reasonString),
    topicAlias: numbers.get(Id.topicAlias),
    messageExpirySeconds: numbers.get(Id.messageExpiry),
    user,
  };
}

/** Text with its length in two bytes (§1.5.4). */
export function readText(cursor: ByteCursor): string {
  return decodeUtf8(cursor.take(cursor.uint16()));
}

function readNumber(cursor: ByteCursor, type: Exclude<Type, "text" | "binary">): number {
  switch (type) {
    case "byte":
      return cursor.uint8();
    case "uint16":
      return cursor.uint16();
    case "uint32":
      return cursor.uint32();
    case "variable":
      return readVariable(cursor);
    default:
      return type satisfies never;
  }
}

function readVariable(cursor: ByteCursor): number {
  const integer = readVariableInteger(cursor.bytes, cursor.at);
  if (integer === undefined || integer === "needMore") {
    cursor.fail();
    return 0;
  }
  cursor.take(integer.bytes);
  return integer.value;
}
