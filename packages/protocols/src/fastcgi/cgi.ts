import { decodeLatin1 } from "@weir/base";
import type { HttpRequest, HttpResponse } from "../common/http/exchange.ts";
import type { Header } from "../common/http/headers.ts";
import { headerOf } from "../common/http/headers.ts";

/** Headers of a response that are kept. */
const MAX_HEADERS = 128;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** A redirection that does not say its status (RFC 3875 §6.2.4; web servers take it for the others too). */
const FOUND = 302;
const OK = 200;
/** What stands before a header's name in the name of its variable (RFC 3875 §4.1.18), but for two. */
const HTTP = "HTTP_";
const UNPREFIXED: ReadonlySet<string> = new Set(["CONTENT_TYPE", "CONTENT_LENGTH"]);

/** The request that CGI's meta-variables tell of (RFC 3875 §4.1). */
export function requestOf(params: ReadonlyMap<string, string>): HttpRequest {
  const headers: Header[] = [];
  for (const [name, value] of params) {
    if (name.startsWith("HTTP_")) headers.push([headerName(name.slice(HTTP.length)), value]);
    // Some web servers give these two in both ways.
    else if (UNPREFIXED.has(name) && value !== "" && !params.has(HTTP + name)) headers.push([headerName(name), value]);
  }
  const authority = params.get("HTTP_HOST") ?? params.get("SERVER_NAME");
  return { method: params.get("REQUEST_METHOD"), target: targetOf(params), authority, headers };
}

function headerName(variable: string): string {
  return variable.toLowerCase().replaceAll("_", "-");
}

/** What the web server was asked for, as it stood in the request, else put together of its parts. */
function targetOf(params: ReadonlyMap<string, string>): string | undefined {
  const whole = params.get("REQUEST_URI");
  if (whole !== undefined && whole !== "") return whole;
  const script = params.get("SCRIPT_NAME");
  if (script === undefined) return undefined;
  const query = params.get("QUERY_STRING") ?? "";
  return `${script}${params.get("PATH_INFO") ?? ""}${query === "" ? "" : `?${query}`}`;
}

/** Version of HTTP that the web server was asked in: `1.1` of `HTTP/1.1`. */
export function versionOf(params: ReadonlyMap<string, string>): string | undefined {
  return /^HTTP\/(\d(?:\.\d)?)/.exec(params.get("SERVER_PROTOCOL") ?? "")?.[1];
}

/** Where the body begins: behind the first empty line from `from` on; undefined where that did not come yet. */
export function endOfHead(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(LINE_FEED, from); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) {
    if (bytes[at + 1] === LINE_FEED) return at + 2;
    if (bytes[at + 1] === CARRIAGE_RETURN && bytes[at + 2] === LINE_FEED) return at + 3;
  }
  return undefined;
}

/** The response that a CGI header block tells of (RFC 3875 §6.3); undefined where it is none. */
export function responseOf(head: Uint8Array): HttpResponse | undefined {
  const lines = decodeLatin1(head).split(/\r?\n/, MAX_HEADERS);
  const statusLine = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(lines[0] ?? "")?.[1];
  const headers: Header[] = [];
  for (const line of statusLine === undefined ? lines : lines.slice(1)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
    else if (line !== "" && headers.length === 0) return undefined;
  }
  const said = statusLine ?? /^\d{3}/.exec(headerOf(headers, "status") ?? "")?.[0];
  if (headers.length === 0 && said === undefined) return undefined;
  const silent = headerOf(headers, "location") === undefined ? OK : FOUND;
  return { statusCode: said === undefined ? silent : Number(said), headers };
}
