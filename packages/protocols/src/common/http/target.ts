import { type Header, headerOf } from "./headers.ts";
import { maskQuery } from "./mask.ts";

/** Scheme and authority of a target in absolute form (RFC 9112 §3.2.2). */
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/i;

/** Path and query of a target in any of its forms (RFC 9112 §3.2). */
export function splitTarget(target: string): readonly [path: string, query: string | undefined] {
  const origin = target.startsWith("/") ? target : (ABSOLUTE.exec(target)?.[2] ?? target);
  const at = origin.indexOf("?");
  return at < 0 ? [origin, undefined] : [origin.slice(0, at), origin.slice(at + 1)];
}

/** Path and query of a target, values of secret parameters masked. */
export function maskTarget(target: string): string {
  const [path, query] = splitTarget(target);
  return query === undefined ? path : `${path}?${maskQuery(query)}`;
}

/** Whom a request of HTTP/1 is for: its Host header, else the authority of its target, without what proves who asks. */
export function authorityOf(headers: readonly Header[], target: string): string | undefined {
  const host = headerOf(headers, "host");
  if (host !== undefined) return host;
  const authority = ABSOLUTE.exec(target)?.[1];
  return authority?.slice(authority.lastIndexOf("@") + 1);
}
