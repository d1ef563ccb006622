/** One `name="value"` of a selector; in values, quotes and backslashes are escaped. */
const LABEL = /\s*([A-Za-z_][\w.]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/gy;

/** Labels of a stream as Loki writes them, `{app="shop", level="error"}`, by name. What does not read so is left out. */
export function parseLabels(text: string): Readonly<Record<string, string>> {
  const inner = text.trim().replace(/^\{/, "").replace(/\}$/, "");
  return Object.fromEntries([...inner.matchAll(LABEL)].map(([, name = "", value = ""]) => [name, unescaped(value)]));
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => ({ n: "\n", t: "\t", r: "\r" })[character] ?? character);
}
