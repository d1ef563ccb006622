import type { Dissector } from "../contract.ts";
import { BODY_BYTES } from "./contents.ts";
import { MAX_PENDING } from "./conversation.ts";
import { KEPT_BYTES } from "./frames.ts";
import { methodOf } from "./methods.ts";
import { probeAmqp } from "./probe.ts";
import { amqpRecord } from "./record.ts";
import { AmqpSession } from "./session.ts";
import { MAX_SETTLEMENTS } from "./settlements.ts";
import { FRAME_HEADER_BYTES, FrameType, PROTOCOL_HEADER_START } from "./wire.ts";

/** AMQP 0-9-1, as RabbitMQ speaks it. */
export const amqp: Dissector<(typeof amqpRecord)["id"]> = {
  id: amqpRecord.id,
  transports: ["tcp"],
  ports: [5672],
  specs: ["https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf", "https://www.rabbitmq.com/docs/specification"],
  limits: {
    pendingCalls: MAX_PENDING + 2 * MAX_SETTLEMENTS + 512,
    bufferedBytes: 2 * KEPT_BYTES,
    bodyBytes: BODY_BYTES,
  },
  probe: (_direction, bytes) => probeAmqp(bytes),
  asks(bytes) {
    if (bytes[0] === PROTOCOL_HEADER_START) return true;
    if (bytes[0] !== FrameType.method) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const sender = methodOf(view.getUint16(FRAME_HEADER_BYTES), view.getUint16(FRAME_HEADER_BYTES + 2))?.sender;
    return sender === "client" ? true : sender === "server" ? false : undefined;
  },
  open: (context) => new AmqpSession(context),
};
