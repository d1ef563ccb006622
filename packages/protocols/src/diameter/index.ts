import type { Dissector } from "../contract.ts";
import { diameterRecord } from "./record.ts";
import { DiameterSession, MAX_PENDING } from "./session.ts";
import { Flag, KEPT_BYTES, looksLikeMessage } from "./wire.ts";

/** Diameter over TCP. */
export const diameter: Dissector<(typeof diameterRecord)["id"]> = {
  id: diameterRecord.id,
  transports: ["tcp"],
  ports: [3868],
  specs: ["RFC 6733", "RFC 4006"],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: 2 * KEPT_BYTES, bodyBytes: 0 },
  probe: (_direction, bytes) => looksLikeMessage(bytes),
  // Both peers ask; the first word on a connection is a request.
  asks: (bytes) => ((bytes[4] ?? 0) & Flag.request) !== 0,
  open: (context) => new DiameterSession(context),
};
