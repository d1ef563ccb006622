import type { Dissector } from "../contract.ts";
import { kafkaRecord } from "./record.ts";
import { probeRequest } from "./request-head.ts";
import { probeResponse } from "./response-probe.ts";
import { KafkaSession, KEPT_BYTES, MAX_PENDING } from "./session.ts";

/** Kafka: clients and brokers, all APIs. */
export const kafka: Dissector<(typeof kafkaRecord)["id"]> = {
  id: kafkaRecord.id,
  transports: ["tcp"],
  ports: [9092, 9093, 9094, 29092],
  specs: [
    "https://kafka.apache.org/protocol",
    "https://kafka.apache.org/documentation/#messageformat",
    "https://cwiki.apache.org/confluence/display/KAFKA/KIP-482",
  ],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: 2 * KEPT_BYTES, bodyBytes: 0 },
  probe(_direction, bytes) {
    const asRequest = probeRequest(bytes);
    if (asRequest === "match") return asRequest;
    const asResponse = probeResponse(bytes);
    return asResponse === "noMatch" ? asRequest : asResponse;
  },
  asks: (bytes) => probeRequest(bytes) === "match",
  open: (context) => new KafkaSession(context),
};
