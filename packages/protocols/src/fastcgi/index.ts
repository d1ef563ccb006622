import type { Dissector } from "../contract.ts";
import { BODY_BYTES } from "./message-side.ts";
import { fastcgiRecord } from "./record.ts";
import { FastcgiSession, MAX_REQUESTS } from "./session.ts";
import { KEPT_BYTES, probeRecord, RecordType } from "./wire.ts";

/** A record of each direction, and of each request its parameters and the beginnings of its bodies. */
const BUFFERED_BYTES = 2 * KEPT_BYTES + MAX_REQUESTS * (128 << 10);

/** FastCGI: how web servers ask applications. */
export const fastcgi: Dissector<(typeof fastcgiRecord)["id"]> = {
  id: fastcgiRecord.id,
  transports: ["tcp"],
  ports: [9000],
  specs: ["https://fastcgi-archives.github.io/FastCGI_Specification.html", "RFC 3875"],
  limits: { pendingCalls: MAX_REQUESTS, bufferedBytes: BUFFERED_BYTES, bodyBytes: BODY_BYTES },
  probe: (_direction, bytes) => probeRecord(bytes),
  asks(bytes) {
    const type = bytes[1] ?? 0;
    return type === RecordType.beginRequest || type === RecordType.params || type === RecordType.getValues;
  },
  open: (context) => new FastcgiSession(context),
};
