import { randomBytes } from "node:crypto";
import { Agent, createServer, request } from "node:http";

/**
 * What all services of the shop share: a small HTTP server that answers JSON, and calls to others that carry the W3C trace context on. Each service gets
 * a span of its own per request, so that parent ids on the wire are those of the caller.
 */

const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const hex = (bytes) => randomBytes(bytes).toString("hex");

/** The trace that a request belongs to; a new one where the caller brought none. */
function traceOf(headers) {
  const match = /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/.exec(headers.traceparent ?? "");
  return { traceId: match?.[1] ?? hex(16), requestId: headers["x-request-id"] ?? hex(6) };
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
      const { status, body } = await answerWith(handler, chunks, trace, url);
      const text = JSON.stringify(body);
      outgoing.writeHead(status, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
        "x-request-id": trace.requestId,
        server: name,
      });
      outgoing.end(text);
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

/** Calls another service; gives up after `timeoutMs` and closes the connection. */
export function call(method, target, trace, { body, timeoutMs = 5000 } = {}) {
  const text = body === undefined ? "" : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(target, {
      method,
      agent,
      headers: {
        accept: "application/json",
        ...(text === "" ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
        traceparent: `00-${trace.traceId}-${hex(8)}-01`,
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
