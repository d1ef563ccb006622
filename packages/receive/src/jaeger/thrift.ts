import { decodeUtf8 } from "@weir/base";
import { encodeBase64 } from "../message/base64.ts";
import { reading } from "../message/read-request.ts";
import { BrokenMessage } from "../message/reader.ts";
import type { Reading } from "../received.ts";
import { binaryThrift } from "../thrift/binary.ts";
import { compactThrift } from "../thrift/compact.ts";
import type { ThriftReader, ThriftStruct, ThriftValue } from "../thrift/value.ts";
import { type JaegerSpan, jaegerRows } from "./span.ts";

/** Structs of jaeger.thrift and agent.thrift, by their field ids. */

const NS_PER_US = 1_000n;
const CHILD_OF = 0;

/** Reads a Batch as Jaeger's clients post it to `/api/traces`: Thrift's binary protocol without a message around it. Input never throws. */
export function readJaegerBatch(body: Uint8Array): Reading {
  return reading((_, rejections) => jaegerRows(spansOf(binaryThrift(body).struct()), rejections));
}

/** Reads a datagram to Jaeger's agent: the call `emitBatch(1: Batch)` in one of Thrift's protocols. Input never throws. */
export function readJaegerDatagram(protocol: "compact" | "binary", datagram: Uint8Array): Reading {
  return reading((_, rejections) => {
    const reader: ThriftReader = protocol === "compact" ? compactThrift(datagram) : binaryThrift(datagram);
    const name = reader.messageName();
    if (name !== "emitBatch") throw new BrokenMessage(`"${name}" is not emitBatch`);
    return jaegerRows(spansOf(structAt(reader.struct(), 1)), rejections);
  });
}

function spansOf(batch: ThriftStruct): JaegerSpan[] {
  const process = structAt(batch, 1);
  const service = textAt(process, 1);
  const processTags = tagsAt(process, 2);
  return structsAt(batch, 2).map((span) => ({
    traceId: idText(numberAt(span, 2)) + idText(numberAt(span, 1)),
    spanId: idText(numberAt(span, 3)),
    parentSpanId: idText(numberAt(span, 4)),
    operation: textAt(span, 5),
    references: structsAt(span, 6).map((reference) => ({
      isParent: (reference.get(1) ?? CHILD_OF) === CHILD_OF,
      traceId: idText(numberAt(reference, 3)) + idText(numberAt(reference, 2)),
      spanId: idText(numberAt(reference, 4)),
    })),
    startUnixNs: numberAt(span, 8) * NS_PER_US,
    durationNs: numberAt(span, 9) * NS_PER_US,
    tags: tagsAt(span, 10),
    logs: structsAt(span, 11).map((log) => ({ atUnixNs: numberAt(log, 1) * NS_PER_US, fields: tagsAt(log, 2) })),
    service,
    processTags,
  }));
}

/** Tags by name: of a Tag's values the one that its type names, as text. */
function tagsAt(struct: ThriftStruct, id: number): Readonly<Record<string, string>> {
  return Object.fromEntries(structsAt(struct, id).map((tag) => [textAt(tag, 1), tagText(tag)]));
}

/** Values of a Tag stand in fields 3 to 7 in the order of TagType: text, double, truth, long, bytes. */
function tagText(tag: ThriftStruct): string {
  const value = tag.get(3 + Number(tag.get(2) ?? 0));
  if (value instanceof Uint8Array) return tag.get(2) === 4 ? encodeBase64(value) : decodeUtf8(value);
  return value === undefined ? "" : String(value);
}

function structAt(struct: ThriftStruct, id: number): ThriftStruct {
  const value = struct.get(id);
  if (value instanceof Map) return value;
  throw new BrokenMessage(`there is no struct in field ${id}`);
}

function structsAt(struct: ThriftStruct, id: number): ThriftStruct[] {
  const value = struct.get(id);
  return Array.isArray(value) ? value.filter((one: ThriftValue): one is ThriftStruct => one instanceof Map) : [];
}

function textAt(struct: ThriftStruct, id: number): string {
  const value = struct.get(id);
  return value instanceof Uint8Array ? decodeUtf8(value) : "";
}

function numberAt(struct: ThriftStruct, id: number): bigint {
  const value = struct.get(id);
  return typeof value === "bigint" ? value : 0n;
}

/** 64 bits as 16 hexadecimal digits. */
function idText(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16).padStart(16, "0");
}
