import { Agent, createServer, request } from "node:http";
import { hex, startSpan } from "./spans.mjs";

/**
 * What all services of the shop share: a small HTTP server that answers JSON, and calls to others that carry the W3C trace context on. Each makes a span of
 * every request that it answers and of every one that it sends, whose id is the parent id on the wire.
 */

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** The trace that a request belongs to; a new one where the caller brought none. */
function traceOf(headers) {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(headers.traceparent ?? "");
  return {
    traceId: match?.[1] ?? hex(16),
    parentSpanId: match?.[2],
    traceparent: headers.traceparent,
    requestId: headers["x-request-id"] ?? hex(6),
  };
}

/** An answer other than 200 that a handler wants to give. */
export class Answer extends Error {
  constructor(status, body) {
    super(String(status));
    this.status = status;
    this.body = body;
  }
}

/** Starts a service: `routes` maps `METHOD /path` to a handler (body, trace, url) that returns the JSON answer. */
export function serveShop(name, port, routes) {
  const server = createServer((incoming, outgoing) => {
    const chunks = [];
    incoming.on("data", (chunk) => chunks.push(chunk));
    incoming.on("end", async () => {
      const url = new URL(incoming.url, "http://shop");
      const trace = traceOf(incoming.headers);
      const handler = routes[`${incoming.method} ${url.pathname}`];
      const span = startSpan(name, `${incoming.method} ${url.pathname}`, "server", {
        ...trace,
        attributes: {
          "http.request.method": incoming.method,
          "url.path": url.pathname,
          "network.peer.address": incoming.socket.remoteAddress,
          "network.peer.port": incoming.socket.remotePort,
        },
      });
      const { status, body } = await answerWith(handler, chunks, { ...trace, service: name, spanId: span.spanId }, url);
      const text = JSON.stringify(body);
      outgoing.writeHead(status, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
        "x-request-id": trace.requestId,
        server: name,
      });
      outgoing.end(text);
      span.end({ "http.response.status_code": status }, status >= 500 ? String(status) : undefined);
    });
  });
  server.keepAliveTimeout = 30_000;
  server.listen(port, "0.0.0.0");
  return server;
}

async function answerWith(handler, chunks, trace, url) {
  if (handler === undefined) return { status: 404, body: { error: "no such page" } };
  try {
    const text = Buffer.concat(chunks).toString();
    return { status: 200, body: await handler(text === "" ? undefined : JSON.parse(text), trace, url) };
  } catch (error) {
    if (error instanceof Answer) return { status: error.status, body: error.body };
    return { status: 500, body: { error: String(error.message) } };
  }
}

/**
 * Calls another service; gives up after `timeoutMs` and closes the connection. `forwards`: a proxy that makes no spans passes the context on as it came.
 */
export async function call(method, target, trace, { body, timeoutMs = 5000, forwards = false } = {}) {
  if (forwards) return send(method, target, trace, { body, timeoutMs, traceparent: trace.traceparent });
  const url = new URL(target);
  const span = clientSpan(trace, method, {
    "http.request.method": method,
    "url.full": target,
    "server.address": url.hostname,
    "server.port": Number(url.port || 80),
  });
  try {
    const answer = await send(method, target, trace, { body, timeoutMs, traceparent: contextOf(trace, span) });
    span.end({ "http.response.status_code": answer.status }, answer.status >= 400 ? String(answer.status) : undefined);
    return answer;
  } catch (error) {
    span.end({ "error.type": error.code ?? error.message }, error.message);
    throw error;
  }
}

/** A span of something that a service asks of another; `end` reports it. */
export function clientSpan({ service, traceId, spanId }, name, attributes) {
  return startSpan(service, name, "client", { traceId, parentSpanId: spanId, attributes });
}

function contextOf({ traceId }, { spanId }) {
  return `00-${traceId}-${spanId}-01`;
}

function send(method, target, trace, { body, timeoutMs, traceparent }) {
  const text = body === undefined ? "" : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(target, {
      method,
      agent,
      headers: {
        accept: "application/json",
        ...(text === "" ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
        ...(traceparent === undefined ? {} : { traceparent }),
        "x-request-id": trace.requestId,
      },
    });
    const timer = setTimeout(() => outgoing.destroy(new Error("timeout")), timeoutMs);
    outgoing.on("response", (incoming) => {
      const chunks = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("end", () => {
        clearTimeout(timer);
        resolve({ status: incoming.statusCode, body: JSON.parse(Buffer.concat(chunks).toString() || "null") });
      });
    });
    outgoing.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(text);
  });
}
