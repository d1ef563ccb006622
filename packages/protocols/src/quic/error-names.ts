import { alertName } from "../common/tls/names.ts";
import type { ConnectionClose } from "./frames.ts";

/** Transport error codes (RFC 9000 §20.1, RFC 9368 §8). */
const TRANSPORT: readonly string[] = [
  "NO_ERROR",
  "INTERNAL_ERROR",
  "CONNECTION_REFUSED",
  "FLOW_CONTROL_ERROR",
  "STREAM_LIMIT_ERROR",
  "STREAM_STATE_ERROR",
  "FINAL_SIZE_ERROR",
  "FRAME_ENCODING_ERROR",
  "TRANSPORT_PARAMETER_ERROR",
  "CONNECTION_ID_LIMIT_ERROR",
  "PROTOCOL_VIOLATION",
  "INVALID_TOKEN",
  "APPLICATION_ERROR",
  "CRYPTO_BUFFER_EXCEEDED",
  "KEY_UPDATE_ERROR",
  "AEAD_LIMIT_REACHED",
  "NO_VIABLE_PATH",
  "VERSION_NEGOTIATION_ERROR",
];
/** A TLS alert's number is added to it (RFC 9001 §4.8). */
const CRYPTO_ERROR = 0x100;

/** HTTP/3's and QPACK's codes (RFC 9114 §8.1, RFC 9204 §6). */
const HTTP3: Readonly<Record<number, string>> = {
  256: "H3_NO_ERROR",
  257: "H3_GENERAL_PROTOCOL_ERROR",
  258: "H3_INTERNAL_ERROR",
  259: "H3_STREAM_CREATION_ERROR",
  260: "H3_CLOSED_CRITICAL_STREAM",
  261: "H3_FRAME_UNEXPECTED",
  262: "H3_FRAME_ERROR",
  263: "H3_EXCESSIVE_LOAD",
  264: "H3_ID_ERROR",
  265: "H3_SETTINGS_ERROR",
  266: "H3_MISSING_SETTINGS",
  267: "H3_REQUEST_REJECTED",
  268: "H3_REQUEST_CANCELLED",
  269: "H3_REQUEST_INCOMPLETE",
  270: "H3_MESSAGE_ERROR",
  271: "H3_CONNECT_ERROR",
  272: "H3_VERSION_FALLBACK",
  512: "QPACK_DECOMPRESSION_FAILED",
  513: "QPACK_ENCODER_STREAM_ERROR",
  514: "QPACK_DECODER_STREAM_ERROR",
};

/** `PROTOCOL_VIOLATION`, `CRYPTO_ERROR no_application_protocol`, `H3_NO_ERROR`; an unknown code in hexadecimal. */
export function closeName({ code, isApplication }: ConnectionClose): string {
  if (isApplication) return http3ErrorName(code);
  if (code >= CRYPTO_ERROR && code < CRYPTO_ERROR + 0x100) return `CRYPTO_ERROR ${alertName(code - CRYPTO_ERROR)}`;
  return TRANSPORT[code] ?? hexadecimal(code);
}

/** Name of a code with which an application resets a stream or closes a connection, in HTTP/3's terms. */
export function http3ErrorName(code: number): string {
  return HTTP3[code] ?? hexadecimal(code);
}

/** Whether a connection was closed because its work was done. */
export function isClean({ code, isApplication }: ConnectionClose): boolean {
  return code === 0 || (isApplication && code === 0x100);
}

function hexadecimal(code: number): string {
  return `0x${code.toString(16)}`;
}
