import type { Dissector } from "../contract.ts";
import { BODY_BYTES } from "./contents.ts";
import { probeMqtt } from "./probe.ts";
import { mqttRecord } from "./record.ts";
import { KEPT_BYTES, MAX_PENDING, MqttSession } from "./session.ts";
import { PacketType, typeOf } from "./wire.ts";

/** Packets that only clients send, and those that only servers send (MQTT 5.0 §2.1.2). */
const BY_CLIENTS: ReadonlySet<number> = new Set([
  PacketType.connect,
  PacketType.subscribe,
  PacketType.unsubscribe,
  PacketType.pingreq,
]);
const BY_SERVERS: ReadonlySet<number> = new Set([
  PacketType.connack,
  PacketType.suback,
  PacketType.unsuback,
  PacketType.pingresp,
]);

/** MQTT 3.1, 3.1.1 and 5 over TCP. */
export const mqtt: Dissector<(typeof mqttRecord)["id"]> = {
  id: mqttRecord.id,
  transports: ["tcp"],
  ports: [1883],
  specs: [
    "https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html",
    "https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html",
    "https://public.dhe.ibm.com/software/dw/webservices/ws-mqtt/mqtt-v3r1.html",
  ],
  // Each side may wait for as much as the other.
  limits: { pendingCalls: 2 * MAX_PENDING, bufferedBytes: 2 * KEPT_BYTES, bodyBytes: BODY_BYTES },
  probe: (_direction, bytes) => probeMqtt(bytes),
  asks(bytes) {
    const type = typeOf(bytes);
    if (BY_CLIENTS.has(type)) return true;
    return BY_SERVERS.has(type) ? false : undefined;
  },
  open: (context) => new MqttSession(context),
};
