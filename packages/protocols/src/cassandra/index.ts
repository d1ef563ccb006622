import { MAX_QUERY_TEXT_CHARS } from "../common/sql/mask.ts";
import type { Dissector } from "../contract.ts";
import { beginsFrame } from "./probe.ts";
import { cassandraRecord } from "./record.ts";
import { CassandraSession, MAX_PENDING } from "./session.ts";
import { KEPT_BYTES } from "./wire.ts";

/** Frames of both directions, and a segment of 128 KiB of each. */
const BUFFERED_BYTES = 2 * (KEPT_BYTES + (128 << 10));

/** Cassandra's native protocol, versions 1 to 5, and what speaks it. */
export const cassandra: Dissector<(typeof cassandraRecord)["id"]> = {
  id: cassandraRecord.id,
  transports: ["tcp"],
  ports: [9042, 9142],
  specs: [
    "https://github.com/apache/cassandra/blob/trunk/doc/native_protocol_v4.spec",
    "https://github.com/apache/cassandra/blob/trunk/doc/native_protocol_v5.spec",
  ],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: BUFFERED_BYTES, bodyBytes: MAX_QUERY_TEXT_CHARS },
  probe: (_direction, bytes) => beginsFrame(bytes),
  asks: (bytes) => ((bytes[0] ?? 0) & 0x80) === 0,
  open: (context) => new CassandraSession(context),
};
