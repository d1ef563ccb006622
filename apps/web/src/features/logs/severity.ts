const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];
const FIRST_OF_ERROR = 17;
const FIRST_OF_WARN = 13;

/** Severities that a list can begin at. */
export const SEVERITY_CHOICES = [
  { number: 0, word: "all" },
  ...LEVELS.slice(1).map((word, index) => ({ number: (index + 1) * 4 + 1, word: `${word} and worse` })),
];

/** The program's own word for a severity; OpenTelemetry's where it has none. */
export function severityWord(number: number, text: string): string {
  if (text !== "") return text;
  return number === 0 ? "–" : (LEVELS[Math.floor((number - 1) / 4)] ?? String(number));
}

/** The colour of a severity. */
export function severityClass(number: number): string {
  if (number >= FIRST_OF_ERROR) return "bad";
  return number >= FIRST_OF_WARN ? "warn" : "dim";
}
