import { MAX_QUERY_TEXT_CHARS } from "../common/sql/mask.ts";
import { MAX_SQL_CHARS } from "../common/sql/query.ts";
import type { Dissector } from "../contract.ts";
import { MAX_PENDING } from "./conversation.ts";
import { isClientStart, probeStart } from "./probe.ts";
import { clickhouseRecord } from "./record.ts";
import { ClickhouseSession } from "./session.ts";

/** ClickHouse's native protocol. */
export const clickhouse: Dissector<(typeof clickhouseRecord)["id"]> = {
  id: clickhouseRecord.id,
  transports: ["tcp"],
  ports: [9000],
  specs: [
    "https://clickhouse.com/docs/native-protocol/basics",
    "https://github.com/ClickHouse/ClickHouse/blob/master/src/Core/ProtocolDefines.h",
  ],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: 8 * MAX_SQL_CHARS, bodyBytes: MAX_QUERY_TEXT_CHARS },
  probe: (_direction, bytes) => probeStart(bytes),
  asks: isClientStart,
  open: (context) => new ClickhouseSession(context),
};
