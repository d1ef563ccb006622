/** What a span was made for (OpenTelemetry's SpanKind). */
export type SpanKind = "unspecified" | "internal" | "server" | "client" | "producer" | "consumer";

/** One span as an application reported it: what it meant to do, by its own clock. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty at a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly serviceName: string;
  readonly startedAt: bigint;
  readonly durationNs: number;
  readonly status: "unset" | "ok" | "error";
  readonly statusMessage: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** True where a span is the asking end of an exchange. */
export function isAsking({ kind }: Span): boolean {
  return kind === "client" || kind === "producer";
}

/** True where a span is the answering end of an exchange. */
export function isAnswering({ kind }: Span): boolean {
  return kind === "server" || kind === "consumer";
}

export function endOfSpan({ startedAt, durationNs }: Span): bigint {
  return startedAt + BigInt(durationNs);
}

/** The value of the first of these attributes that a span has: newer names of the semantic conventions first, then those that they replaced. */
export function attributeOf({ attributes }: Span, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes[name];
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}

/** Whom a client's span says that it asked. */
export interface Peer {
  /** A name or an address; undefined where the span does not tell. */
  readonly host: string | undefined;
  readonly port: number | undefined;
}

const SERVER_HOST = ["server.address", "net.peer.name", "network.peer.address", "net.sock.peer.addr", "net.peer.ip"];
const SERVER_PORT = ["server.port", "net.peer.port", "network.peer.port", "net.sock.peer.port"];
const CLIENT_HOST = ["network.peer.address", "net.sock.peer.addr", "client.socket.address", "client.address"];
const CLIENT_PORT = ["network.peer.port", "net.sock.peer.port", "client.socket.port", "client.port"];

/** The server, as the asking end names it. */
export function askedPeer(span: Span): Peer {
  return { host: attributeOf(span, SERVER_HOST), port: portOf(attributeOf(span, SERVER_PORT)) };
}

/** The other end of the connection, as the answering end saw it: with its port it names one connection exactly. */
export function answeredPeer(span: Span): Peer {
  return { host: attributeOf(span, CLIENT_HOST), port: portOf(attributeOf(span, CLIENT_PORT)) };
}

function portOf(text: string | undefined): number | undefined {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
