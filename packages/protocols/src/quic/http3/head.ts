import type { HttpRequest, HttpResponse } from "../../common/http/exchange.ts";
import { type Header, headerOf } from "../../common/http/headers.ts";
import { isSecretHeader, MASK } from "../../common/http/mask.ts";
import type { FieldSection } from "./qpack/field-section.ts";
import { UNKNOWN } from "./qpack/text.ts";

/** A field section sorted: a request's or a response's head, or fields behind a body. */
export type Head =
  | { readonly kind: "request"; readonly request: HttpRequest }
  | { readonly kind: "response"; readonly response: HttpResponse }
  | { readonly kind: "trailers"; readonly headers: readonly Header[] };

/** Headers whose values say nothing secret, even where the sender wants them in no table. */
const HARMLESS = /^(?:grpc-|content-|te$|date$|age$)/;

/** Sorts a field section by its pseudo-headers (RFC 9114 §4.3). */
export function headOf({ headers, neverIndexed }: FieldSection): Head {
  const pseudo = new Map<string, string>();
  const fields: Header[] = [];
  for (const [name, value] of headers) {
    if (name.startsWith(":")) pseudo.set(name, pseudo.get(name) ?? value);
    else fields.push([name, isMasked(name, value, neverIndexed) ? MASK : value]);
  }
  const status = pseudo.get(":status");
  if (status !== undefined) return { kind: "response", response: { statusCode: statusOf(status), headers: fields } };
  const method = pseudo.get(":method");
  if (method === undefined && !pseudo.has(":path")) return { kind: "trailers", headers: fields };
  const authority = pseudo.get(":authority") ?? headerOf(fields, "host");
  return {
    kind: "request",
    request: {
      method,
      target: pseudo.get(":path") ?? (method === "CONNECT" ? authority : undefined),
      authority: authority?.slice(authority.lastIndexOf("@") + 1),
      headers: fields,
    },
  };
}

function statusOf(text: string): number | undefined {
  return /^\d{3}$/.test(text) ? Number(text) : undefined;
}

/** The scheme of an authorization may be shown: `maskHeaders` takes care of those. */
function isMasked(name: string, value: string, neverIndexed: ReadonlySet<string>): boolean {
  if (name === UNKNOWN) return value !== "";
  return neverIndexed.has(name) && !isSecretHeader(name) && !HARMLESS.test(name);
}
