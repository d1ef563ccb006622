import { ByteCursor } from "../common/byte-cursor.ts";
import { type Properties, readProperties, readText } from "./properties.ts";
import { PacketType, packetLength, readVariableInteger, versionOfLevel } from "./wire.ts";

/** Topic filters of one packet that are kept. */
const MAX_FILTERS = 256;

export interface Connect {
  /** 3.1, 3.1.1 or 5. */
  readonly version: string;
  /** Undefined where the packet breaks off, or its lengths lie. */
  readonly clientId: string | undefined;
  readonly cleanStart: boolean;
  readonly keepAliveSeconds: number;
  readonly willTopic: string | undefined;
  /** Whether it names a user; who, and the password, are not kept. */
  readonly hasUserName: boolean;
  readonly properties: Properties | undefined;
}

/** What CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT and AUTH say. */
export interface Acknowledgement {
  /** Packet identifier; 0 where the packet has none. */
  readonly id: number;
  /** One per topic filter in SUBACK and UNSUBACK; elsewhere one, or none where the version has none. */
  readonly codes: readonly number[];
  readonly isSessionPresent: boolean;
  readonly properties: Properties | undefined;
}

export interface Publish {
  readonly topic: string;
  /** Packet identifier; 0 at QoS 0. */
  readonly id: number;
  /** 0 to 2; 3 is forbidden, and seen. */
  readonly qos: number;
  readonly isDuplicate: boolean;
  readonly isRetained: boolean;
  readonly properties: Properties | undefined;
  /** Length of the payload on the wire. */
  readonly payloadBytes: number;
  /** What was kept of it. Borrowed. */
  readonly payload: Uint8Array;
}

export interface Subscribe {
  readonly id: number;
  readonly filters: readonly string[];
  /** Quality of service that was asked for, one per filter; none in UNSUBSCRIBE. */
  readonly qos: readonly number[];
  readonly properties: Properties | undefined;
  /** Version 5 or an older one, as the packet's form tells. */
  readonly isVersion5: boolean;
}

/** Reads CONNECT (§3.1); undefined where it is none. The will's message, the user name and the password are passed over. */
export function parseConnect(bytes: Uint8Array): Connect | undefined {
  const cursor = bodyOf(bytes);
  const name = readText(cursor);
  const version = versionOfLevel(cursor.uint8());
  const flags = cursor.uint8();
  const keepAliveSeconds = cursor.uint16();
  if (cursor.hasFailed) return undefined;
  if (version === undefined || name !== (version === "3.1" ? "MQIsdp" : "MQTT")) return undefined;
  const properties = version === "5" ? readProperties(cursor) : undefined;
  const clientId = readText(cursor);
  if (version === "5" && (flags & 0x04) !== 0) readProperties(cursor);
  const willTopic = (flags & 0x04) !== 0 ? readText(cursor) : undefined;
  return {
    version,
    clientId: cursor.hasFailed ? undefined : clientId,
    cleanStart: (flags & 0x02) !== 0,
    keepAliveSeconds,
    willTopic: cursor.hasFailed ? undefined : willTopic,
    hasUserName: (flags & 0x80) !== 0,
    properties,
  };
}

/** Reads CONNACK (§3.2). Only version 5 makes it longer than two bytes. */
export function parseConnack(bytes: Uint8Array): Acknowledgement | undefined {
  const cursor = bodyOf(bytes);
  const flags = cursor.uint8();
  const code = cursor.uint8();
  const properties = cursor.left > 0 ? readProperties(cursor) : undefined;
  if (cursor.hasFailed || flags > 1) return undefined;
  return { id: 0, codes: [code], isSessionPresent: flags === 1, properties };
}

