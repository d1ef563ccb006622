import { TdsReader } from "./wire.ts";

/** What the tokens of an answer say. */
export interface Answer {
  errors: TdsError[];
  infos: number;
  /** Rows that SELECT gave, and those that others changed, as DONE tokens count them. */
  returnedRows: number | undefined;
  affectedRows: number | undefined;
  /** A DONE token says that there was an error. */
  hasFailed: boolean;
  /** The client's ATTENTION was heeded. */
  isCanceled: boolean;
  /** Database after an ENVCHANGE. */
  database: string;
  /** Server's program and version of LOGINACK. */
  server: string;
  isLoggedIn: boolean;
  /** The login goes on with SSPI. */
  isChallenge: boolean;
}

/** ERROR (MS-TDS §2.2.7.10). */
export interface TdsError {
  readonly number: number;
  /** Severity. */
  readonly class: number;
  readonly message: string;
}

const Token = {
  returnStatus: 0x79,
  order: 0xa9,
  error: 0xaa,
  info: 0xab,
  loginAck: 0xad,
  featureAck: 0xae,
  environment: 0xe3,
  sspi: 0xed,
  done: 0xfd,
  doneProcedure: 0xfe,
  doneInProcedure: 0xff,
} as const;
const Done = { more: 0x1, error: 0x2, count: 0x10, attention: 0x20 } as const;
/** Bits of a DONE token's status that have a meaning. */
const DONE_BITS = 0x137;
const SELECT = 0xc1;
/** End of an answer in which the tokens behind its rows are looked for. */
export const MAX_TAIL_BYTES = 4_096;
const MAX_ERRORS = 8;
const MAX_MESSAGE_CHARS = 500;

/** Bytes of the count in a DONE token: 8 since TDS 7.2, 4 before. */
export type CountBytes = 4 | 8;

export function newAnswer(): Answer {
  return {
    errors: [],
    infos: 0,
    returnedRows: undefined,
    affectedRows: undefined,
    hasFailed: false,
    isCanceled: false,
    database: "",
    server: "",
    isLoggedIn: false,
    isChallenge: false,
  };
}

/**
 * Reads the tokens of an answer without its rows: those up to the first result, and those behind the last row, which are found as the longest row of
 * tokens that ends with the answer. `tail` is the answer's end where it was too long to be kept whole.
 */
export function readAnswer(head: Uint8Array, tail: Uint8Array, counts: readonly CountBytes[]): Answer | undefined {
  for (const countBytes of counts) {
    const answer = newAnswer();
    const stopped = readTokens(new TdsReader(head), answer, countBytes);
    if (stopped === head.length && tail === head) return answer;
    const behind = tokensAtEnd((tail === head ? tail.subarray(stopped) : tail).subarray(-MAX_TAIL_BYTES), countBytes);
    if (behind !== undefined) return merged(answer, behind);
  }
  return undefined;
}

/** Of the places from which tokens go on to the end the first. */
function tokensAtEnd(tail: Uint8Array, countBytes: CountBytes): Answer | undefined {
  for (let at = 0; at < tail.length; at += 1) {
    const first = tail[at] ?? 0;
    if (first < Token.returnStatus || !STARTS.has(first)) continue;
    const answer = newAnswer();
    if (readTokens(new TdsReader(tail, at), answer, countBytes) === tail.length) return answer;
  }
  return undefined;
}

const STARTS = new Set<number>([
  Token.error,
  Token.info,
  Token.returnStatus,
  Token.done,
  Token.doneProcedure,
  Token.doneInProcedure,
]);

function merged(first: Answer, second: Answer): Answer {
  const sum = (a: number | undefined, b: number | undefined) => (a === undefined ? b : a + (b ?? 0));
  return {
    errors: [...first.errors, ...second.errors].slice(0, MAX_ERRORS),
    infos: first.infos + second.infos,
    returnedRows: sum(first.returnedRows, second.returnedRows),
    affectedRows: sum(first.affectedRows, second.affectedRows),
    hasFailed: first.hasFailed || second.hasFailed,
    isCanceled: first.isCanceled || second.isCanceled,
    database: second.database || first.database,
    server: first.server || second.server,
    isLoggedIn: first.isLoggedIn || second.isLoggedIn,
    isChallenge: first.isChallenge || second.isChallenge,
  };
}

