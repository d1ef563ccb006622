import type { Mark } from "@weir/base";
import type { CallStatus, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { isRetrieval, type TextRequest } from "./text.ts";

/** An answer of the text protocol, all its lines. */
export interface TextAnswer {
  /** The word of its last line; undefined for a number. */
  readonly word: string | undefined;
  readonly line: string;
  readonly hits: number;
  readonly valueBytes: number;
  readonly first: Mark;
  readonly last: Mark;
  readonly bytes: number;
  readonly hasGap: boolean;
  /** Something was lost before it. */
  readonly followsHole: boolean;
}

const META_HITS: ReadonlySet<string | undefined> = new Set(["VA", "HD"]);

/** A command of the text protocol with its answer. Either may be missing; without a `status` the answer tells it. */
export function textCall(
  request: TextRequest | undefined,
  answer: TextAnswer | undefined,
  status: CallStatus | undefined,
  gradeReasons: readonly GradeReason[],
): CallDraft {
  const isPush = request === undefined && status === "ok";
  const attributes = attributesOf(request, answer);
  if (isPush) attributes["weir.call.initiator"] = "server";
  const begin = request?.first ?? answer?.first ?? NOWHERE;
  return {
    operation: request?.operation ?? (isPush ? "watch" : "unknown"),
    target: request?.target ?? "",
    status: status ?? statusOf(answer?.word),
    statusCode: answer?.word ?? "",
    requestFirst: begin,
    requestLast: request?.last ?? begin,
    responseFirst: isPush ? undefined : answer?.first,
    responseLast: isPush ? undefined : answer?.last,
    requestBytes: request?.bytes ?? 0,
    responseBytes: answer?.bytes ?? 0,
    responseBody: /^(?:CLIENT|SERVER)_ERROR /.test(answer?.line ?? "") ? answer?.line.slice(0, MAX_BODY) : undefined,
    attributes,
    gradeReasons,
  };
}

/** Longest error that is shown. */
export const MAX_BODY = 512;
const NOWHERE: Mark = { packetNumber: 0, atNs: 0 };

/** That a key is not there, is there already, or has changed, is what a cache tells, no failure. */
function statusOf(word: string | undefined): CallStatus {
  if (word === "SERVER_ERROR") return "serverError";
  return word === "ERROR" || word === "CLIENT_ERROR" ? "clientError" : "ok";
}

function attributesOf(request: TextRequest | undefined, answer: TextAnswer | undefined): Record<string, string> {
  const isMeta = request?.isMeta === true || (answer?.word?.length === 2 && answer.word !== "OK");
  const attributes: Record<string, string> = {
    "db.system.name": "memcached",
    "weir.memcached.variant": isMeta ? "meta" : "text",
  };
  if (answer?.word !== undefined) attributes["db.response.status_code"] = answer.word;
  if (request === undefined) return attributes;
  if (request.keys > 1) attributes["db.operation.batch.size"] = String(request.keys);
  if (request.isSilent || request.isQuiet) attributes["weir.memcached.quiet"] = "true";
  const isFailure = statusOf(answer?.word) !== "ok";
  const isAnswered = answer !== undefined || request.isQuiet;
  if (isRetrieval(request.operation) && isAnswered && !isFailure) {
    const hits = request.isMeta ? Number(META_HITS.has(answer?.word)) : (answer?.hits ?? 0);
    attributes["weir.memcached.hits"] = String(hits);
    attributes["weir.memcached.misses"] = String(Math.max(0, request.keys - hits));
  }
  const valueBytes = request.valueBytes ?? (answer !== undefined && answer.hits > 0 ? answer.valueBytes : undefined);
  if (valueBytes !== undefined) attributes["weir.memcached.value_bytes"] = String(valueBytes);
  return attributes;
}
