import type { Mark } from "@weir/base";
import { type Command, unlistedCommand } from "./commands.ts";
import type { RespReader } from "./reader.ts";
import { Byte } from "./wire.ts";

/** A command that was sent, as far as it is told. */
export interface Request {
  readonly command: Command;
  /** The command, with its subcommand where it has them: `CLIENT SETNAME`. */
  readonly operation: string;
  /** First key, channel or name; empty where there is none. */
  readonly target: string;
  /** It came as a plain line, as people and health checks send it. */
  readonly isInline: boolean;
  /** Words, the command's included. */
  readonly words: number;
  readonly first: Mark;
  readonly last: Mark;
  readonly bytes: number;
  readonly hasGap: boolean;
  /** Script or function that is called. */
  readonly procedure: string | undefined;
  /** Database that the connection had chosen; undefined where that was before the capture. */
  readonly database: string | undefined;
  /** Answers that are still to come: one for each channel that is subscribed to. */
  answersLeft: number;
  /** Of the answers that came so far. */
  answerFirst: Mark | undefined;
  answerBytes: number;
}

/** The command that a reader has just completed. */
export function readRequest(reader: RespReader, database: string | undefined): Request {
  const command = reader.command ?? unlistedCommand(reader.texts.text(0) ?? "");
  const { count, first, last, bytes, hasGap } = reader;
  const isContainer = command.key === "subcommand";
  const operation = isContainer ? withSubcommand(command.name, reader) : command.name;
  return {
    command,
    operation,
    target: targetOf(command, reader),
    isInline: reader.type === Byte.inline,
    words: count,
    first,
    last,
    bytes,
    hasGap,
    procedure: command.key === "counted" ? procedureOf(operation, reader) : undefined,
    database,
    answersLeft: command.isSubscription ? Math.max(1, count - 1) : 1,
    answerFirst: undefined,
    answerBytes: 0,
  };
}

/** The command as it can be shown: every argument but the first key is masked. */
export function maskedText({ operation, target, words, command }: Request): string {
  const shown = 1 + (command.key === "subcommand" && operation !== command.name ? 1 : 0) + (target === "" ? 0 : 1);
  const masked = Math.max(0, words - shown);
  const marks = masked <= MAX_MARKS ? " ?".repeat(masked) : `${" ?".repeat(MAX_MARKS)} …`;
  return target === "" ? operation + marks : `${operation} ${target}${marks}`;
}

/** Masked arguments that are shown one by one. */
const MAX_MARKS = 8;
const SUBCOMMAND = /^[A-Za-z][A-Za-z_-]{0,31}$/;
/** Subcommands that have a key, or the name of a parameter, behind them. */
const WITH_TARGET =
  /^(?:OBJECT|XGROUP|XINFO|MEMORY USAGE|DEBUG OBJECT|CONFIG|PUBSUB|COMMAND|CLUSTER KEYSLOT|SENTINEL)\b/;

function withSubcommand(name: string, reader: RespReader): string {
  const word = reader.texts.text(1);
  return word !== undefined && SUBCOMMAND.test(word) ? `${name} ${word.toUpperCase()}` : name;
}

function targetOf({ key, name }: Command, { texts }: RespReader): string {
  if (typeof key === "number") return texts.text(key) ?? "";
  switch (key) {
    case "counted":
      return texts.text(2) === "0" ? "" : (texts.text(3) ?? "");
    case "subcommand":
      return WITH_TARGET.test(`${name} ${texts.text(1)?.toUpperCase() ?? ""}`) ? (texts.text(2) ?? "") : "";
    case "streams":
      for (let at = 1; at + 1 < texts.count; at += 1)
        if (texts.text(at)?.toUpperCase() === "STREAMS") return texts.text(at + 1) ?? "";
      return "";
    case "none":
    case "unknown":
      return "";
    default:
      return key satisfies never;
  }
}

/** EVALSHA and FCALL name what they call; EVAL brings it along, with all that stands in it. */
function procedureOf(operation: string, { texts }: RespReader): string | undefined {
  return operation.startsWith("EVALSHA") || operation.startsWith("FCALL") ? texts.text(1) : undefined;
}
