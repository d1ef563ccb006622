import type { ByteCursor } from "../common/byte-cursor.ts";
import { type FieldTable, readFieldTable, readLongText, readShortText } from "./field-table.ts";

/** Who may send a method. */
type Sender = "client" | "server" | "both";
type ArgumentType = "octet" | "short" | "long" | "longlong" | "shortstr" | "longstr" | "table" | "bit";

/** A method of the specification. */
export interface Method {
  readonly classId: number;
  readonly methodId: number;
  /** As the specification writes it: `queue.declare-ok`. */
  readonly name: string;
  readonly sender: Sender;
  /** Type and name of each argument. */
  readonly arguments: readonly (readonly [ArgumentType, string])[];
  /** True where it carries a message: a content header and a body follow. */
  readonly hasContent: boolean;
  /** The method that this one answers. */
  readonly answers: string | undefined;
}

/** Arguments by name, in three kinds. Secrets (`response`, `newSecret`) are read over. */
export interface Arguments {
  readonly texts: ReadonlyMap<string, string>;
  readonly numbers: ReadonlyMap<string, number>;
  readonly tables: ReadonlyMap<string, FieldTable>;
}

const CONTENT_METHODS: ReadonlySet<string> = new Set([
  "basic.publish",
  "basic.return",
  "basic.deliver",
  "basic.get-ok",
]);
const SECRET_ARGUMENTS: ReadonlySet<string> = new Set(["response", "challenge", "newSecret"]);

const CLOSE = "short replyCode, shortstr replyText, short classId, short methodId";
const EXCHANGE_BINDING =
  "short ticket, shortstr destination, shortstr source, shortstr routingKey, bit noWait, table arguments";
const QUEUE = "short ticket, shortstr queue";

/** Class, method, name, sender, arguments: AMQP 0-9-1 with RabbitMQ's extensions, of which 0-9 is a subset in all that matters. */
const SPECIFICATION: readonly (readonly [number, number, string, Sender, string?])[] = [
  [
    10,
    10,
    "connection.start",
    "server",
    "octet major, octet minor, table serverProperties, longstr mechanisms, longstr locales",
  ],
  [
    10,
    11,
    "connection.start-ok",
    "client",
    "table clientProperties, shortstr mechanism, longstr response, shortstr locale",
  ],
  [10, 20, "connection.secure", "server", "longstr challenge"],
  [10, 21, "connection.secure-ok", "client", "longstr response"],
  [10, 30, "connection.tune", "server", "short channelMax, long frameMax, short heartbeat"],
  [10, 31, "connection.tune-ok", "client", "short channelMax, long frameMax, short heartbeat"],
  [10, 40, "connection.open", "client", "shortstr virtualHost"],
  [10, 41, "connection.open-ok", "server"],
  [10, 50, "connection.close", "both", CLOSE],
  [10, 51, "connection.close-ok", "both"],
  [10, 60, "connection.blocked", "server", "shortstr reason"],
  [10, 61, "connection.unblocked", "server"],
  [10, 70, "connection.update-secret", "client", "longstr newSecret, shortstr reason"],
  [10, 71, "connection.update-secret-ok", "server"],
  [20, 10, "channel.open", "client"],
  [20, 11, "channel.open-ok", "server"],
  [20, 20, "channel.flow", "both", "bit active"],
  [20, 21, "channel.flow-ok", "both", "bit active"],
  [20, 40, "channel.close", "both", CLOSE],
  [20, 41, "channel.close-ok", "both"],
  [30, 10, "access.request", "client", "shortstr realm"],
  [30, 11, "access.request-ok", "server"],
  [
    40,
    10,
    "exchange.declare",
    "client",
    "short ticket, shortstr exchange, shortstr type, bit passive, bit durable, bit autoDelete, bit internal, bit noWait",
  ],
  [40, 11, "exchange.declare-ok", "server"],
  [40, 20, "exchange.delete", "client", "short ticket, shortstr exchange, bit ifUnused, bit noWait"],
  [40, 21, "exchange.delete-ok", "server"],
  [40, 30, "exchange.bind", "client", EXCHANGE_BINDING],
  [40, 31, "exchange.bind-ok", "server"],
  [40, 40, "exchange.unbind", "client", EXCHANGE_BINDING],
  [40, 51, "exchange.unbind-ok", "server"],
  [50, 10, "queue.declare", "client", `${QUEUE}, bit passive, bit durable, bit exclusive, bit autoDelete, bit noWait`],
  [50, 11, "queue.declare-ok", "server", "shortstr queue, long messageCount, long consumerCount"],
  [50, 20, "queue.bind", "client", `${QUEUE}, shortstr exchange, shortstr routingKey, bit noWait`],
  [50, 21, "queue.bind-ok", "server"],
  [50, 30, "queue.purge", "client", `${QUEUE}, bit noWait`],
  [50, 31, "queue.purge-ok", "server", "long messageCount"],
  [50, 40, "queue.delete", "client", `${QUEUE}, bit ifUnused, bit ifEmpty, bit noWait`],
  [50, 41, "queue.delete-ok", "server", "long messageCount"],
  [50, 50, "queue.unbind", "client", `${QUEUE}, shortstr exchange, shortstr routingKey`],
  [50, 51, "queue.unbind-ok", "server"],
  [60, 10, "basic.qos", "client", "long prefetchSize, short prefetchCount, bit global"],
  [60, 11, "basic.qos-ok", "server"],
  [
    60,
    20,
    "basic.consume",
    "client",
    `${QUEUE}, shortstr consumerTag, bit noLocal, bit noAck, bit exclusive, bit noWait`,
  ],
  [60, 21, "basic.consume-ok", "server", "shortstr consumerTag"],
  [60, 30, "basic.cancel", "both", "shortstr consumerTag, bit noWait"],
  [60, 31, "basic.cancel-ok", "both", "shortstr consumerTag"],
  [
    60,
    40,
    "basic.publish",
    "client",
    "short ticket, shortstr exchange, shortstr routingKey, bit mandatory, bit immediate",
  ],
  [60, 50, "basic.return", "server", "short replyCode, shortstr replyText, shortstr exchange, shortstr routingKey"],
  [
    60,
    60,
    "basic.deliver",
    "server",
    "shortstr consumerTag, longlong deliveryTag, bit redelivered, shortstr exchange, shortstr routingKey",
  ],
  [60, 70, "basic.get", "client", `${QUEUE}, bit noAck`],
  [
    60,
    71,
    "basic.get-ok",
    "server",
    "longlong deliveryTag, bit redelivered, shortstr exchange, shortstr routingKey, long messageCount",
  ],
  [60, 72, "basic.get-empty", "server"],
  [60, 80, "basic.ack", "both", "longlong deliveryTag, bit multiple"],
  [60, 90, "basic.reject", "client", "longlong deliveryTag, bit requeue"],
  [60, 100, "basic.recover-async", "client", "bit requeue"],
  [60, 110, "basic.recover", "client", "bit requeue"],
  [60, 111, "basic.recover-ok", "server"],
  [60, 120, "basic.nack", "both", "longlong deliveryTag, bit multiple, bit requeue"],
  [85, 10, "confirm.select", "client", "bit noWait"],
  [85, 11, "confirm.select-ok", "server"],
  [90, 10, "tx.select", "client"],
  [90, 11, "tx.select-ok", "server"],
  [90, 20, "tx.commit", "client"],
  [90, 21, "tx.commit-ok", "server"],
  [90, 30, "tx.rollback", "client"],
  [90, 31, "tx.rollback-ok", "server"],
];