/** Reads tokens as long as they are known; returns where it stopped. */
function readTokens(reader: TdsReader, answer: Answer, countBytes: CountBytes): number {
  let good = reader.at;
  while (reader.left > 0 && readToken(reader, answer, countBytes) && !reader.failed) good = reader.at;
  return good;
}

function readToken(reader: TdsReader, answer: Answer, countBytes: CountBytes): boolean {
  const token = reader.int(1);
  switch (token) {
    case Token.done:
    case Token.doneProcedure:
    case Token.doneInProcedure:
      return readDone(reader, answer, countBytes);
    case Token.returnStatus:
      reader.take(4);
      return true;
    case Token.error:
    case Token.info:
      return readMessage(reader, answer, token === Token.error);
    case Token.environment:
      readEnvironment(new TdsReader(reader.take(reader.int(2))), answer);
      return true;
    case Token.loginAck:
      readLoginAck(new TdsReader(reader.take(reader.int(2))), answer);
      return true;
    case Token.order:
    case Token.sspi:
      answer.isChallenge ||= token === Token.sspi;
      reader.take(reader.int(2));
      return true;
    case Token.featureAck:
      return readFeatures(reader);
    default:
      return false;
  }
}

/** Strict, as it must be told from data of rows. */
function readDone(reader: TdsReader, answer: Answer, countBytes: CountBytes): boolean {
  const status = reader.int(2);
  const command = reader.int(2);
  const count = reader.int(countBytes);
  const isLast = reader.left === 0;
  const hasMore = (status & Done.more) !== 0;
  if (reader.failed || (status & ~DONE_BITS) !== 0 || command > 0x2ff || count > Number.MAX_SAFE_INTEGER) return false;
  if (isLast === hasMore) return false;
  answer.hasFailed ||= (status & Done.error) !== 0;
  answer.isCanceled ||= (status & Done.attention) !== 0;
  if ((status & Done.count) === 0) return true;
  if (command === SELECT) answer.returnedRows = (answer.returnedRows ?? 0) + count;
  else answer.affectedRows = (answer.affectedRows ?? 0) + count;
  return true;
}

function readMessage(reader: TdsReader, answer: Answer, isError: boolean): boolean {
  const length = reader.int(2);
  if (length > reader.left || length < 8) return false;
  const body = new TdsReader(reader.take(length));
  const number = body.int(4) | 0;
  body.take(1);
  const severity = body.int(1);
  const message = body.text(body.int(2)).slice(0, MAX_MESSAGE_CHARS);
  if (body.failed || severity > 25) return false;
  if (!isError) answer.infos += 1;
  else if (answer.errors.length < MAX_ERRORS)
    answer.errors.push({ number, class: severity, message: masked(number, message) });
  return true;
}

const DATABASE_CHANGE = 1;

function readEnvironment(reader: TdsReader, answer: Answer): void {
  if (reader.int(1) === DATABASE_CHANGE) answer.database = reader.text(reader.int(1));
}

function readLoginAck(reader: TdsReader, answer: Answer): void {
  reader.take(5);
  const program = reader.text(reader.int(1)).replaceAll("\0", "").trim();
  const major = reader.int(1);
  const minor = reader.int(1);
  const build = reader.int(1) * 256 + reader.int(1);
  answer.isLoggedIn = true;
  if (!reader.failed) answer.server = `${program} ${major}.${minor}.${build}`;
}

const LAST_FEATURE = 0xff;
const MAX_FEATURES = 64;

function readFeatures(reader: TdsReader): boolean {
  for (let feature = 0; feature < MAX_FEATURES; feature += 1) {
    if (reader.int(1) === LAST_FEATURE) return true;
    reader.take(Math.min(reader.int(4), reader.left));
  }
  return false;
}

/** Errors that quote names of objects, columns, databases and logins. */
const QUOTES_NAMES = new Set([207, 208, 229, 911, 916, 2627, 2812, 3701, 4060, 4064, 18_456]);

function masked(number: number, message: string): string {
  if (number === 2627) return message.replace(/ The duplicate key value is .*/, "");
  return QUOTES_NAMES.has(number) ? message : message.replace(/'[^']*'?|"[^"]*"?|\d+/g, "?");
}
