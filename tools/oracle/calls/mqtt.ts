import type { Call } from "@weir/model";
import type { CallComparison, FactsEvent } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

const TYPES: Readonly<Record<string, string>> = {
  CONNECT: "1",
  CONNACK: "2",
  PUBLISH: "3",
  PUBACK: "4",
  PUBREC: "5",
  PUBREL: "6",
  PUBCOMP: "7",
  SUBSCRIBE: "8",
  SUBACK: "9",
  UNSUBSCRIBE: "10",
  UNSUBACK: "11",
  PINGREQ: "12",
  PINGRESP: "13",
  DISCONNECT: "14",
  AUTH: "15",
};
const LEVELS: Readonly<Record<string, string>> = { "3.1": "3", "3.1.1": "4", "5": "5" };
/** tshark cuts long topics. */
const COMPARED_CHARACTERS = 200;
const FACTS = [
  "mqtt.msgtype",
  "mqtt.topic",
  "mqtt.msgid",
  "mqtt.clientid",
  "mqtt.ver",
  "mqtt.conack.val",
  "mqtt.connack.reason_code",
  "mqtt.suback.qos",
  "mqtt.suback.reason_code",
  "mqtt.disconnect.reason_code",
];

interface Statement {
  readonly fact: string;
  readonly value: string;
  readonly frame: number | undefined;
}

/** MQTT: every packet by its type, with its identifier, topics and codes. */
export const mqtt: CallComparison = {
  events: ["mqtt"],
  protocols: ["mqtt"],
  fromEvent: (event) => [
    ...FACTS.flatMap((fact) =>
      valuesOf(event, fact).map((value) => ({ fact, value: value.slice(0, COMPARED_CHARACTERS) })),
    ),
    ...qosOf(event).map((value) => ({ fact: "mqtt.qos", value })),
  ],
  fromCall: (call) => [...requestSaid(call), ...answersSaid(call)],
};

/** tshark shows a quality of service in PUBREL and others of version 3.1 too, where it means nothing. */
function qosOf(event: FactsEvent): readonly string[] {
  const qos = valuesOf(event, "mqtt.qos");
  const publishes = valuesOf(event, "mqtt.msgtype").filter((type) => type === TYPES["PUBLISH"]);
  return qos.length === publishes.length ? qos : [];
}

function requestSaid({ operation, target, attributes, requestPackets, requestBytes }: Call): readonly Statement[] {
  if (requestBytes === 0) return [];
  const frame = requestPackets[1];
  const filters = attributes["weir.mqtt.topic_filters"];
  const said: [string, string | undefined][] = [
    ["mqtt.msgtype", TYPES[operation]],
    ["mqtt.msgid", attributes["weir.mqtt.packet_id"]],
    ["mqtt.qos", attributes["weir.mqtt.qos"]],
    ["mqtt.topic", operation === "PUBLISH" ? target : undefined],
    ...(filters?.split("\n").map((filter): [string, string] => ["mqtt.topic", filter]) ?? []),
  ];
  if (operation === "CONNECT")
    said.push(["mqtt.clientid", target], ["mqtt.ver", LEVELS[attributes["network.protocol.version"] ?? ""]]);
  if (operation === "DISCONNECT") said.push(["mqtt.disconnect.reason_code", attributes["weir.mqtt.reason_codes"]]);
  return said.flatMap(([fact, value]) =>
    value === undefined ? [] : [{ fact, value: value.slice(0, COMPARED_CHARACTERS), frame }],
  );
}

function answersSaid({ operation, attributes, responsePackets }: Call): readonly Statement[] {
  const frame = responsePackets[1];
  const isVersion5 = attributes["network.protocol.version"] === "5";
  const names = attributes["weir.mqtt.answered_by"]?.split(",") ?? [];
  const id = attributes["weir.mqtt.packet_id"];
  const codes = attributes["weir.mqtt.reason_codes"]?.split(",") ?? [];
  const codeFact = operation === "CONNECT" ? (isVersion5 ? "mqtt.connack.reason_code" : "mqtt.conack.val") : undefined;
  // Where no CONNECT tells the version, tshark takes codes for those of version 5.
  const isSuback5 = isVersion5 || attributes["network.protocol.version"] === undefined;
  const subackFact = isSuback5 ? "mqtt.suback.reason_code" : "mqtt.suback.qos";
  return [
    ...names.map((name) => ({ fact: "mqtt.msgtype", value: TYPES[name] ?? name, frame })),
    ...(id === undefined ? [] : names.map(() => ({ fact: "mqtt.msgid", value: id, frame }))),
    ...(codeFact === undefined || names.length === 0 ? [] : codes.map((value) => ({ fact: codeFact, value, frame }))),
    ...(operation === "SUBSCRIBE" ? codes.map((value) => ({ fact: subackFact, value, frame })) : []),
  ];
}
