/** What stands for a secret. */
const MASK = "***";
/** How names of options, variables and parameters end whose values are secrets. */
const SECRET =
  "(?:pass(?:w(?:or)?d|phrase)?|pwd|secret|token|(?:api|access|secret|private|signing|encryption|account|shared)[-_]?key|credentials?|auth(?:orization)?|cookie|signature)";
const SECRET_NAME = new RegExp(`${SECRET}$`, "i");
/** `--name=value`, `NAME=value`, `-Dname=value`, `name:value` of a header. */
const ASSIGNMENT = /^([\w.-]+)([=:])\s*(.*)$/s;
/** The same within a word: a query of a URL, a connection string, JSON, a script of a shell. */
const INNER_ASSIGNMENT = new RegExp(
  `((?<![\\w.-])[\\w.-]{0,64}?${SECRET}["']?\\s*[=:]\\s*)("[^"]*"|'[^']*'|[^\\s&;,"'{}]+)`,
  "gi",
);
/** `--password value` in a script of a shell. */
const INNER_OPTION = new RegExp(`((?:^|\\s)--?[\\w-]{0,64}?${SECRET}\\s+)(?!-)("[^"]*"|'[^']*'|[^\\s"']+)`, "gi");
/** What stands before the host of a URL; a password may hold an `@` of its own. */
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/]+@/gi;
const BEARER = /\b(bearer|basic)\s+\S+/gi;

/** Options whose names do not tell that their values are secrets, by the programs that have them. */
const OPTIONS_OF_PROGRAMS: readonly { readonly program: RegExp; readonly options: readonly string[] }[] = [
  { program: /^(?:mysql|mariadb)[\w-]*$/, options: ["-p"] },
  { program: /^(?:redis|valkey)-(?:cli|benchmark)$/, options: ["-a"] },
  { program: /^curl$/, options: ["-u", "--user", "-U", "--proxy-user", "--oauth2-bearer", "-b", "-E", "--cert"] },
  { program: /^(?:sshpass|mongo|mongosh|mongodump|mongorestore)$/, options: ["-p"] },
  { program: /^ldap\w+$/, options: ["-w"] },
  { program: /^(?:smbclient|rpcclient)$/, options: ["-U"] },
  { program: /^ab$/, options: ["-A", "-P"] },
  { program: /^(?:http|https|xh)$/, options: ["-a"] },
  { program: /^mosquitto_\w+$/, options: ["-P", "--pw"] },
  { program: /^openssl$/, options: ["-pass", "-passin", "-passout", "-k", "-K", "-psk"] },
];
/** Of these programs the value follows its option without a space only: `-p` alone asks for it, and the next word is another one. */
const ASKS_FOR_IT = /^(?:mysql|mariadb)[\w-]*$/;
const MAX_LENGTH = 2_048;
/** Each takes two characters of the text at least. */
const MAX_WORDS = MAX_LENGTH / 2;

/**
 * A command line for people, without the secrets in its arguments: values of options, variables and parameters that are named like one, those of programs that
 * name them otherwise, passwords in URLs, authorization.
 */
export function maskedCommandLine(words: readonly string[]): string {
  const program = (words[0] ?? "").split("/").at(-1) ?? "";
  const short = OPTIONS_OF_PROGRAMS.find((each) => each.program.test(program))?.options ?? [];
  const asks = ASKS_FOR_IT.test(program);
  const masked = words.slice(0, MAX_WORDS).map((whole, index) => {
    const word = whole.slice(0, MAX_LENGTH + 1);
    const before = words[index - 1] ?? "";
    if (!asks && short.includes(before)) return MASK;
    const isValue = /^-/.test(before) && !before.includes("=") && SECRET_NAME.test(before) && !word.startsWith("-");
    if (isValue) return MASK;
    const option = short.find((each) => word.startsWith(each) && word.length > each.length && isGlued(each, word));
    if (option !== undefined) return `${option}${option.startsWith("--") ? "=" : ""}${MASK}`;
    return maskedWord(word);
  });
  const text = masked.join(" ");
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
}

/** True where a word is an option and its value at once: `-pvalue`, `--option=value`. */
function isGlued(option: string, word: string): boolean {
  return option.startsWith("--") ? word[option.length] === "=" : option.length === 2;
}

function maskedWord(word: string): string {
  const assigned = ASSIGNMENT.exec(word);
  if (assigned !== null && SECRET_NAME.test(assigned[1] ?? "")) return `${assigned[1]}${assigned[2]}${MASK}`;
  return word
    .replace(USER_INFO, `$1${MASK}@`)
    .replace(BEARER, `$1 ${MASK}`)
    .replace(INNER_ASSIGNMENT, `$1${MASK}`)
    .replace(INNER_OPTION, `$1${MASK}`);
}
