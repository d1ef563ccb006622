import type { CallStatus } from "@weir/model";
import { PacketType } from "./wire.ts";

/** Reason codes of version 5 (MQTT 5.0 §2.4). 0 is named by the packet it stands in. */
const REASONS: Readonly<Record<number, string>> = {
  0: "Success",
  1: "Granted QoS 1",
  2: "Granted QoS 2",
  4: "Disconnect with Will Message",
  16: "No matching subscribers",
  17: "No subscription existed",
  24: "Continue authentication",
  25: "Re-authenticate",
  128: "Unspecified error",
  129: "Malformed Packet",
  130: "Protocol Error",
  131: "Implementation specific error",
  132: "Unsupported Protocol Version",
  133: "Client Identifier not valid",
  134: "Bad User Name or Password",
  135: "Not authorized",
  136: "Server unavailable",
  137: "Server busy",
  138: "Banned",
  139: "Server shutting down",
  140: "Bad authentication method",
  141: "Keep Alive timeout",
  142: "Session taken over",
  143: "Topic Filter invalid",
  144: "Topic Name invalid",
  145: "Packet Identifier in use",
  146: "Packet Identifier not found",
  147: "Receive Maximum exceeded",
  148: "Topic Alias invalid",
  149: "Packet too large",
  150: "Message rate too high",
  151: "Quota exceeded",
  152: "Administrative action",
  153: "Payload format invalid",
  154: "Retain not supported",
  155: "QoS not supported",
  156: "Use another server",
  157: "Server moved",
  158: "Shared Subscriptions not supported",
  159: "Connection rate exceeded",
  160: "Maximum connect time",
  161: "Subscription Identifiers not supported",
  162: "Wildcard Subscriptions not supported",
};

/** Return codes of CONNACK before version 5 (MQTT 3.1.1 §3.2.2.3). */
const RETURN_CODES: Readonly<Record<number, string>> = {
  0: "Connection Accepted",
  1: "unacceptable protocol version",
  2: "identifier rejected",
  3: "Server unavailable",
  4: "bad user name or password",
  5: "not authorized",
};
const SERVER_UNAVAILABLE = 3;

/** From here on codes of version 5 are failures. */
const FIRST_FAILURE = 128;
/** Failures that the server has to answer for; the others are the client's. */
const SERVER_FAILURES: ReadonlySet<number> = new Set([128, 131, 136, 137, 139, 152, 154, 155, 156, 157, 158, 161, 162]);

/** What a packet's code means. */
export interface Reason {
  readonly name: string;
  readonly status: CallStatus;
}

/** A code in words, and who is to blame. `type` is the packet's, `isVersion5` whether it is of version 5. */
export function reasonOf(code: number, type: number, isVersion5: boolean): Reason {
  if (type === PacketType.connack && !isVersion5) {
    const status = code === 0 ? "ok" : code === SERVER_UNAVAILABLE ? "serverError" : "clientError";
    return { name: RETURN_CODES[code] ?? String(code), status };
  }
  // Before version 5 SUBACK knows one failure, mostly that the client may not read the topic.
  if (type === PacketType.suback && !isVersion5 && code >= FIRST_FAILURE)
    return { name: "Failure", status: "clientError" };
  const status = code < FIRST_FAILURE ? "ok" : SERVER_FAILURES.has(code) ? "serverError" : "clientError";
  return { name: nameOf(code, type), status };
}

function nameOf(code: number, type: number): string {
  if (code === 0 && type === PacketType.suback) return "Granted QoS 0";
  if (code === 0 && type === PacketType.disconnect) return "Normal disconnection";
  return REASONS[code] ?? String(code);
}
