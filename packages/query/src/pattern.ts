// RE2 for JavaScript, made for CEL: the same patterns match as in the store, in linear time whatever the pattern.
import { RE2JS } from "@bufbuild/re2";

/** The store's RE2 lets `.` match line breaks. */
const FLAGS = RE2JS.DOTALL;

/** Why a pattern is no RE2 pattern; undefined where it is one. */
export function patternProblem(pattern: string): string | undefined {
  try {
    new RE2JS(pattern, FLAGS);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : "not a pattern";
  }
}

/** A test for text that contains a match. The pattern must be valid. */
export function patternTest(pattern: string): (text: string) => boolean {
  const compiled = new RE2JS(pattern, FLAGS);
  return (text) => compiled.test(text);
}
