import type { Mark } from "@weir/base";

/** Words that a command begins with. */
const COMMANDS =
  /^(?:gets?|gats?|set|add|replace|append|prepend|cas|delete|incr|decr|touch|m[gsdane]|stats|version|flush_all|verbosity|slabs|lru|lru_crawler|watch|cache_memlimit|refresh_certs|config|shutdown|quit)(?= |\r?\n|$)/;
/** Words that an answer begins with. */
const ANSWERS =
  /^(?:VALUE|END|STORED|NOT_STORED|EXISTS|NOT_FOUND|DELETED|TOUCHED|OK|ERROR|CLIENT_ERROR|SERVER_ERROR|STAT|VERSION|RESET|CONFIG|ITEM|BUSY|BADCLASS|NOSPARE|NOTFULL|UNSAFE|SAME|VA|HD|EN|NF|NS|EX|MN|ME)(?= |\r?\n|$)/;
export const REQUEST_START = new RegExp(COMMANDS.source);
export const ANSWER_START = new RegExp(`${ANSWERS.source}|^\\d{1,20} *\\r\\n`);

const STORING: ReadonlySet<string> = new Set(["set", "add", "replace", "append", "prepend", "cas"]);
const RETRIEVING: ReadonlySet<string> = new Set(["get", "gets", "gat", "gats", "mg"]);
/** Commands that are answered by many lines, not all of which begin with a word of `ANSWERS`. */
const TALKATIVE: ReadonlySet<string> = new Set(["stats", "lru_crawler", "slabs", "config"]);
/** Places of the key, by command; retrieving ones have their keys to the end. */
const WITHOUT_KEY =
  /^(?:stats|version|flush_all|verbosity|slabs|lru|lru_crawler|watch|cache_memlimit|refresh_certs|config|shutdown|quit|mn|unknown)$/;
/** Names of a command's words that are shown although they are no keys: `stats items`. */
const TOPIC = /^(?:stats|slabs|lru|lru_crawler|config)$/;
const MAX_KEY_CHARS = 250;

/** A command of the text protocol (protocol.txt of memcached). */
export interface TextRequest {
  readonly operation: string;
  readonly target: string;
  readonly keys: number;
  /** Bytes of the value that it brings. */
  readonly valueBytes: number | undefined;
  readonly isMeta: boolean;
  /** Never answered (`noreply`). */
  readonly isSilent: boolean;
  /** A meta command that is only answered where there is something to tell. */
  readonly isQuiet: boolean;
  readonly opaque: string | undefined;
  /** A meta command that depends on what is there. */
  readonly isConditional: boolean;
  readonly first: Mark;
  readonly last: Mark;
  readonly bytes: number;
  readonly hasGap: boolean;
}

/** Bytes of data that follow a command's line. */
export function blockOfCommand(line: string): number | undefined {
  const words = line.split(" ", 6);
  const [operation = ""] = words;
  if (STORING.has(operation)) return countOf(words[4]);
  return operation === "ms" ? countOf(words[2]) : undefined;
}

/** Bytes of data that follow an answer's line. */
export function blockOfAnswer(line: string): number | undefined {
  if (line.startsWith("VALUE ")) return countOf(line.split(" ", 4)[3]);
  if (line.startsWith("VA ")) return countOf(line.split(" ", 2)[1]);
  return line.startsWith("CONFIG ") ? countOf(line.split(" ", 4)[3]) : undefined;
}

/** What a line asks for: `unknown` where no command is known by its words; undefined where it is no text. */
export function parseCommand(
  line: string,
  passage: Pick<TextRequest, "first" | "last" | "bytes" | "hasGap">,
): TextRequest | undefined {
  if (!/^[\x20-\x7e\t]+$/.test(line)) return undefined;
  const words = COMMANDS.test(line) ? line.trimEnd().split(/ +/) : ["unknown"];
  const [operation = ""] = words;
  const { first, last, bytes, hasGap } = passage;
  const isMeta = operation.length === 2 && operation.startsWith("m");
  const flags = isMeta ? words.slice(operation === "ms" ? 3 : 2) : [];
  const firstKey = operation.startsWith("gat") ? 2 : 1;
  const isRetrieving = RETRIEVING.has(operation) && !isMeta;
  return {
    operation,
    target: targetOf(operation, words, firstKey),
    keys: isRetrieving ? Math.max(1, words.length - firstKey) : 1,
    valueBytes: blockOfCommand(line),
    isMeta,
    isSilent: !isMeta && words.at(-1) === "noreply",
    isQuiet: flags.includes("q"),
    opaque: flags.find((flag) => flag.startsWith("O"))?.slice(1),
    isConditional: flags.some((flag) => flag.startsWith("C") || /^M[APRapr]/.test(flag)),
    first,
    last,
    bytes,
    hasGap,
  };
}

function targetOf(operation: string, words: readonly string[], firstKey: number): string {
  if (TOPIC.test(operation)) return words[1] ?? "";
  return WITHOUT_KEY.test(operation) ? "" : (words[firstKey] ?? "").slice(0, MAX_KEY_CHARS);
}

export function isRetrieval(operation: string): boolean {
  return RETRIEVING.has(operation);
}

/** The word of an answer's line, where it is one: numbers and a log's lines have none. */
export function answerWord(line: string): string | undefined {
  return ANSWERS.exec(line)?.[0];
}

/** Whether more lines belong to the answer, up to `END`. */
export function goesOn(word: string | undefined, operation: string | undefined, line: string): boolean {
  if (word === "VALUE" || word === "STAT" || word === "ITEM" || word === "CONFIG") return true;
  return word === undefined && !/^\d+ *$/.test(line) && operation !== undefined && TALKATIVE.has(operation);
}

/** Whether a quiet meta command is not answered in these words: then the answer is a later command's. */
export function isSuppressed(
  { operation, opaque, isConditional }: TextRequest,
  word: string | undefined,
  line: string,
): boolean {
  const answered = / O(\S+)/.exec(line)?.[1];
  if (opaque !== undefined && answered !== undefined && opaque !== answered) return true;
  if (word === "MN") return true;
  // A store says that nothing is there only where it was to find something: a cas value, a mode that changes.
  return operation === "mg" ? word === "EN" : word === "HD" || (operation === "ms" && word === "NF" && !isConditional);
}

/** A length; undefined where it is none. Values are at most a gigabyte long (`-I`). */
function countOf(word: string | undefined): number | undefined {
  return word !== undefined && /^\d{1,10}$/.test(word) && Number(word) <= 1 << 30 ? Number(word) : undefined;
}
