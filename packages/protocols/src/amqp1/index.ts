import type { Dissector } from "../contract.ts";
import { KEPT_BYTES } from "./frames.ts";
import { MAX_PENDING } from "./handshakes.ts";
import { BODY_BYTES } from "./message.ts";
import { probeAmqp1 } from "./probe.ts";
import { amqp1Record } from "./record.ts";
import { Amqp1Session } from "./session.ts";
import { MAX_LINKS } from "./sessions.ts";
import { KEPT_MESSAGE_BYTES } from "./transfers.ts";
import { MAX_UNSETTLED } from "./unsettled.ts";
import { Descriptor, FRAME_HEADER_BYTES, FrameType, PROTOCOL_HEADER_START } from "./wire.ts";

/** AMQP 1.0, as ActiveMQ, Artemis, Qpid, RabbitMQ 4 and Azure Service Bus speak it. */
export const amqp1: Dissector<(typeof amqp1Record)["id"]> = {
  id: amqp1Record.id,
  transports: ["tcp"],
  ports: [5672],
  specs: [
    "https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-types-v1.0-os.html",
    "https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-transport-v1.0-os.html",
    "https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-messaging-v1.0-os.html",
    "https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-security-v1.0-os.html",
  ],
  limits: {
    pendingCalls: MAX_PENDING + MAX_UNSETTLED + MAX_LINKS + 1,
    bufferedBytes: 2 * KEPT_BYTES + MAX_LINKS * KEPT_MESSAGE_BYTES,
    bodyBytes: BODY_BYTES,
  },
  probe: (_direction, bytes) => probeAmqp1(bytes),
  asks(bytes) {
    if (bytes[0] === PROTOCOL_HEADER_START) return true;
    if (bytes[5] !== FrameType.sasl) return undefined;
    const code = bytes[FRAME_HEADER_BYTES + 2];
    return code === Descriptor.saslInit || code === Descriptor.saslResponse;
  },
  open: (context) => new Amqp1Session(context),
};
