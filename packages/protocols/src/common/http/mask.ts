import type { Header } from "./headers.ts";

/** Headers whose values are secrets: what proves who somebody is. */
const SECRET_HEADERS: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "x-api-key",
  "api-key",
  "apikey",
  "x-auth-token",
  "x-access-token",
  "x-goog-api-key",
  "x-vault-token",
  "x-amz-security-token",
  "x-csrf-token",
  "x-xsrf-token",
  "www-authenticate",
]);
const SECRET_PARAMETER = /(?:token|passw|pwd|secret|api_?key|signature|credential|session)/i;
/** Headers that hold an address with a query of its own. */
const ADDRESS_HEADERS: ReadonlySet<string> = new Set(["location", "referer", "content-location"]);
export const MASK = "***";

/** How the value of a header is shown. */
type Masking = (name: string, value: string) => string;

/** By the name as it stood on the wire: most headers of a capture are spelled the same way every time. */
const MASKINGS = new Map<string, Masking | undefined>();
const MAX_MASKINGS = 1000;

/** Headers with secret values replaced; the scheme of an authorization stays: `Bearer ***`. Where nothing is secret, they are the same. */
export function maskHeaders(headers: readonly Header[]): readonly Header[] {
  let masked: Header[] | undefined;
  let at = 0;
  for (const [name, value] of headers) {
    const masking = maskingOf(name);
    if (masking !== undefined) {
      masked ??= [...headers];
      masked[at] = [name, masking(name, value)];
    }
    at += 1;
  }
  return masked ?? headers;
}

function maskingOf(name: string): Masking | undefined {
  const known = MASKINGS.get(name);
  if (known !== undefined || MASKINGS.has(name)) return known;
  const word = name.toLowerCase();
  const masking = SECRET_HEADERS.has(word)
    ? maskValue
    : word === "baggage"
      ? (_: string, value: string) => maskBaggage(value)
      : ADDRESS_HEADERS.has(word)
        ? (_: string, value: string) => maskAddress(value)
        : undefined;
  if (MASKINGS.size < MAX_MASKINGS) MASKINGS.set(name, masking);
  return masking;
}

/** A query with the values of secret parameters replaced. HOT PATH: most have nothing that sounds like a secret anywhere. */
export function maskQuery(query: string): string {
  if (!SECRET_PARAMETER.test(query)) return query;
  return query
    .split("&")
    .map((part) => {
      const equals = part.indexOf("=");
      return equals > 0 && SECRET_PARAMETER.test(part.slice(0, equals)) ? `${part.slice(0, equals)}=${MASK}` : part;
    })
    .join("&");
}

/** Members of W3C Baggage are `key=value;properties`, separated by commas. */
function maskBaggage(value: string): string {
  return value.replace(/([^,;=\s]+)(\s*=\s*)[^,;]*/g, (member, key: string, equals: string) =>
    SECRET_PARAMETER.test(key) ? `${key}${equals}${MASK}` : member,
  );
}

function maskAddress(address: string): string {
  const at = address.indexOf("?");
  return at < 0 ? address : `${address.slice(0, at + 1)}${maskQuery(address.slice(at + 1))}`;
}

/** Whether the values of a header are secrets. */
export function isSecretHeader(name: string): boolean {
  return SECRET_HEADERS.has(name.toLowerCase());
}

function maskValue(name: string, value: string): string {
  const scheme = /^([A-Za-z][\w-]*) \S/.exec(value)?.[1];
  return name.toLowerCase().endsWith("authorization") && scheme !== undefined ? `${scheme} ${MASK}` : MASK;
}
