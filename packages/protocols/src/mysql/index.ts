import type { Dissector } from "../contract.ts";
import { MAX_WAITING } from "./conversation.ts";
import { probeMysql } from "./probe.ts";
import { mysqlRecord } from "./record.ts";
import { MysqlSession } from "./session.ts";

/** The client/server protocol of MySQL and MariaDB, version 10 of its handshake. */
export const mysql: Dissector<(typeof mysqlRecord)["id"]> = {
  id: mysqlRecord.id,
  transports: ["tcp"],
  ports: [3306],
  specs: [
    "https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html",
    "https://mariadb.com/kb/en/clientserver-protocol/",
  ],
  limits: { pendingCalls: MAX_WAITING, bufferedBytes: 3_145_728, bodyBytes: 4_096 },
  probe: (_direction, bytes) => probeMysql(bytes).verdict,
  asks: (bytes) => probeMysql(bytes).asks,
  open: (context) => new MysqlSession(context),
};
