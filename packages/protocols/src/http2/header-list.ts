import type { Header } from "../common/http/headers.ts";
import { isSecretHeader, MASK } from "../common/http/mask.ts";
import { type HeaderList, UNKNOWN } from "./hpack/decoder.ts";

/** A header block sorted: what stands in place of a start line (RFC 9113 §8.3), and the fields. */
export interface MessageHead {
  readonly method: string | undefined;
  readonly path: string | undefined;
  /** Without what proves who asks, which is forbidden there (RFC 9113 §8.3.1). */
  readonly authority: string | undefined;
  readonly status: number | undefined;
  /** `request` and `response` by what stands in it, `trailers` where nothing of a head does; undefined where that is not known. */
  readonly kind: "request" | "response" | "trailers" | undefined;
  /** Without pseudo-header fields, whose place is in front. */
  readonly headers: readonly Header[];
}

/** Headers whose values say nothing secret, even where the sender wants them in no table. */
const HARMLESS = /^(?:grpc-|content-|te$|date$|age$)/;

/** Sorts a header list. Values that their sender marked as never to be indexed are masked, and so are those whose name is not known. */
export function headOf({ headers, neverIndexed }: HeaderList): MessageHead {
  const pseudo = new Map<string, string>();
  const fields: Header[] = [];
  let isUnknown = false;
  for (const [name, value] of headers) {
    if (name.startsWith(":")) {
      if (!pseudo.has(name)) pseudo.set(name, value);
    } else {
      isUnknown ||= name === UNKNOWN;
      fields.push([name, isMasked(name, value, neverIndexed) ? MASK : value]);
    }
  }
  const status = pseudo.get(":status");
  const authority = pseudo.get(":authority");
  const isRequest = pseudo.has(":method") || pseudo.has(":path") || pseudo.has(":scheme") || pseudo.has(":authority");
  return {
    method: pseudo.get(":method"),
    path: pseudo.get(":path"),
    authority: authority?.slice(authority.lastIndexOf("@") + 1),
    status: status !== undefined && /^\d{3}$/.test(status) ? Number(status) : undefined,
    kind: status !== undefined ? "response" : isRequest ? "request" : isUnknown ? undefined : "trailers",
    headers: fields,
  };
}

/** The scheme of an authorization may be shown: `maskHeaders` takes care of those. */
function isMasked(name: string, value: string, neverIndexed: ReadonlySet<string>): boolean {
  if (name === UNKNOWN) return value !== "";
  return neverIndexed.has(name) && !isSecretHeader(name) && !HARMLESS.test(name);
}
