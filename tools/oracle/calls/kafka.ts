import { apiOf } from "../../../packages/protocols/src/kafka/apis.ts";
import { errorName } from "../../../packages/protocols/src/kafka/error-codes.ts";
import type { CallComparison } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

/** Values of one field that the facts list of one packet. */
const MAX_FACT_VALUES = 40;

/** Kafka: what request heads say, and topics and errors of both directions. */
export const kafka: CallComparison = {
  events: ["kafka"],
  protocols: ["kafka"],
  fromEvent(event) {
    const said = (fact: string, values = valuesOf(event, fact)) => values.map((value) => ({ fact, value }));
    const errors = new Set(valuesOf(event, "kafka.error").filter((code) => code !== "0"));
    const answered = [
      ...said("kafka.correlation_id"),
      ...said(
        "kafka.error",
        [...errors].map((code) => errorName(Number(code))),
      ),
    ];
    // Responses have no key on the wire: there tshark repeats that of the request. Their names may be of other clients and topics than were asked for.
    if (valuesOf(event, "kafka.api_version").length === 0) return answered;
    const topics = new Set(valuesOf(event, "kafka.topic_name").filter((topic) => topic !== "[ Null ]"));
    return [
      ...answered,
      ...said("kafka.api_version"),
      ...said("kafka.client_id"),
      ...said(
        "kafka.api_key",
        valuesOf(event, "kafka.api_key").map((key) => apiOf(Number(key))?.name ?? key),
      ),
      ...said("kafka.topic_name", [...topics]),
    ];
  },
  fromCall({ operation, attributes, requestPackets, responsePackets, gradeReasons }) {
    const asked = gradeReasons.includes("midStreamStart") ? undefined : requestPackets[1];
    const answered = responsePackets[1];
    const id = attributes["weir.kafka.correlation_id"];
    const errors = attributes["weir.kafka.errors"]?.split(",") ?? [];
    return [
      { fact: "kafka.api_key", value: operation, frame: asked },
      { fact: "kafka.api_version", value: attributes["weir.kafka.api_version"], frame: asked },
      { fact: "kafka.correlation_id", value: id, frame: asked },
      { fact: "kafka.client_id", value: attributes["messaging.client.id"], frame: asked },
      ...topicsOf(attributes).map((value) => ({ fact: "kafka.topic_name", value, frame: asked })),
      { fact: "kafka.correlation_id", value: id, frame: answered },
      ...errors.map((value) => ({ fact: "kafka.error", value, frame: answered })),
    ].flatMap(({ fact, value, frame }) => (value === undefined || frame === undefined ? [] : [{ fact, value, frame }]));
  },
};

/** Topics that a request names. tshark 4.0 does not read bodies of Produce from version 9 on; those of fetch sessions are of earlier requests. */
function topicsOf(attributes: Readonly<Record<string, string>>): readonly string[] {
  const isUnread =
    attributes["messaging.operation.name"] === "Produce" && Number(attributes["weir.kafka.api_version"]) >= 9;
  const isInSession = Number(attributes["weir.kafka.session_epoch"] ?? 0) > 0;
  return isUnread || isInSession ? [] : (attributes["weir.kafka.topics"]?.split(",") ?? []).slice(0, MAX_FACT_VALUES);
}
