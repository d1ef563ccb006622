import { toHex } from "@weir/base";
import { maskHeaders } from "../common/http/mask.ts";
import { present } from "../common/passage.ts";
import { payloadText, textOfCut } from "../common/payload-text.ts";
import type { Acknowledgement, Connect, Publish, Subscribe } from "./packets.ts";
import type { Properties } from "./properties.ts";

/** Payload that calls keep. */
export const BODY_BYTES = 1024;
const TRACEPARENT = "traceparent";

/** What a packet that asks tells of its call. */
export interface Asked {
  readonly operation: string;
  readonly target: string;
  readonly attributes: Record<string, string>;
  readonly requestHeaders?: readonly (readonly [string, string])[];
  readonly requestBody?: string | undefined;
  readonly bodyTruncated?: boolean;
  readonly traceparent?: string | undefined;
  /** True where it names something that was agreed on before the capture. */
  readonly isMidStream?: boolean;
}

export function askedByConnect(connect: Connect): Asked {
  const { version, clientId, cleanStart, keepAliveSeconds, willTopic, hasUserName, properties } = connect;
  return {
    operation: "CONNECT",
    target: clientId ?? "",
    ...headersOf(properties),
    attributes: present({
      "network.protocol.version": version,
      "weir.mqtt.clean_start": cleanStart,
      "weir.mqtt.keep_alive_s": keepAliveSeconds,
      "weir.mqtt.will_topic": willTopic,
      "weir.mqtt.has_user_name": hasUserName,
      "weir.mqtt.session_expiry_s": properties?.sessionExpirySeconds,
      "weir.mqtt.authentication_method": properties?.authenticationMethod,
    }),
  };
}

/** `topic` is what the packet is about, by name or by alias; undefined where an alias was set before the capture. */
export function askedByPublish(publish: Publish, topic: string | undefined): Asked {
  const { id, qos, isDuplicate, isRetained, properties, payload, payloadBytes } = publish;
  const { text, isTruncated } = payloadText(payload, payloadBytes, BODY_BYTES);
  return {
    operation: "PUBLISH",
    target: topic ?? "",
    ...headersOf(properties),
    requestBody: text,
    bodyTruncated: isTruncated,
    traceparent: properties?.user.find(([name]) => name.toLowerCase() === TRACEPARENT)?.[1],
    isMidStream: topic === undefined,
    attributes: present({
      "messaging.destination.name": topic,
      "messaging.message.body.size": payloadBytes,
      "messaging.message.conversation_id": correlationOf(properties),
      "weir.mqtt.packet_id": id > 0 ? id : undefined,
      "weir.mqtt.qos": qos,
      "weir.mqtt.retain": isRetained ? true : undefined,
      "weir.mqtt.duplicate": isDuplicate ? true : undefined,
      "weir.mqtt.topic_alias": properties?.topicAlias,
      "weir.mqtt.response_topic": properties?.responseTopic,
      "weir.mqtt.content_type": properties?.contentType,
      "weir.mqtt.message_expiry_s": properties?.messageExpirySeconds,
    }),
  };
}

export function askedBySubscribe(
  operation: "SUBSCRIBE" | "UNSUBSCRIBE",
  { id, filters, qos, properties }: Subscribe,
): Asked {
  return {
    operation,
    target: filters.join(", "),
    ...headersOf(properties),
    attributes: present({
      "weir.mqtt.packet_id": id,
      "weir.mqtt.topic_filters": filters.join("\n"),
      "weir.mqtt.requested_qos": qos.length > 0 ? qos.join(",") : undefined,
    }),
  };
}

/** What an answer, or a packet that nobody answers, adds. */
export function attributesOfAnswer({ codes, properties }: Acknowledgement): Record<string, string> {
  return present({
    "weir.mqtt.reason_codes": codes.length > 0 ? codes.join(",") : undefined,
    "weir.mqtt.reason": properties?.reasonString,
    "weir.mqtt.server_reference": properties?.serverReference,
  });
}

/** What CONNACK adds. */
export function attributesOfConnack(connack: Acknowledgement): Record<string, string> {
  return {
    ...attributesOfAnswer(connack),
    ...present({
      "weir.mqtt.session_present": connack.isSessionPresent,
      "weir.mqtt.keep_alive_s": connack.properties?.serverKeepAliveSeconds,
      "weir.mqtt.assigned_client_id": connack.properties?.assignedClientId,
    }),
  };
}

/** User properties, which are what headers are elsewhere. */
function headersOf(properties: Properties | undefined): Pick<Asked, "requestHeaders"> {
  const user = properties?.user ?? [];
  return user.length === 0 ? {} : { requestHeaders: maskHeaders(user) };
}

/** Correlation data is binary by the standard, and text in practice. */
function correlationOf(properties: Properties | undefined): string | undefined {
  const data = properties?.correlationData;
  return data === undefined ? undefined : (textOfCut(data) ?? toHex(data));
}
