/** What stands for a secret. */
const MASK = "***";
/** Names of options and variables whose values are secrets. */
const SECRET_NAME =
  /(?:pass(?:w(?:or)?d|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?|auth(?:orization)?|cookie)$/i;
/** `--name=value`, `NAME=value`, `-Dname=value`, `name:value` of a header. */
const ASSIGNMENT = /^(-{0,2}(?:D)?[\w.-]*?[\w-]+)([=:])\s*(.*)$/s;
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+@/gi;
const BEARER = /\b(bearer|basic)\s+\S+/gi;
/** `-pSECRET` of MySQL's clients. */
const SHORT_PASSWORD = /^-p.+$/;
const SHORT_PASSWORD_PROGRAMS = /(?:^|\/)(?:mysql|mariadb)[\w-]*$/;
const MAX_LENGTH = 2_048;

/** A command line for people, without the secrets in its arguments: values of options that are named like one, passwords in URLs, authorization. */
export function maskedCommandLine(words: readonly string[]): string {
  const [program = ""] = words;
  const hasShortPassword = SHORT_PASSWORD_PROGRAMS.test(program);
  const masked = words.map((word, index) => {
    const before = words[index - 1] ?? "";
    const isValue = /^-/.test(before) && !before.includes("=") && SECRET_NAME.test(before) && !word.startsWith("-");
    if (isValue) return MASK;
    if (hasShortPassword && SHORT_PASSWORD.test(word)) return `-p${MASK}`;
    return maskedWord(word);
  });
  const text = masked.join(" ");
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
}

function maskedWord(word: string): string {
  const assigned = ASSIGNMENT.exec(word);
  if (assigned !== null && SECRET_NAME.test(assigned[1] ?? "")) return `${assigned[1]}${assigned[2]}${MASK}`;
  return word.replace(USER_INFO, `$1${MASK}@`).replace(BEARER, `$1 ${MASK}`);
}
