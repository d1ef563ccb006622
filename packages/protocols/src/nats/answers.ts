import { decodeUtf8 } from "@weir/base";
import type { CallStatus } from "@weir/model";
import { headerOf, type MessageHeaders } from "./headers.ts";

/** What an answer comes to. */
export interface Verdict {
  readonly status: CallStatus;
  readonly statusCode: string;
}

const OK: Verdict = { status: "ok", statusCode: "" };
/** Idle heartbeats and flow control of JetStream: no answers. */
export const STATUS_CONTROL = 100;

/** What the message that answers a request says of its success: by its status, by a service's error, by JetStream's JSON. */
export function verdictOf(headers: MessageHeaders | undefined, body: Uint8Array): Verdict {
  if (headers?.status !== undefined && headers.status >= 300) return verdictOfCode(headers.status);
  const serviceCode = headerOf(headers, "nats-service-error-code");
  if (serviceCode !== undefined) return verdictOfCode(Number(serviceCode) || 500);
  return verdictOfJson(body);
}

/** JetStream answers with JSON; an error in it has a code like HTTP's, and one of its own. */
function verdictOfJson(body: Uint8Array): Verdict {
  if (body[0] !== 0x7b) return OK;
  const text = decodeUtf8(body);
  if (!text.includes('"error"')) return OK;
  const { error } = parseObject(text);
  if (typeof error !== "object" || error === null || !("code" in error) || !("err_code" in error)) return OK;
  const verdict = verdictOfCode(Number(error.code));
  return { ...verdict, statusCode: String(error.err_code) };
}

/** Longest acknowledgement of a publish. */
const MAX_ACK_BYTES = 512;

/** Where JetStream keeps a message, as it answers the publish (ADR-22: `{"stream":…,"seq":…}`); empty where the answer is another one. */
export function storedAs(body: Uint8Array): Record<string, string> {
  if (body[0] !== 0x7b || body.length > MAX_ACK_BYTES) return {};
  const { stream, seq } = parseObject(decodeUtf8(body));
  if (typeof stream !== "string" || typeof seq !== "number") return {};
  return { "weir.nats.jetstream.stream": stream, "weir.nats.jetstream.sequence": String(seq) };
}

function verdictOfCode(code: number): Verdict {
  return { status: code >= 500 ? "serverError" : code >= 400 ? "clientError" : "ok", statusCode: String(code) };
}

/** Errors of the server that it has to answer for itself; the others name what the client did. */
const SERVER_ERRORS = /server shutdown|maximum connections|maximum account|internal|secure connection|tls/i;

/** What `-ERR` says, without its quotes. */
export function verdictOfError(text: string): Verdict {
  const message = text.replace(/^'|'$/g, "");
  return { status: SERVER_ERRORS.test(message) ? "serverError" : "clientError", statusCode: message };
}

/** JSON of an object; an empty one where it is none, or was cut. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
