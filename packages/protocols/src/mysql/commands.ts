/** How a command is answered. */
export type AnswerKind =
  | "ok"
  | "rows"
  | "prepare"
  | "moreRows"
  | "fields"
  | "text"
  | "login"
  | "events"
  /** By nobody. */
  | "none";

interface Command {
  readonly name: string;
  readonly answer: AnswerKind;
}

/** Commands of the text and binary protocols by their first byte (MySQL source documentation, "Command Phase"; MariaDB knowledge base). */
export const COMMANDS: Readonly<Record<number, Command>> = {
  1: { name: "COM_QUIT", answer: "none" },
  2: { name: "COM_INIT_DB", answer: "ok" },
  3: { name: "COM_QUERY", answer: "rows" },
  4: { name: "COM_FIELD_LIST", answer: "fields" },
  5: { name: "COM_CREATE_DB", answer: "ok" },
  6: { name: "COM_DROP_DB", answer: "ok" },
  7: { name: "COM_REFRESH", answer: "ok" },
  8: { name: "COM_SHUTDOWN", answer: "ok" },
  9: { name: "COM_STATISTICS", answer: "text" },
  10: { name: "COM_PROCESS_INFO", answer: "rows" },
  12: { name: "COM_PROCESS_KILL", answer: "ok" },
  13: { name: "COM_DEBUG", answer: "ok" },
  14: { name: "COM_PING", answer: "ok" },
  17: { name: "COM_CHANGE_USER", answer: "login" },
  18: { name: "COM_BINLOG_DUMP", answer: "events" },
  19: { name: "COM_TABLE_DUMP", answer: "events" },
  21: { name: "COM_REGISTER_SLAVE", answer: "ok" },
  22: { name: "COM_STMT_PREPARE", answer: "prepare" },
  23: { name: "COM_STMT_EXECUTE", answer: "rows" },
  24: { name: "COM_STMT_SEND_LONG_DATA", answer: "none" },
  25: { name: "COM_STMT_CLOSE", answer: "none" },
  26: { name: "COM_STMT_RESET", answer: "ok" },
  27: { name: "COM_SET_OPTION", answer: "ok" },
  28: { name: "COM_STMT_FETCH", answer: "moreRows" },
  30: { name: "COM_BINLOG_DUMP_GTID", answer: "events" },
  31: { name: "COM_RESET_CONNECTION", answer: "ok" },
  250: { name: "COM_STMT_BULK_EXECUTE", answer: "rows" },
};

export const Command = {
  quit: 1,
  initDb: 2,
  query: 3,
  fieldList: 4,
  createDb: 5,
  dropDb: 6,
  ping: 14,
  changeUser: 17,
  prepare: 22,
  execute: 23,
  sendLongData: 24,
  closeStatement: 25,
  resetStatement: 26,
  fetch: 28,
  bulkExecute: 250,
} as const;
