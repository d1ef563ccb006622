import { type Call, type Connection, NOT_ESTABLISHED } from "@weir/model";
import type { Attributes } from "@weir/receive";
import { INSTRUMENTS, type Instrument } from "./instruments.ts";

const NS_PER_S = 1e9;

/** The methods of HTTP; any other word is `_OTHER`, as the semantic conventions have it, for who asks may invent as many as they like. */
const HTTP_METHODS: ReadonlySet<string> = new Set(
  "CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE QUERY".split(" "),
);

/** Of a call's kind: the instrument of its duration, and which of its attributes tell series apart. The first that fits. */
const KINDS: readonly (readonly [attribute: string, instrument: Instrument, attributes: readonly string[]])[] = [
  ["rpc.system.name", INSTRUMENTS.rpc, ["rpc.system.name", "rpc.method"]],
  ["rpc.system", INSTRUMENTS.rpc, ["rpc.system", "rpc.method"]],
  ["db.system.name", INSTRUMENTS.db, ["db.system.name", "db.namespace", "db.collection.name"]],
  ["messaging.system", INSTRUMENTS.messaging, ["messaging.system", "messaging.destination.name"]],
  ["http.request.method", INSTRUMENTS.http, ["network.protocol.version", "http.route"]],
];

/** What one call adds to the metrics. */
export interface CallMeasures {
  readonly instrument: Instrument;
  readonly attributes: Attributes;
  /** Undefined where it was not answered whole. */
  readonly durationSeconds: number | undefined;
  /** Attributes of the count of calls, which all protocols share. */
  readonly counted: Attributes;
}

export function callMeasures(call: Call): CallMeasures {
  const { attributes, durationNs, status, protocol } = call;
  const edge = edgeOf(call);
  const kind = KINDS.find(([name]) => attributes[name] !== undefined);
  const instrument = kind?.[1] ?? (protocol === "dns" ? INSTRUMENTS.dns : INSTRUMENTS.otherCall);
  const told = (kind?.[2] ?? []).flatMap((name) => {
    const value = attributes[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const error = errorType(call, instrument);
  return {
    instrument,
    attributes: {
      ...edge,
      ...Object.fromEntries(told),
      ...outcomeOf(call, instrument),
      ...(error === undefined ? {} : { "error.type": error }),
    },
    durationSeconds: durationNs === undefined ? undefined : durationNs / NS_PER_S,
    counted: { ...edge, "weir.call.status": status },
  };
}

/** The attributes of an edge: who asks whom, by which protocol. The same of calls and of connections. */
export function edgeOf(record: Call | Connection): Attributes {
  const { clientService, clientAddress, serverService, serverAddress, serverPort, transport, protocol } = record;
  return {
    "weir.client.service.name": clientService || clientAddress,
    "weir.server.service.name": serverService || serverAddress,
    "server.port": serverPort,
    "network.transport": transport,
    ...(protocol === "" ? {} : { "network.protocol.name": protocol }),
  };
}

/** What the semantic conventions ask for beside the edge. */
function outcomeOf({ attributes, operation, statusCode, serverPort }: Call, instrument: Instrument): Attributes {
  switch (instrument) {
    case INSTRUMENTS.http: {
      const code = Number(attributes["http.response.status_code"]);
      return {
        "http.request.method": HTTP_METHODS.has(operation) ? operation : "_OTHER",
        "url.scheme": attributes["url.scheme"] ?? (serverPort === 443 ? "https" : "http"),
        ...(code > 0 ? { "http.response.status_code": code } : {}),
      };
    }
    case INSTRUMENTS.rpc:
      return statusCode === "" ? {} : { "rpc.response.status_code": statusCode };
    case INSTRUMENTS.db:
      return {
        "db.operation.name": operation,
        ...(statusCode === "" ? {} : { "db.response.status_code": statusCode }),
      };
    case INSTRUMENTS.messaging:
      return { "messaging.operation.name": operation };
    default:
      return { "weir.call.operation": operation };
  }
}

/** Why it failed; absent where it did not. To a server of HTTP what the client did wrong is no failure. */
function errorType({ status, statusCode }: Call, instrument: Instrument): string | undefined {
  if (status === "ok" || status === "unknown") return undefined;
  if (status === "clientError" && instrument === INSTRUMENTS.http) return undefined;
  return statusCode === "" || status === "timeout" || status === "aborted" ? status : statusCode;
}

/** Why a connection did not come about; absent where it did. */
export function connectionError({ closeReason, connectError }: Connection): string | undefined {
  return NOT_ESTABLISHED.includes(closeReason) ? (connectError ?? closeReason) : connectError;
}
