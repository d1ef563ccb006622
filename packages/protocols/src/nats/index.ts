import type { Dissector } from "../contract.ts";
import { BODY_BYTES } from "./messages.ts";
import { probeNats } from "./probe.ts";
import { natsRecord } from "./record.ts";
import { MAX_PENDING, NatsSession } from "./session.ts";
import { KEPT_BYTES } from "./wire.ts";

const INFO = 0x49;
const [H, M] = [0x48, 0x4d];

/** NATS with headers, and JetStream in it. */
export const nats: Dissector<(typeof natsRecord)["id"]> = {
  id: natsRecord.id,
  transports: ["tcp"],
  ports: [4222],
  specs: [
    "https://docs.nats.io/reference/reference-protocols/nats-protocol",
    "https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-4.md",
    "https://docs.nats.io/reference/reference-protocols/nats_api_reference",
  ],
  limits: { pendingCalls: 5 * MAX_PENDING, bufferedBytes: 2 * KEPT_BYTES, bodyBytes: BODY_BYTES },
  probe: (_direction, bytes) => probeNats(bytes),
  // INFO, MSG and HMSG are the server's.
  asks: (bytes) => !(bytes[0] === INFO || bytes[0] === M || (bytes[0] === H && bytes[1] === M)),
  open: (context) => new NatsSession(context),
};
