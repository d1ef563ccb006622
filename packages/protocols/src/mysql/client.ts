import type { Frame } from "../common/frame-reader.ts";
import { SQL_DIALECTS } from "../common/sql/dialect.ts";
import { readSql, together } from "../common/sql/query.ts";
import { COMMANDS, Command } from "./commands.ts";
import type { Conversation } from "./conversation.ts";
import { Exchange } from "./exchange.ts";
import { Capability, has, parseChangeUser } from "./handshake.ts";
import { skipQueryAttributes } from "./query-attributes.ts";
import { HEADER_BYTES, PayloadReader } from "./wire.ts";

/** The number that stands for the statement that was prepared last (MariaDB). */
const LAST_PREPARED = 0xffff_ffff;

/** Reads one command of a client. Undefined where it is none. */
export function readCommand(frame: Frame, conversation: Conversation): Exchange | undefined {
  const code = frame.bytes[HEADER_BYTES] ?? 0;
  const command = COMMANDS[code];
  if (command === undefined) return undefined;
  const exchange = new Exchange(command.name, command.answer, conversation.capabilities, frame.first);
  exchange.asked(frame);
  const reader = new PayloadReader(frame.bytes, HEADER_BYTES + 1);
  switch (code) {
    case Command.query:
      readStatement(exchange, frame, conversation);
      break;
    case Command.prepare:
      useStatement(exchange, reader.restText(), frame);
      conversation.latest = exchange;
      break;
    case Command.initDb:
    case Command.createDb:
    case Command.dropDb:
      exchange.schema = reader.restText();
      break;
    case Command.fieldList:
      exchange.schema = reader.zeroEndedText();
      break;
    case Command.changeUser:
      Object.assign(conversation.about, parseChangeUser(frame.bytes));
      break;
    case Command.execute:
    case Command.bulkExecute:
    case Command.fetch:
    case Command.sendLongData:
    case Command.closeStatement:
    case Command.resetStatement:
      usePrepared(exchange, reader.int(4), conversation);
      break;
    default:
  }
  return exchange;
}

function readStatement(exchange: Exchange, frame: Frame, { capabilities }: Conversation): void {
  const reader = new PayloadReader(frame.bytes, HEADER_BYTES + 1);
  const hasAttributes = has(capabilities ?? Capability.queryAttributes, Capability.queryAttributes);
  // Not every client asks whether the server knows attributes before it claims to send them: then the text stands here.
  const isSkipped = hasAttributes && skipQueryAttributes(reader);
  useStatement(exchange, (isSkipped ? reader : new PayloadReader(frame.bytes, HEADER_BYTES + 1)).restText(), frame);
}

function useStatement(exchange: Exchange, sql: string, { bytes, length }: Frame): void {
  const { statements, traceparent } = readSql(sql, SQL_DIALECTS.mysql, bytes.length < length);
  exchange.statement = together(statements);
  exchange.traceparent = traceparent;
}

function usePrepared(exchange: Exchange, id: number, conversation: Conversation): void {
  const { prepared, latest, unknownReason } = conversation;
  const known = id === LAST_PREPARED ? latest : prepared.get(id);
  exchange.statementId = id === LAST_PREPARED ? undefined : id;
  exchange.statement = known?.statement;
  exchange.traceparent = known?.traceparent;
  if (known === undefined && unknownReason !== undefined) exchange.reasons.add(unknownReason);
}
