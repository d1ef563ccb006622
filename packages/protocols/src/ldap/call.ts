import type { Mark } from "@weir/base";
import type { CallStatus, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import type { Asked } from "./request.ts";
import { resultName, statusOf } from "./results.ts";
import { verbOf } from "./wire.ts";

/** A request that waits for its responses, or what came of one that was not seen. */
export interface Exchange {
  readonly id: number;
  readonly operation: number;
  /** Undefined where the request was not seen. */
  readonly asked: Asked | undefined;
  readonly first: Mark;
  readonly last: Mark;
  readonly bytes: number;
  hasGap: boolean;
  entries: number;
  references: number;
  /** Of the responses that came so far. */
  responseFirst: Mark | undefined;
  responseLast: Mark | undefined;
  responseBytes: number;
}

/** An exchange as a call. Without a `status` the result code tells it. */
export function callOf(
  exchange: Exchange,
  {
    code,
    status,
    extension,
  }: { readonly code?: number | undefined; readonly status?: CallStatus; readonly extension?: string | undefined },
  reasons: readonly GradeReason[],
): CallDraft {
  const { operation, asked, first, last, bytes, hasGap, responseFirst, responseLast, responseBytes } = exchange;
  return {
    operation: verbOf(operation),
    target: asked?.target ?? "",
    status: status ?? statusOf(code),
    statusCode: code === undefined ? "" : resultName(code),
    requestFirst: first,
    requestLast: last,
    responseFirst,
    responseLast,
    requestBytes: asked === undefined ? 0 : bytes,
    responseBytes,
    requestBody: asked?.filter,
    attributes: attributesOf(exchange, code, extension),
    gradeReasons: hasGap ? [...reasons, "missingSegments"] : reasons,
  };
}

function attributesOf(
  exchange: Exchange,
  code: number | undefined,
  extension: string | undefined,
): Record<string, string> {
  const { id, asked, entries, references } = exchange;
  const isSearch = verbOf(exchange.operation) === "search";
  const all: Record<string, string | number | undefined> = {
    "weir.ldap.message_id": id,
    "weir.ldap.result_code": code,
    "weir.ldap.scope": asked?.scope,
    "weir.ldap.filter": asked?.filter,
    "weir.ldap.entries": isSearch ? entries : undefined,
    "weir.ldap.references": references > 0 ? references : undefined,
    "weir.ldap.authentication": asked?.authentication,
    "weir.ldap.extension": asked?.extension ?? extension,
  };
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined) present[name] = String(value);
  return present;
}