const METHODS: ReadonlyMap<number, Method> = new Map(
  SPECIFICATION.map(([classId, methodId, name, sender, list]) => [
    keyOf(classId, methodId),
    {
      classId,
      methodId,
      name,
      sender,
      arguments: argumentsOf(list),
      hasContent: CONTENT_METHODS.has(name),
      answers: /^(.+)-(?:ok|empty)$/.exec(name)?.[1],
    },
  ]),
);

/** Methods that are answered, unless they say that they need not be. */
const ANSWERED: ReadonlySet<string> = new Set([...METHODS.values()].flatMap(({ answers = [] }) => answers));

/** The method of a class and a method number; undefined where there is none. */
export function methodOf(classId: number, methodId: number): Method | undefined {
  return METHODS.get(keyOf(classId, methodId));
}

/** The method of a name, as the specification writes it. */
export function methodNamed(name: string): Method | undefined {
  return [...METHODS.values()].find((method) => method.name === name);
}

/** True for methods that have an answer (`-ok`). */
export function isAnswered({ name }: Method): boolean {
  return ANSWERED.has(name);
}

/** Reads a method's arguments; what does not fit is left out. */
export function readArguments(cursor: ByteCursor, method: Method): Arguments {
  const texts = new Map<string, string>();
  const numbers = new Map<string, number>();
  const tables = new Map<string, FieldTable>();
  let bits = 0;
  let bitIndex = 8;
  for (const [type, name] of method.arguments) {
    // Bits that stand side by side share an octet, lowest first (§4.2.5.2).
    if (type !== "bit") bitIndex = 8;
    else if (bitIndex === 8) {
      bits = cursor.uint8();
      bitIndex = 0;
    }
    if (type === "bit") {
      numbers.set(name, (bits >> bitIndex) & 1);
      bitIndex += 1;
    } else if (type === "shortstr") texts.set(name, readShortText(cursor));
    else if (type === "longstr") {
      const text = readLongText(cursor);
      if (!SECRET_ARGUMENTS.has(name)) texts.set(name, text);
    } else if (type === "table") tables.set(name, readFieldTable(cursor));
    else numbers.set(name, readNumber(cursor, type));
    if (cursor.hasFailed) break;
  }
  return { texts, numbers, tables };
}

function readNumber(cursor: ByteCursor, type: "octet" | "short" | "long" | "longlong"): number {
  switch (type) {
    case "octet":
      return cursor.uint8();
    case "short":
      return cursor.uint16();
    case "long":
      return cursor.uint32();
    case "longlong":
      return Number(cursor.uint64());
    default:
      return type satisfies never;
  }
}

function keyOf(classId: number, methodId: number): number {
  return classId * 65_536 + methodId;
}

function argumentsOf(list: string | undefined): readonly (readonly [ArgumentType, string])[] {
  return (list?.split(", ") ?? []).map((entry) => {
    const [type = "", name = ""] = entry.split(" ");
    return [type as ArgumentType, name];
  });
}
