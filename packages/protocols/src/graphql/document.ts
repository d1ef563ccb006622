import { rootOf } from "./root-fields.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** What a document says of its operation. */
export interface Operation {
  /** query, mutation or subscription. */
  readonly type: string;
  readonly name: string | undefined;
  /** Fields at its root, those of fragments included; aliases give way to what they stand for. */
  readonly rootFields: readonly string[];
  /** The document without values. */
  readonly masked: string;
}

const OPERATION_TYPES: ReadonlySet<string> = new Set(["query", "mutation", "subscription"]);
const MAX_MASKED_CHARACTERS = 2000;
const MAX_FIELDS = 10;

/** A definition as far as it was read. */
interface Definition {
  readonly type: string;
  readonly name: string | undefined;
  readonly fields: readonly string[];
  /** Names of fragments that stand at its root. */
  readonly spreads: readonly string[];
}

/** The operation that a request asks for: the one of that name, else the first. `text` may end anywhere. Undefined where it is no GraphQL. */
export function operationOf(text: string, wantedName: string | undefined): Operation | undefined {
  const tokens = tokensOf(text);
  const definitions = definitionsIn(tokens);
  const operations = definitions.filter(({ type }) => OPERATION_TYPES.has(type));
  const operation = operations.find(({ name }) => name !== undefined && name === wantedName) ?? operations[0];
  if (operation === undefined) return undefined;
  const inFragments = operation.spreads.flatMap(
    (spread) => definitions.find(({ type, name }) => type === "fragment" && name === spread)?.fields ?? [],
  );
  return {
    type: operation.type,
    name: operation.name,
    rootFields: [...new Set([...operation.fields, ...inFragments])].slice(0, MAX_FIELDS),
    masked: masked(tokens),
  };
}

/** Definitions (§2.3) one behind the other; reading ends at what begins none. */
function definitionsIn(tokens: readonly Token[]): readonly Definition[] {
  const definitions: Definition[] = [];
  let at = 0;
  while (at < tokens.length) {
    const type = typeAt(tokens, at);
    if (type === undefined) break;
    const second = type.isShort ? undefined : tokens[at + 1];
    const head = { type: type.word, name: second?.kind === "name" ? second.text : undefined };
    const open = tokens.findIndex(({ text }, index) => index >= at && text === "{");
    if (open < 0) {
      if (type.word !== "fragment" && isSignature(tokens, at)) definitions.push({ ...head, fields: [], spreads: [] });
      break;
    }
    const root = rootOf(tokens, open);
    definitions.push({ ...head, ...root });
    at = root.end;
  }
  return definitions;
}

function typeAt(
  tokens: readonly Token[],
  at: number,
): { readonly word: string; readonly isShort: boolean } | undefined {
  const text = tokens[at]?.text ?? "";
  if (text === "{") return { word: "query", isShort: true };
  return OPERATION_TYPES.has(text) || text === "fragment" ? { word: text, isShort: false } : undefined;
}

/** True where an operation whose selections are missing looks like one: `query Name(`. A search for the word alone does not. */
function isSignature(tokens: readonly Token[], at: number): boolean {
  return tokens[at + 1]?.kind === "name" && tokens[at + 2]?.text === "(";
}

/** Words that stand close to what is before them, and to what follows. */
const CLOSE_BEFORE: ReadonlySet<string> = new Set([")", "]", ":", "!", ",", "("]);
const CLOSE_BEHIND: ReadonlySet<string> = new Set(["(", "[", "$", "@", "..."]);

function masked(tokens: readonly Token[]): string {
  let text = "";
  let before = "";
  for (const token of tokens) {
    const isClose = text === "" || CLOSE_BEFORE.has(token.text) || CLOSE_BEHIND.has(before);
    text += isClose ? token.text : ` ${token.text}`;
    before = token.text;
    if (text.length > MAX_MASKED_CHARACTERS) break;
  }
  return text.slice(0, MAX_MASKED_CHARACTERS);
}
