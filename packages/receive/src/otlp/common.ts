import { type Decoded, type MessageType, manyNested, message, nested, one, optional } from "../message/message.ts";
import { bool, bytes, double, int64, text, uint32 } from "../message/scalar.ts";

/** Messages of opentelemetry/proto/common/v1 and resource/v1. */

/** A value of an attribute or a log's body: one of its members is there, or none. */
export interface AnyValue {
  readonly stringValue: string | undefined;
  readonly boolValue: boolean | undefined;
  readonly intValue: bigint | undefined;
  readonly doubleValue: number | undefined;
  readonly arrayValue: { readonly values: readonly AnyValue[] } | undefined;
  readonly kvlistValue: { readonly values: readonly KeyValue[] } | undefined;
  readonly bytesValue: Uint8Array | undefined;
}
export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue | undefined;
}

export const anyValue: MessageType<AnyValue> = message("AnyValue", {
  stringValue: optional(1, text),
  boolValue: optional(2, bool),
  intValue: optional(3, int64),
  doubleValue: optional(4, double),
  arrayValue: nested(5, () => arrayValue),
  kvlistValue: nested(6, () => keyValueList),
  bytesValue: optional(7, bytes),
});
export const keyValue: MessageType<KeyValue> = message("KeyValue", {
  key: one(1, text),
  value: nested(2, () => anyValue),
});
const arrayValue: MessageType<{ readonly values: readonly AnyValue[] }> = message("ArrayValue", {
  values: manyNested(1, () => anyValue),
});
const keyValueList: MessageType<{ readonly values: readonly KeyValue[] }> = message("KeyValueList", {
  values: manyNested(1, () => keyValue),
});

export const resource = message("Resource", {
  attributes: manyNested(1, () => keyValue),
});
export const scope = message("InstrumentationScope", {
  name: one(1, text),
  version: one(2, text),
  attributes: manyNested(3, () => keyValue),
  droppedAttributesCount: one(4, uint32),
});
export type Resource = Decoded<typeof resource>;
