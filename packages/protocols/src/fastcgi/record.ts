import { field } from "@weir/model";
import { HTTP_FIELDS } from "../common/http/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;
const internal = { optional: true, cardinality: "many", sensitivity: "internal" } as const;

/** What calls of FastCGI carry: what the web server was asked over HTTP, and how it asked the application. */
export const fastcgiRecord = {
  id: "fastcgi",
  protocol: "fastcgi",
  name: "FastCGI",
  fields: [
    ...HTTP_FIELDS,
    field("requestId", "int", "Request id, by which records of the connection belong together", {
      otel: "weir.fastcgi.request_id",
      optional: true,
    }),
    field("role", "string", "What the application is asked to be: RESPONDER, AUTHORIZER, FILTER", {
      otel: "weir.fastcgi.role",
      ...few,
    }),
    field("keepsConnection", "bool", "The application leaves the connection open behind its answer", {
      otel: "weir.fastcgi.keeps_connection",
      ...few,
    }),
    field("script", "string", "SCRIPT_FILENAME: the program that is asked; values of secret parameters masked", {
      otel: "weir.fastcgi.script_filename",
      ...internal,
    }),
    field("serverName", "string", "SERVER_NAME: the web server's virtual host", {
      otel: "weir.fastcgi.server_name",
      ...internal,
    }),
    field("remoteAddress", "string", "REMOTE_ADDR: who asked the web server", {
      otel: "weir.fastcgi.remote_address",
      ...internal,
    }),
    field("scheme", "string", "Scheme in which the web server was asked", { otel: "url.scheme", ...few }),
    field("appStatus", "int", "Status of the application, as a program's exit status", {
      otel: "weir.fastcgi.app_status",
      ...few,
    }),
    field("protocolStatus", "string", "REQUEST_COMPLETE, CANT_MPX_CONN, OVERLOADED or UNKNOWN_ROLE", {
      otel: "weir.fastcgi.protocol_status",
      ...few,
    }),
    field("stderrBytes", "int", "What the application wrote to its error stream, in bytes", {
      otel: "weir.fastcgi.stderr_bytes",
      optional: true,
      unit: "bytes",
    }),
    field("stderr", "string", "The beginning of it: 512 bytes at most", {
      otel: "weir.fastcgi.stderr",
      optional: true,
      cardinality: "unbounded",
      sensitivity: "secret",
    }),
  ],
} as const satisfies ProtocolRecord;
