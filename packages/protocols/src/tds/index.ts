import type { Dissector } from "../contract.ts";
import { probeTds } from "./probe.ts";
import { tdsRecord } from "./record.ts";
import { MAX_WAITING, TdsSession } from "./session.ts";

/** Tabular Data Stream, versions 7.0 to 7.4: Microsoft SQL Server. */
export const tds: Dissector<(typeof tdsRecord)["id"]> = {
  id: tdsRecord.id,
  transports: ["tcp"],
  ports: [1433],
  specs: ["https://learn.microsoft.com/openspecs/windows_protocols/ms-tds/"],
  limits: { pendingCalls: MAX_WAITING, bufferedBytes: 139_264, bodyBytes: 4_096 },
  probe: (_direction, bytes) => probeTds(bytes).verdict,
  asks: (bytes) => probeTds(bytes).asks,
  open: (context) => new TdsSession(context),
};
