/** One word of a document (GraphQL specification §2.1). */
export interface Token {
  readonly kind: "name" | "value" | "punctuator";
  readonly text: string;
}

/** Words that are read of a document. */
const MAX_TOKENS = 4000;
/** Ignored text, a name, a punctuator, a number, a block string, a string. Strings may lack their end. */
const TOKEN =
  /(?:[\s,\uFEFF]|#[^\r\n]*)*(?:([_A-Za-z]\w*)|(\.\.\.|[!$&():=@[\]{|}])|(-?\d[\w.+-]*)|("""(?:[^"\\]|\\"""|\\|"(?!""))*(?:"""|$))|("(?:[^"\\\r\n]|\\.)*(?:"|$)))/y;

/** Words of a document, values masked, up to its end or to what is no word. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (tokens.length < MAX_TOKENS) {
    const match = TOKEN.exec(text);
    if (match === null) break;
    const [, name, punctuator, number] = match;
    if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (punctuator !== undefined) tokens.push({ kind: "punctuator", text: punctuator });
    else tokens.push({ kind: "value", text: number === undefined ? '"***"' : "0" });
  }
  return tokens;
}
