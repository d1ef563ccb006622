// CEL's syntax comes from cel-js: complete, without dependencies, with positions. Types, meaning and SQL are ours.
import { type ASTNode, Environment, ParseError } from "@marcbachmann/cel-js";
import { FILTER_LIMITS } from "./limits.ts";
import { type FilterProblem, problem } from "./problem.ts";

const syntax = new Environment({
  unlistedVariablesAreDyn: true,
  limits: {
    maxAstNodes: FILTER_LIMITS.nodes,
    maxDepth: FILTER_LIMITS.depth,
    maxListElements: FILTER_LIMITS.listValues,
  },
});

/** The syntax tree of a filter, or where and why there is none. */
export function parseCel(text: string): ASTNode | FilterProblem {
  if (text.trim() === "") return problem("the filter is empty", 0);
  if (text.length > FILTER_LIMITS.characters) {
    return problem(`the filter is longer than ${FILTER_LIMITS.characters} characters`, FILTER_LIMITS.characters);
  }
  if (/\p{Surrogate}/u.test(text)) return problem("the filter is no valid Unicode text", 0);
  try {
    return syntax.parse(text).ast;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return syntaxProblem(text, error);
  }
}

/** What people write who know other languages, and how CEL writes it. Matched where the parser stopped. */
const HABITS: readonly (readonly [pattern: RegExp, suggestion: (found: string) => string, message: string])[] = [
  [/\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns)\b/g, (found) => `duration("${found}")`, "a duration is written in quotes"],
  [/(?<![=!<>])=(?!=)/g, () => "==", "comparing is written =="],
  [/\band\b/gi, () => "&&", "and is written &&"],
  [/\bor\b/gi, () => "||", "or is written ||"],
  [/\bnot\b/gi, () => "!", "not is written !"],
  [/(?<!&)&(?!&)/g, () => "&&", "and is written &&"],
  [/(?<!\|)\|(?!\|)/g, () => "||", "or is written ||"],
];

function syntaxProblem(text: string, error: ParseError): FilterProblem {
  const start = Math.min(error.range?.start ?? 0, text.length);
  const end = Math.max(start + 1, error.range?.end ?? 0);
  for (const [pattern, suggestion, message] of HABITS) {
    for (const { 0: found, index } of text.matchAll(pattern)) {
      if (index <= end && index + found.length >= start) return problem(message, index, suggestion(found));
    }
  }
  if (start >= text.trimEnd().length) return problem("the filter ends too early", text.length);
  return problem(lowerFirst(error.summary), start);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
