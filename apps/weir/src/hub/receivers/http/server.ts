import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { TlsFiles } from "../../listen.ts";
import { busy, type RequestFailure, requestFailure } from "../failure.ts";
import type { Intake } from "../intake.ts";
import { closeListener, listenOn } from "../listen-on.ts";
import type { Receiver } from "../receiver.ts";
import { MAX_BODY_BYTES, readBody } from "./body.ts";

/** A request as routes see it: read whole, decompressed. */
export interface HttpRequest {
  readonly query: URLSearchParams;
  /** What stands where the route's path has `{name}`. */
  readonly params: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage["headers"];
  /** The media type alone, in lower case. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** One path that senders ask. */
export interface HttpRoute {
  readonly method: "POST" | "PUT" | "GET" | "HEAD";
  /** May have `{name}` for one segment. */
  readonly path: string;
  handle(request: HttpRequest, intake: Intake): Promise<HttpAnswer>;
  /** Where senders have no header for it: the same as `authorization` would say. */
  authorizationOf?(query: URLSearchParams): string | undefined;
  /** A failure in the protocol's own form. */
  failure(failure: RequestFailure, contentType: string): HttpAnswer;
}

/** Limits for slow and for many senders. */
const REQUEST_LIMIT_MS = 30_000;
const HEADERS_LIMIT_MS = 10_000;
const IDLE_LIMIT_MS = 65_000;
const MAX_CONNECTIONS = 1_000;
const STOP_LIMIT_MS = 2_000;

/** A receiver that speaks HTTP. */
export function httpReceiver(
  what: Pick<Receiver, "name" | "title" | "standardPort">,
  routes: readonly HttpRoute[],
): Receiver {
  return {
    ...what,
    transport: "http",
    open: async ({ host, port, tls }, intake) => {
      const server = newServer(tls, (request, response) => void serve(routes, intake, request, response));
      server.requestTimeout = REQUEST_LIMIT_MS;
      server.headersTimeout = HEADERS_LIMIT_MS;
      server.keepAliveTimeout = IDLE_LIMIT_MS;
      server.maxConnections = MAX_CONNECTIONS;
      return { port: await listenOn(server, host, port), close: () => closed(server) };
    },
  };
}

/** HTTP, or HTTPS where there is a certificate. */
function newServer(tls: TlsFiles | undefined, listener: RequestListener): Server {
  if (tls === undefined) return createServer(listener);
  return createTlsServer({ ...tls, handshakeTimeout: HEADERS_LIMIT_MS }, listener);
}

/** Lets requests end that are under way, for a while. */
async function closed(server: Server): Promise<void> {
  const limit = setTimeout(() => server.closeAllConnections(), STOP_LIMIT_MS);
  const isClosed = closeListener(server);
  server.closeIdleConnections();
  await isClosed;
  clearTimeout(limit);
}

async function serve(
  routes: readonly HttpRoute[],
  intake: Intake,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://receiver");
  const path = url.pathname.replace(/(?<=.)\/$/, "");
  const onPath = routes.flatMap((route) => {
    const params = paramsOf(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
  const found = onPath.find(({ route }) => route.method === request.method);
  if (found === undefined) {
    const paths = routes.map((route) => `${route.method} ${route.path}`).join(", ");
    return answer(request, response, { status: onPath.length === 0 ? 404 : 405, body: `there is: ${paths}\n` });
  }
  const { route, params } = found;
  const contentType = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const place = intake.room.place();
  try {
    const authorization = route.authorizationOf?.(url.searchParams) ?? request.headers.authorization;
    await intake.admit(authorization, request.socket.remoteAddress ?? "unknown");
    // Before its bytes are read: while the store is behind, they stay with the sender.
    if (!intake.hasRoomFor(Math.min(MAX_BODY_BYTES, Number(request.headers["content-length"] ?? 0)))) throw busy();
    const body = await readBody(request, intake.pool, place);
    const { headers } = request;
    const query = url.searchParams;
    answer(request, response, await route.handle({ query, params, headers, contentType, body }, intake));
  } catch (error) {
    // Where the sender went away there is nobody to tell.
    if (request.complete || !request.destroyed) answer(request, response, refusal(error, route, contentType, intake));
  } finally {
    place.leave();
  }
}

/** A failure as the route's protocol says it; it is counted, and our own bugs are told to the log. */
function refusal(error: unknown, route: HttpRoute, contentType: string, intake: Intake): HttpAnswer {
  const failure = requestFailure(error);
  if (failure.reason === "bug") process.stderr.write(`${route.path}: ${(error as Error).stack}\n`);
  else intake.counts.turnedAway(failure.reason, failure.message, Date.now());
  const told = route.failure(failure, contentType);
  const { retryAfterSeconds } = failure;
  return {
    ...told,
    headers: {
      ...told.headers,
      ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
      ...(failure.reason === "unauthenticated" ? { "www-authenticate": 'Bearer realm="weir"' } : {}),
    },
  };
}

/** What stands in the places of a path's names; undefined where it is another path. */
function paramsOf(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, segment] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name === undefined && segment !== given[at]) return undefined;
    if (name !== undefined) params[name] = decoded(given[at] ?? "");
  }
  return params;
}

/** A segment with its escapes undone; as it stands where they are none. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Answers; a body that was not read to its end ends the connection. */
function answer(request: IncomingMessage, response: ServerResponse, { status, headers, body = "" }: HttpAnswer): void {
  const leftover = request.complete ? {} : { connection: "close" };
  response.writeHead(status, { ...headers, ...leftover, "content-length": Buffer.byteLength(body) });
  // Who asks by HEAD learns the length alone: Node leaves the body out.
  response.end(body);
}
