/** A piece of a filter that may be unfinished. */
export interface Token {
  readonly kind: "name" | "text" | "number" | "sign";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** True of a text without its closing quote. */
  readonly isOpen: boolean;
}

const TOKEN =
  /(?<text>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)|(?<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\.?)|(?<number>\d[\w.]*)|(?<sign>==|!=|<=|>=|&&|\|\||[<>!()[\],])/g;

/** The pieces of a filter, whether or not it is one yet. What is none of them is passed over. */
export function tokensOf(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map(({ 0: found, index, groups = {} }) => {
    const kind = (["text", "name", "number", "sign"] as const).find((each) => groups[each] !== undefined) ?? "sign";
    const isOpen = kind === "text" && (found.length === 1 || !found.endsWith(found.charAt(0)));
    return { kind, text: found, start: index, end: index + found.length, isOpen };
  });
}
