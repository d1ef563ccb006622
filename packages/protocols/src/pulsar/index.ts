import type { Dissector } from "../contract.ts";
import { COMMANDS } from "./commands.ts";
import { probeFrame, SIZES_BYTES } from "./frame.ts";
import { pulsarRecord } from "./record.ts";
import { KEPT_BYTES, MAX_PENDING, PulsarSession } from "./session.ts";

/** Pulsar's binary protocol. */
export const pulsar: Dissector<(typeof pulsarRecord)["id"]> = {
  id: pulsarRecord.id,
  transports: ["tcp"],
  ports: [6650],
  specs: ["https://pulsar.apache.org/docs/developing-binary-protocol/", "PulsarApi.proto"],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: 2 * KEPT_BYTES, bodyBytes: 0 },
  probe: (_direction, bytes) => probeFrame(bytes),
  asks(bytes) {
    const by = COMMANDS[bytes[SIZES_BYTES + 1] ?? 0]?.by;
    return by === undefined ? undefined : by === "client";
  },
  open: (context) => new PulsarSession(context),
};
