import type { ProbeVerdict } from "../contract.ts";
import { type Api, ApiKey, apiOf, isFlexible } from "./apis.ts";
import { KafkaReader } from "./reader.ts";
import { type FieldSink, readBody } from "./schema.ts";

/** Length that stands in front of every message. */
export const LENGTH_BYTES = 4;
/** Longest request that a broker takes by default (`socket.request.max.bytes`). */
export const MAX_REQUEST_BYTES = 100 << 20;
/** API key, version and correlation id: what every request has. */
const MIN_REQUEST_BYTES = 8;
/** Versions above the newest one known that are believed of a first request. */
const VERSIONS_TO_COME = 4;
const MAX_CLIENT_ID_BYTES = 255;

/** What stands in front of every request ("Request Header v0" to "v2" of the protocol guide). */
export interface RequestHead {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  /** Absent where it is null. */
  readonly clientId: string | undefined;
  readonly api: Api | undefined;
  readonly isFlexible: boolean;
}

/** Reads a request's head; `reader` stands at its body then. */
export function readRequestHead(reader: KafkaReader): RequestHead | undefined {
  const apiKey = reader.int16();
  const apiVersion = reader.int16();
  const correlationId = reader.int32();
  const api = apiOf(apiKey);
  const flexible = api !== undefined && isFlexible(api, apiVersion);
  // Version 0 of ControlledShutdown is older than client ids.
  const hasClientId = apiKey !== ApiKey.controlledShutdown || apiVersion > 0;
  const length = hasClientId ? reader.int16() : -1;
  const clientId = length < 0 ? undefined : reader.text(length);
  if (flexible) reader.skipTags();
  return reader.isOver ? undefined : { apiKey, apiVersion, correlationId, clientId, api, isFlexible: flexible };
}

const NOBODY: FieldSink = {
  wants: () => false,
  number: () => undefined,
  text: () => undefined,
  records: () => undefined,
};

/**
 * Whether bytes begin with a request: a length that is believed, a key and version that exist, a client id of printable text. Where the whole request
 * is there, its body must fit its schema to the byte; where it has no client id either, that is the only proof.
 */
export function probeRequest(bytes: Uint8Array): ProbeVerdict {
  if ((bytes[0] ?? 0) > MAX_REQUEST_BYTES >> 24 || (bytes[4] ?? 0) !== 0 || (bytes[6] ?? 0) !== 0) return "noMatch";
  if (bytes.length < LENGTH_BYTES + MIN_REQUEST_BYTES) return "needMore";
  const length = new KafkaReader(bytes).int32();
  // Clients count up from zero, and begin anew before the sign bit.
  if (length < MIN_REQUEST_BYTES || length > MAX_REQUEST_BYTES || (bytes[8] ?? 0) >= 0x80) return "noMatch";
  const api = apiOf(bytes[5] ?? 0);
  if (api === undefined) return "noMatch";
  const reader = new KafkaReader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length), length);
  const head = readRequestHead(reader);
  if (head === undefined) return reader.isCut ? "needMore" : "noMatch";
  if (head.clientId !== undefined && !isClientId(head.clientId)) return "noMatch";
  return probeBody(api, head, reader, bytes.length >= LENGTH_BYTES + length);
}

function probeBody(api: Api, head: RequestHead, reader: KafkaReader, isAllThere: boolean): ProbeVerdict {
  const named = head.clientId === undefined || head.clientId === "" ? "noMatch" : "match";
  // A client that asks for a version far away is believed where its whole request is there.
  if (head.apiVersion > api.newest)
    return isAllThere || head.apiVersion <= api.newest + VERSIONS_TO_COME ? named : "noMatch";
  if (api.request === undefined) return named;
  const isWhole = readBody(api.request, reader, head.apiVersion, head.isFlexible, NOBODY);
  if (reader.isBroken) return "noMatch";
  if (reader.isCut) return named === "match" ? named : "needMore";
  if (isWhole) return "match";
  return endsInRest(api) ? named : "noMatch";
}

function endsInRest({ request }: Api): boolean {
  return request?.at(-1)?.type === "rest";
}

function isClientId(text: string): boolean {
  return text.length <= MAX_CLIENT_ID_BYTES && /^[\x20-\x7e]*$/.test(text);
}
