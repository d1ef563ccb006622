import type { RequestFailure } from "../failure.ts";
import { type HttpAnswer, type HttpRequest, type HttpRoute, httpReceiver } from "../http/server.ts";
import { httpStatus } from "../http/status.ts";
import type { Intake } from "../intake.ts";
import { greetingRoutes } from "./greetings.ts";
import { jsonAnswer, writtenAnswer } from "./json-answer.ts";

/** Elasticsearch's names of what a whole request is refused for. */
const ERROR_TYPES: Readonly<Record<RequestFailure["reason"], string>> = {
  malformed: "illegal_argument_exception",
  tooLarge: "content_too_long_exception",
  unsupported: "media_type_header_exception",
  unauthenticated: "security_exception",
  forbidden: "security_exception",
  busy: "es_rejected_execution_exception",
  notAcknowledged: "unavailable_shards_exception",
  bug: "exception",
};
const NS_PER_MS = 1_000_000n;

/** Elasticsearch's bulk API (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk), and what its senders ask before they use it. */
export const elasticsearch = httpReceiver({ name: "elasticsearch", title: "Elasticsearch bulk", standardPort: 9200 }, [
  ...(["POST", "PUT"] as const).flatMap((method) =>
    ["/_bulk", "/{index}/_bulk"].map((path): HttpRoute => ({ method, path, handle: takeBulk, failure })),
  ),
  ...greetingRoutes(failure),
]);

async function takeBulk({ params, body }: HttpRequest, intake: Intake): Promise<HttpAnswer> {
  const startedMs = Date.now();
  const index = params["index"] ?? "";
  const receivedAt = BigInt(startedMs) * NS_PER_MS;
  const { reading, told } = await intake.read("bulk", body, { index, receivedAt });
  await intake.take(`bulk ${index}`, body, async () => reading);
  const took = Date.now() - startedMs;
  return writtenAnswer(200, `{"took":${took},"errors":${told.hasErrors},"items":${told.itemsJson}}`);
}

function failure({ reason, message }: RequestFailure): HttpAnswer {
  const status = httpStatus(reason);
  const error = { type: ERROR_TYPES[reason], reason: message };
  return jsonAnswer(status, { error: { root_cause: [error], ...error }, status });
}
