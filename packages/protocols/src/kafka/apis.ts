import { parseSchema, type Schema } from "./schema.ts";
import type { ApiSchema, ApiSchemas } from "./schemas/api-schema.ts";
import { BROKER_APIS } from "./schemas/brokers.ts";
import { CONNECTION_APIS } from "./schemas/connections.ts";
import { GROUP_APIS } from "./schemas/groups.ts";
import { MESSAGE_APIS } from "./schemas/messages.ts";
import { TOPIC_APIS } from "./schemas/topics.ts";
import { TRANSACTION_APIS } from "./schemas/transactions.ts";

/** Keys of APIs that have rules of their own. */
export const ApiKey = {
  produce: 0,
  fetch: 1,
  metadata: 3,
  controlledShutdown: 7,
  offsetCommit: 8,
  findCoordinator: 10,
  saslHandshake: 17,
  apiVersions: 18,
  txnOffsetCommit: 28,
  saslAuthenticate: 36,
  shareFetch: 78,
} as const;

const SCHEMAS: ApiSchemas = {
  ...MESSAGE_APIS,
  ...TOPIC_APIS,
  ...GROUP_APIS,
  ...TRANSACTION_APIS,
  ...CONNECTION_APIS,
  ...BROKER_APIS,
};

/** One API with its schemas ready to read by. */
export interface Api extends Omit<ApiSchema, "request" | "response"> {
  readonly request: Schema | undefined;
  readonly response: Schema | undefined;
}

const ready = new Map<number, Api>();

/** The API of a key; undefined where none is known. */
export function apiOf(key: number): Api | undefined {
  const known = ready.get(key);
  if (known !== undefined) return known;
  const schema = SCHEMAS[key];
  if (schema === undefined) return undefined;
  const { request, response } = schema;
  const api: Api = {
    ...schema,
    request: request === undefined ? undefined : parseSchema(request),
    response: response === undefined ? undefined : parseSchema(response),
  };
  ready.set(key, api);
  return api;
}

/** Every key that has a name. */
export const API_KEYS: readonly number[] = Object.keys(SCHEMAS).map(Number);

/** Whether a version of an API writes compact lengths and tagged fields (KIP-482). */
export function isFlexible(api: Api, version: number): boolean {
  return api.flexibleFrom !== undefined && version >= api.flexibleFrom;
}
