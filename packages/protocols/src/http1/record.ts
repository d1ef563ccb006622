import { HTTP_FIELDS } from "../common/http/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

/** What calls of HTTP/1 carry. */
export const http1Record = {
  id: "http1",
  protocol: "http",
  name: "HTTP/1",
  fields: HTTP_FIELDS,
} as const satisfies ProtocolRecord;
