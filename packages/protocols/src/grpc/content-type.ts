import { type Header, headerOf } from "../common/http/headers.ts";

/** How gRPC goes over HTTP. */
export type Variant = "grpc" | "grpc-web" | "grpc-web-text" | "connect";

/** The variant that a message's content type tells; undefined where it is another protocol's. */
export function variantOf(headers: readonly Header[]): Variant | undefined {
  const type = headerOf(headers, "content-type");
  if (type === undefined || !type.startsWith("application/")) return undefined;
  const [, variant] = /^application\/(grpc-web-text|grpc-web|grpc|connect)(?:[+;]|$)/.exec(type) ?? [];
  return variant as Variant | undefined;
}

/** True where the messages are Protocol Buffers: without a suffix they are, too. */
export function isProtobuf(headers: readonly Header[]): boolean {
  return /^application\/[a-z-]+(?:\+proto)?\s*(?:;|$)/.test(headerOf(headers, "content-type") ?? "");
}
