import { createServer } from "node:http";
import { createServer as createTlsServer, type ServerOptions as TlsOptions } from "node:https";
import { createSecureContext } from "node:tls";
import { type ServerType, serve } from "@hono/node-server";
import { WeirError } from "@weir/base";
import type { Hono } from "hono";
// ws, the field's WebSocket server, which the HTTP server's library asks for.
import { WebSocketServer } from "ws";

/** Certificate chain and private key, PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** Who opens a connection and says nothing, or says it byte by byte, is let go after so long. */
const HEADERS_MS = 15_000;
const CHECK_EVERY_MS = 5_000;
/** A capture of many gigabytes over a slow line takes a while. */
const REQUEST_MS = 6 * 3_600_000;
/** Connections at once; further ones are closed at once. */
const MAX_CONNECTIONS = 16_000;
/** For uploads and answers under way when the hub is told to stop. */
const DRAIN_LIMIT_MS = 5_000;
/** Longest message of who listens by a WebSocket: they have nothing to say. */
const MAX_MESSAGE_BYTES = 4 << 10;
/** Bytes of all headers of one request. */
const MAX_HEADER_BYTES = 16 << 10;

/** What the HTTP server's library takes ws' server for; the types of the two differ in options of sending, which are not used here. */
type Upgrading = NonNullable<Parameters<typeof serve>[0]["websocket"]>["server"];
/** Who listens to servers over WebSockets: these do not count as requests, and would keep a server open. */
const WEB_SOCKETS = new WeakMap<ServerType, WebSocketServer>();
/** WebSocket's code for a server that goes away. */
const GOING_AWAY = 1001;

/** Where to listen, and by what to be known. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsFiles | undefined;
  /** Certificates, PEM, of who signs those of callers; absent where none are asked for. */
  readonly clientAuthorities?: string | undefined;
}

/** Serves an app over HTTP, or HTTPS. PORT_IN_USE where the port is taken. */
export function listen(
  app: Hono,
  { host, port, tls, clientAuthorities }: ListenOptions,
): Promise<{ server: ServerType; port: number }> {
  const limits = {
    headersTimeout: HEADERS_MS,
    connectionsCheckingInterval: CHECK_EVERY_MS,
    requestTimeout: REQUEST_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  // Who shows no certificate may have a token, or sign in.
  const asking =
    clientAuthorities === undefined ? {} : { ca: clientAuthorities, requestCert: true, rejectUnauthorized: false };
  const options =
    tls === undefined
      ? { createServer, serverOptions: limits }
      : { createServer: createTlsServer, serverOptions: { ...limits, ...tls, ...asking } satisfies TlsOptions };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const websocket = { server: sockets as unknown as Upgrading };
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port, websocket, ...options }, (info) =>
      resolve({ server, port: info.port }),
    );
    WEB_SOCKETS.set(server, sockets);
    if ("maxConnections" in server) server.maxConnections = MAX_CONNECTIONS;
    server.once("error", (error: NodeJS.ErrnoException) => reject(failureOf(error, host, port)));
  });
}

/** Takes no more requests, and lets those under way come to their end for a while. */
export function closeServer(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const listeners = [...(WEB_SOCKETS.get(server)?.clients ?? [])];
    for (const socket of listeners) socket.close(GOING_AWAY, "the hub stops");
    const closeAll = () => {
      for (const socket of listeners) socket.terminate();
      if ("closeAllConnections" in server) server.closeAllConnections();
    };
    const timer = setTimeout(closeAll, DRAIN_LIMIT_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  });
}

/** Throws CONFIG_INVALID where the certificate and the key are none. */
export function checkCertificate(tls: TlsFiles & { readonly ca?: string | undefined }): void {
  try {
    createSecureContext({ ...tls });
  } catch (cause) {
    throw new WeirError(
      "CONFIG_INVALID",
      `the certificate or the key cannot be used: ${(cause as Error).message}`,
      "Both are PEM, and the key is the certificate's",
      { cause },
    );
  }
}

function failureOf(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code !== "EADDRINUSE") return error;
  return new WeirError(
    "PORT_IN_USE",
    `port ${port} is taken on ${host}`,
    "Another hub may be running; take another port with --port",
    { cause: error },
  );
}
