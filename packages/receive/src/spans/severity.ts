/** First letters of what programs call their levels, with OpenTelemetry's number (logs data model, appendix B). */
const LEVELS: readonly (readonly [RegExp, number])[] = [
  [/^(trace|verbose)/i, 1],
  [/^(debug|dbg)/i, 5],
  [/^(info|notice)/i, 9],
  [/^warn/i, 13],
  [/^(err|severe)/i, 17],
  [/^(fatal|crit|panic|alert|emerg)/i, 21],
];

/** OpenTelemetry's number for a program's own word for a severity; 0 where it is none of the known ones. */
export function severityNumberOf(word: string): number {
  return LEVELS.find(([pattern]) => pattern.test(word))?.[1] ?? 0;
}
