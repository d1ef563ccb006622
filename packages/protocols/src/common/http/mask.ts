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

/** Headers with secret values replaced; the scheme of an authorization stays: `Bearer ***`. */
export function maskHeaders(headers: readonly Header[]): Header[] {
  return headers.map(([name, value]) => {
    const word = name.toLowerCase();
    if (SECRET_HEADERS.has(word)) return [name, maskValue(name, value)];
    if (word === "baggage") return [name, maskBaggage(value)];
    return ADDRESS_HEADERS.has(word) ? [name, maskAddress(value)] : [name, value];
  });
}

/** A query with the values of secret parameters replaced. */
export function maskQuery(query: string): string {
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
