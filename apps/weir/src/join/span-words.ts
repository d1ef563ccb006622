import type { Span, SpanKind } from "@weir/analysis";

const KINDS: Readonly<Record<string, SpanKind>> = {
  Internal: "internal",
  Server: "server",
  Client: "client",
  Producer: "producer",
  Consumer: "consumer",
};

/** A span's kind by its word in the Collector's table. */
export function spanKind(word: string): SpanKind {
  return KINDS[word] ?? "unspecified";
}

/** A span's status by its word in the Collector's table. */
export function spanStatus(word: string): Span["status"] {
  if (word === "Error") return "error";
  return word === "Ok" ? "ok" : "unset";
}
