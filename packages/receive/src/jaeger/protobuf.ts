import { encodeBase64 } from "../message/base64.ts";
import { type Decoded, items, manyNested, message, nested, one } from "../message/message.ts";
import { readRequest } from "../message/read-request.ts";
import { bool, bytes, double, hex, int64, text, uint32 } from "../message/scalar.ts";
import type { Reading } from "../received.ts";
import { type JaegerSpan, jaegerRows } from "./span.ts";

/** Messages of jaeger/api_v2 (model.proto, collector.proto). */

const moment = message("Timestamp", { seconds: one(1, int64), nanos: one(2, uint32) });
const keyValue = message("KeyValue", {
  key: one(1, text),
  vType: one(2, uint32),
  vStr: one(3, text),
  vBool: one(4, bool),
  vInt64: one(5, int64),
  vFloat64: one(6, double),
  vBinary: one(7, bytes),
});
const log = message("Log", { timestamp: nested(1, () => moment), fields: manyNested(2, () => keyValue) });
const reference = message("SpanRef", { traceId: one(1, hex), spanId: one(2, hex), refType: one(3, uint32) });
const process = message("Process", { serviceName: one(1, text), tags: manyNested(2, () => keyValue) });
const span = message("Span", {
  traceId: one(1, hex),
  spanId: one(2, hex),
  operationName: one(3, text),
  references: manyNested(4, () => reference),
  startTime: nested(6, () => moment),
  duration: nested(7, () => moment),
  tags: manyNested(8, () => keyValue),
  logs: manyNested(9, () => log),
  process: nested(10, () => process),
});
const batch = message("Batch", { spans: items(1, () => span), process: nested(2, () => process) });
export const postSpansRequest = message("PostSpansRequest", { batch: nested(1, () => batch) });

/** Reads the request of `jaeger.api_v2.CollectorService/PostSpans`. Input never throws. */
export function readJaegerPostSpans(body: Uint8Array): Reading {
  return readRequest(postSpansRequest, "protobuf", body, (request, rejections) => {
    const common = request.batch?.process;
    return jaegerRows(
      (request.batch?.spans ?? []).map((one) => spanOf(one, one.process ?? common)),
      rejections,
    );
  });
}

function spanOf(one: Decoded<typeof span>, from: Decoded<typeof process> | undefined): JaegerSpan {
  return {
    traceId: one.traceId,
    spanId: one.spanId,
    parentSpanId: "",
    operation: one.operationName,
    references: one.references.map(({ refType, traceId, spanId }) => ({ isParent: refType === 0, traceId, spanId })),
    startUnixNs: nanoseconds(one.startTime),
    durationNs: nanoseconds(one.duration),
    tags: tagsOf(one.tags),
    logs: one.logs.map(({ timestamp, fields }) => ({ atUnixNs: nanoseconds(timestamp), fields: tagsOf(fields) })),
    service: from?.serviceName ?? "",
    processTags: tagsOf(from?.tags ?? []),
  };
}

function nanoseconds(at: Decoded<typeof moment> | undefined): bigint {
  return at === undefined ? 0n : at.seconds * 1_000_000_000n + BigInt(at.nanos);
}

function tagsOf(list: readonly Decoded<typeof keyValue>[]): Readonly<Record<string, string>> {
  return Object.fromEntries(list.map((tag) => [tag.key, tagText(tag)]));
}

/** The value that the type names: text, truth, whole number, double, bytes. */
function tagText({ vType, vStr, vBool, vInt64, vFloat64, vBinary }: Decoded<typeof keyValue>): string {
  return [vStr, String(vBool), vInt64.toString(), String(vFloat64), encodeBase64(vBinary)][vType] ?? vStr;
}