/** Reads PUBLISH (§3.3). `length` is the packet's, of which `bytes` may be the beginning. */
export function parsePublish(bytes: Uint8Array, length: number, isVersion5: boolean): Publish | undefined {
  const header = bytes[0] ?? 0;
  const qos = (header >> 1) & 0x03;
  const cursor = bodyOf(bytes);
  const topic = readText(cursor);
  const id = qos > 0 ? cursor.uint16() : 0;
  const properties = isVersion5 ? readProperties(cursor) : undefined;
  if (cursor.hasFailed) return undefined;
  return {
    topic,
    id,
    qos,
    isDuplicate: (header & 0x08) !== 0,
    isRetained: (header & 0x01) !== 0,
    properties,
    payloadBytes: length - cursor.at,
    payload: bytes.subarray(cursor.at),
  };
}

/** Reads PUBACK, PUBREC, PUBREL and PUBCOMP (§3.4 to §3.7): reason and properties may be left out, and are in older versions. */
export function parsePublishAnswer(bytes: Uint8Array): Acknowledgement | undefined {
  const cursor = bodyOf(bytes);
  const id = cursor.uint16();
  return reasonAndProperties(cursor, id);
}

/** Reads DISCONNECT and AUTH (§3.14, §3.15). */
export function parseReason(bytes: Uint8Array): Acknowledgement | undefined {
  return reasonAndProperties(bodyOf(bytes), 0);
}

/** Reads SUBACK and UNSUBACK (§3.9, §3.11): version 5 has properties before the codes, older versions have no codes in UNSUBACK. */
export function parseSubscriptionAnswer(bytes: Uint8Array, isVersion5: boolean): Acknowledgement | undefined {
  const cursor = bodyOf(bytes);
  const id = cursor.uint16();
  const properties = isVersion5 ? readProperties(cursor) : undefined;
  const codes = [...cursor.take(Math.min(cursor.left, MAX_FILTERS))];
  return cursor.hasFailed ? undefined : { id, codes, isSessionPresent: false, properties };
}

/**
 * Reads SUBSCRIBE and UNSUBSCRIBE (§3.8, §3.10). `isVersion5` is undefined where CONNECT was not seen: then the form decides, the older one first.
 */
export function parseSubscribe(bytes: Uint8Array, isVersion5: boolean | undefined): Subscribe | undefined {
  if (isVersion5 !== undefined) return parseFilters(bytes, isVersion5);
  return parseFilters(bytes, false) ?? parseFilters(bytes, true);
}

function parseFilters(bytes: Uint8Array, isVersion5: boolean): Subscribe | undefined {
  const hasOptions = (bytes[0] ?? 0) >> 4 === PacketType.subscribe;
  const cursor = bodyOf(bytes);
  const id = cursor.uint16();
  const properties = isVersion5 ? readProperties(cursor) : undefined;
  const filters: string[] = [];
  const qos: number[] = [];
  while (cursor.left > 0 && filters.length < MAX_FILTERS) {
    const filter = readText(cursor);
    const options = hasOptions ? cursor.uint8() : 0;
    // A filter is never empty, and two bits of the options are reserved; without this, properties look like a filter.
    if (filter === "" || (options & 0xc0) !== 0) cursor.fail();
    filters.push(filter);
    if (hasOptions) qos.push(options & 0x03);
  }
  if (cursor.hasFailed || filters.length === 0) return undefined;
  return { id, filters, qos, properties, isVersion5 };
}

function reasonAndProperties(cursor: ByteCursor, id: number): Acknowledgement | undefined {
  const codes = cursor.left > 0 ? [cursor.uint8()] : [];
  const properties = cursor.left > 0 ? readProperties(cursor) : undefined;
  return cursor.hasFailed ? undefined : { id, codes, isSessionPresent: false, properties };
}

/** A cursor behind the fixed header, that ends with the packet. */
function bodyOf(bytes: Uint8Array): ByteCursor {
  const remaining = readVariableInteger(bytes, 1);
  const length = packetLength(bytes);
  const isKnown = typeof remaining === "object" && typeof length === "number";
  return new ByteCursor(isKnown ? bytes.subarray(0, length) : bytes, isKnown ? 1 + remaining.bytes : bytes.length);
}
