import { tryDecodeUtf8 } from "@weir/base";
import type { ProbeVerdict } from "../contract.ts";
import { parseConnack, parseConnect, parseSubscribe } from "./packets.ts";
import { hasLegalFlags, PacketType, packetLength, readVariableInteger, typeOf } from "./wire.ts";

const CONNECT_HEADER = PacketType.connect << 4;
/** CONNECT packets beyond this are not waited for. */
const MAX_CONNECT_BYTES = 4096;
/** Nor other packets, by which a stream without a beginning is recognised, beyond this. */
const MAX_WHOLE_BYTES = 512;
/** Topics that a stream without a beginning is recognised by: the upper byte of their length is zero, which no text and no BER has there. */
const MAX_PROBED_TOPIC_BYTES = 255;
// biome-ignore lint/suspicious/noControlCharactersInRegex: topics have none
const TOPIC = /^[^\x00-\x1f\x7f#+]+$/;

/**
 * Whether a stream begins with MQTT. CONNECT is enough; in the middle of a stream so are a whole PINGREQ or PINGRESP, a CONNACK, a SUBSCRIBE or
 * SUBACK, and a PUBLISH with a plausible topic. Acknowledgements of four bytes prove nothing.
 */
export function probeMqtt(bytes: Uint8Array): ProbeVerdict {
  const header = bytes[0];
  if (header === undefined) return "needMore";
  if (header === CONNECT_HEADER) return probeConnect(bytes);
  switch (header >> 4) {
    case PacketType.publish:
      return hasLegalFlags(header) ? probePublish(bytes) : "noMatch";
    case PacketType.pingreq:
    case PacketType.pingresp:
      return hasLegalFlags(header) ? probeEmpty(bytes) : "noMatch";
    case PacketType.connack:
    case PacketType.suback:
    case PacketType.subscribe:
    case PacketType.unsubscribe:
      return hasLegalFlags(header) ? probeWhole(bytes) : "noMatch";
    default:
      return "noMatch";
  }
}

/** Whether a packet behind a hole begins with a control packet. The protocol is known by then, so that what may follow does not matter. */
export function resumesMqtt(bytes: Uint8Array): ProbeVerdict {
  const header = bytes[0];
  if (header === undefined) return "needMore";
  if (!hasLegalFlags(header) || header >> 4 === 0) return "noMatch";
  if (header === CONNECT_HEADER) return probeConnect(bytes);
  if (header >> 4 === PacketType.publish) return probePublish(bytes);
  const length = packetLength(bytes);
  if (length === undefined || length === "needMore") return length ?? "noMatch";
  if (length > MAX_WHOLE_BYTES) return "noMatch";
  if (bytes.length < length) return "needMore";
  return isWhole(bytes.subarray(0, length)) ? "match" : "noMatch";
}

function probeConnect(bytes: Uint8Array): ProbeVerdict {
  const remaining = readVariableInteger(bytes, 1);
  if (remaining === undefined) return "noMatch";
  if (remaining === "needMore") return remaining;
  const at = 1 + remaining.bytes;
  const nameLength = bytes[at + 1];
  if ((bytes[at] ?? 0) !== 0 || (nameLength ?? 4) !== (nameLength === 6 ? 6 : 4)) return "noMatch";
  if ((bytes[at + 2] ?? 0x4d) !== 0x4d || (bytes[at + 3] ?? 0x51) !== 0x51) return "noMatch";
  const length = at + remaining.value;
  if (bytes.length < Math.min(length, MAX_CONNECT_BYTES))
    return bytes.length < at + 10 ? "needMore" : nameAndLevel(bytes, at);
  return parseConnect(bytes) === undefined ? "noMatch" : "match";
}

/** The variable header of a CONNECT whose payload has not come yet tells enough. */
function nameAndLevel(bytes: Uint8Array, at: number): ProbeVerdict {
  const name = String.fromCharCode(...bytes.subarray(at + 2, at + 2 + (bytes[at + 1] ?? 0)));
  return name === "MQTT" || name === "MQIsdp" ? "match" : "noMatch";
}

/** Two bytes that are the whole of what was sent. */
function probeEmpty(bytes: Uint8Array): ProbeVerdict {
  if (bytes.length === 1) return "needMore";
  return bytes.length === 2 && bytes[1] === 0 ? "match" : "noMatch";
}

function probePublish(bytes: Uint8Array): ProbeVerdict {
  const length = packetLength(bytes);
  if (length === undefined || length === "needMore") return length ?? "noMatch";
  const remaining = readVariableInteger(bytes, 1);
  const at = typeof remaining === "object" ? 1 + remaining.bytes : 2;
  // A length has as few bytes as it can (§1.5.5): BER's long form, with which LDAP begins, is none.
  const isShortest = at === 2 || bytes[at - 1] !== 0;
  if ((bytes[at] ?? 0) !== 0 || !isShortest) return "noMatch";
  const topicLength = bytes[at + 1];
  if (topicLength === undefined) return "needMore";
  if (topicLength === 0 || topicLength > MAX_PROBED_TOPIC_BYTES || at + 2 + topicLength > length) return "noMatch";
  if (bytes.length < at + 2 + topicLength) return "needMore";
  const topic = tryDecodeUtf8(bytes.subarray(at + 2, at + 2 + topicLength));
  return topic !== undefined && TOPIC.test(topic) ? "match" : "noMatch";
}

/** Packets that are read to their end; of answers, it must be the end of what was sent. */
function probeWhole(bytes: Uint8Array): ProbeVerdict {
  const length = packetLength(bytes);
  if (length === undefined || length === "needMore") return length ?? "noMatch";
  if (length < 4 || length > MAX_WHOLE_BYTES) return "noMatch";
  if (bytes.length < length) return "needMore";
  const isAnswer = typeOf(bytes) === PacketType.connack || typeOf(bytes) === PacketType.suback;
  return isWhole(bytes.subarray(0, length)) && (!isAnswer || bytes.length === length) ? "match" : "noMatch";
}

/** Whether a packet, of any type but CONNECT and PUBLISH, makes sense. */
function isWhole(packet: Uint8Array): boolean {
  switch (typeOf(packet)) {
    case PacketType.connack:
      return isConnack(packet);
    case PacketType.suback:
      return isSuback(packet);
    case PacketType.subscribe:
    case PacketType.unsubscribe:
      return isSubscribe(packet);
    case PacketType.pingreq:
    case PacketType.pingresp:
      return packet.length === 2;
    default:
      return packet.length <= 4;
  }
}

function isConnack(packet: Uint8Array): boolean {
  const connack = parseConnack(packet);
  if (connack === undefined) return false;
  const [code = 0] = connack.codes;
  return packet.length === 4 ? code <= 5 : code === 0 || code >= 128;
}

/** Granted qualities of service, or failure, and nothing else. */
function isSuback(packet: Uint8Array): boolean {
  const isIdentified = packet.length >= 5 && ((packet[2] ?? 0) !== 0 || (packet[3] ?? 0) !== 0);
  return (
    isIdentified && packet.length < 64 && packet.subarray(4).every((code) => code <= 2 || (code >= 128 && code <= 162))
  );
}

function isSubscribe(packet: Uint8Array): boolean {
  const filters = parseSubscribe(packet, undefined)?.filters;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: topic filters have none
  return filters?.every((filter) => /^[^\x00-\x1f\x7f\ufffd]+$/.test(filter)) ?? false;
}
