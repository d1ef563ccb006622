import type { HttpAnswer, HttpRoute } from "../http/server.ts";
import { jsonAnswer } from "./json-answer.ts";

/** Version whose bulk API is spoken: senders look whether it is as new as they are. */
const VERSION = "8.19.0";
/** What senders set up before they write. The store's tables are made, so there is nothing to set up: it is there already, and a new one changes nothing. */
const SETUPS = [
  "/_index_template/{name}",
  "/_component_template/{name}",
  "/_template/{name}",
  "/_ilm/policy/{name}",
  "/_ingest/pipeline/{name}",
  "/_data_stream/{name}",
];

/** What Filebeat, Logstash, Fluentd and the clients ask before they send. */
export function greetingRoutes(failure: HttpRoute["failure"]): HttpRoute[] {
  const route = (method: HttpRoute["method"], path: string, answer: object): HttpRoute => ({
    method,
    path,
    handle: async (): Promise<HttpAnswer> => jsonAnswer(200, answer),
    failure,
  });
  const license = { license: { status: "active", type: "basic", uid: "weir", mode: "basic" } };
  const version = {
    number: VERSION,
    build_flavor: "default",
    minimum_wire_compatibility_version: "7.17.0",
    minimum_index_compatibility_version: "7.0.0",
  };
  const greeting = { name: "weir", cluster_name: "weir", version, tagline: "You Know, for Search" };
  return [
    ...(["GET", "HEAD"] as const).map((method) => route(method, "/", greeting)),
    route("GET", "/_license", license),
    ...SETUPS.flatMap((path) => [
      ...(["GET", "HEAD"] as const).map((method) => route(method, path, {})),
      ...(["PUT", "POST"] as const).map((method) => route(method, path, { acknowledged: true })),
    ]),
  ];
}
