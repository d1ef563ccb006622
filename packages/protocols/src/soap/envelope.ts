/** Namespaces of envelopes, which tell the version. */
const VERSIONS: readonly (readonly [namespace: string, version: "1.1" | "1.2"])[] = [
  ["http://schemas.xmlsoap.org/soap/envelope/", "1.1"],
  ["http://www.w3.org/2003/05/soap-envelope", "1.2"],
];
/** An element's start tag with an optional prefix. Names have no spaces, tags no `>` outside of quotes in what SOAP stacks write. */
const BODY = /<(?:[\w.-]+:)?Body(?:\s[^>]*)?>\s*(?:<!--[^>]*-->\s*)*<(?:([\w.-]+):)?([\w.-]+)((?:\s[^>]*)?)>/;
const MAX_REASON_CHARACTERS = 200;

/** What the beginning of an envelope says. */
export interface Envelope {
  readonly version: "1.1" | "1.2" | undefined;
  /** First element of the body. */
  readonly element: string | undefined;
  readonly namespace: string | undefined;
  readonly fault: { readonly code: string; readonly reason: string } | undefined;
}

/** Reads the beginning of an envelope (SOAP 1.1 §4, SOAP 1.2 part 1 §5); undefined where `text` is none. */
export function parseEnvelope(text: string | undefined): Envelope | undefined {
  if (text === undefined || !text.trimStart().startsWith("<") || !/<(?:[\w.-]+:)?Envelope[\s>]/.test(text))
    return undefined;
  const version = VERSIONS.find(([namespace]) => text.includes(namespace))?.[1];
  const [, prefix, element, attributes = ""] = BODY.exec(text) ?? [];
  const declaration = prefix === undefined ? "xmlns" : `xmlns:${prefix}`;
  const namespace = attributeOf(attributes, declaration) ?? attributeOf(text, declaration);
  return { version, element, namespace, fault: element === "Fault" ? parseFault(text) : undefined };
}

/** Code and reason of a fault (SOAP 1.1 §4.4, SOAP 1.2 part 1 §5.4), the code without its prefix. */
function parseFault(text: string): Envelope["fault"] {
  const code =
    textOf(text, "faultcode") ?? textOf(text.slice(Math.max(0, text.search(/<(?:[\w.-]+:)?Code[\s>]/))), "Value");
  const reason = textOf(text, "faultstring") ?? textOf(text, "Text") ?? "";
  return {
    code: code?.slice(code.lastIndexOf(":") + 1) ?? "",
    reason: reason.slice(0, MAX_REASON_CHARACTERS),
  };
}

function textOf(text: string, element: string): string | undefined {
  return new RegExp(`<(?:[\\w.-]+:)?${element}(?:\\s[^>]*)?>([^<]*)<`).exec(text)?.[1]?.trim();
}

function attributeOf(text: string, name: string): string | undefined {
  const at = text.indexOf(`${name}=`);
  const quote = text[at + name.length + 1];
  if (at < 0 || (quote !== '"' && quote !== "'")) return undefined;
  const from = at + name.length + 2;
  const end = text.indexOf(quote, from);
  return end < 0 ? undefined : text.slice(from, end);
}
