import { decodeUtf8, formatIpv4, formatIpv6 } from "@weir/base";
import { type Decoded, items, manyNested, message, nested, one, optional, textMap } from "../message/message.ts";
import { WireType } from "../message/reader.ts";
import { bool, fixed64, hex, type Scalar, text, uint32, uint64 } from "../message/scalar.ts";

/** Messages of Zipkin's API v2 (zipkin2-api.yaml and zipkin.proto, which is the same as Protocol Buffers). */

const KINDS = ["", "CLIENT", "SERVER", "PRODUCER", "CONSUMER"];

/** A kind by its name in JSON, by its number in Protocol Buffers. */
const kind: Scalar<string> = {
  wireType: WireType.varint,
  zero: "",
  read: (reader) => KINDS[reader.varint32()] ?? "",
  fromJson: text.fromJson,
};

/** An address: text in JSON, bytes in Protocol Buffers. */
const address: Scalar<string> = {
  wireType: WireType.bytes,
  zero: "",
  read: (reader) => {
    const bytes = reader.counted();
    if (bytes.length === 4) return formatIpv4(bytes);
    return bytes.length === 16 ? formatIpv6(bytes) : decodeUtf8(bytes);
  },
  fromJson: text.fromJson,
};

const endpoint = message("Endpoint", {
  serviceName: one(1, text),
  ipv4: one(2, address),
  ipv6: one(3, address),
  port: one(4, uint32),
});
const annotation = message("Annotation", { timestamp: one(1, fixed64), value: one(2, text) });

const span = message("Span", {
  traceId: one(1, hex),
  parentId: one(2, hex),
  id: one(3, hex),
  kind: one(4, kind),
  name: one(5, text),
  timestamp: one(6, fixed64),
  duration: one(7, uint64),
  localEndpoint: nested(8, () => endpoint),
  remoteEndpoint: nested(9, () => endpoint),
  annotations: manyNested(10, () => annotation),
  tags: textMap(11),
  debug: optional(12, bool),
  shared: optional(13, bool),
});

export const listOfSpans = message("ListOfSpans", { spans: items(1, () => span) });
export type ZipkinSpan = Decoded<typeof span>;
export type ZipkinEndpoint = Decoded<typeof endpoint>;
