import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { ensure } from "@weir/base";
import type { Reading } from "@weir/receive";
import { encodeReading } from "@weir/receive";
import type { Intake } from "../intake.ts";
import { closeListener, listenOn } from "../listen-on.ts";
import type { Place, Receiver } from "../receiver.ts";
import { WaitingBytes } from "../waiting-bytes.ts";

/** Reads one connection, chunk by chunk. */
export interface StreamReader {
  push(chunk: Uint8Array, nowMs: number): Reading;
  end(nowMs: number): Reading;
}

const MAX_CONNECTIONS = 1_000;
const HANDSHAKE_LIMIT_MS = 10_000;

type StreamWhat = Pick<Receiver, "name" | "title" | "standardPort"> & { readonly transport: "tcp" | "tls" };

/**
 * A receiver of connections whose senders are not answered, plain or over TLS. While the store is behind nothing is read, and TCP itself tells the senders to wait.
 */
export function streamReceiver(what: StreamWhat, newReader: () => StreamReader): Receiver {
  return {
    ...what,
    async open(place, intake) {
      const sockets = new Set<Socket>();
      const served = new Set<Promise<void>>();
      const onSocket = (socket: Socket) => {
        const done = serve(socket, newReader(), intake).finally(() => served.delete(done));
        served.add(done);
      };
      const server = what.transport === "tls" ? tlsServer(place, intake, onSocket) : createServer(onSocket);
      server.maxConnections = MAX_CONNECTIONS;
      // Before a handshake, too: who may not send is not talked to.
      server.prependListener("connection", (socket: Socket) => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
        const address = socket.remoteAddress ?? "";
        if (place.takes(address)) return;
        intake.counts.turnedAway("forbidden", `${address} is in no network of --senders`, Date.now());
        socket.destroy();
      });
      return {
        port: await listenOn(server, place.host, place.port),
        async close() {
          const closed = closeListener(server);
          for (const socket of sockets) socket.destroy();
          await Promise.all([closed, ...served]);
        },
      };
    },
  };
}

/** TLS 1.2 at least; where senders need certificates, nobody else gets through the handshake. */
function tlsServer({ tls, senderAuthorities }: Place, intake: Intake, onSocket: (socket: Socket) => void): Server {
  const certificates =
    senderAuthorities === undefined ? {} : { ca: senderAuthorities, requestCert: true, rejectUnauthorized: true };
  const options = { ...ensure(tls, "a receiver over TLS has a certificate"), ...certificates };
  const server = createTlsServer({ ...options, minVersion: "TLSv1.2", handshakeTimeout: HANDSHAKE_LIMIT_MS }, onSocket);
  return server.on("tlsClientError", ({ message }, { remoteAddress = "a sender" }) => {
    intake.counts.turnedAway("unauthenticated", `${remoteAddress}: ${message}`, Date.now());
  });
}

/** Reads a connection to its end; returns when all of it is stored, or counted as lost. */
async function serve(socket: Socket, reader: StreamReader, intake: Intake): Promise<void> {
  const waiting = new WaitingBytes(intake);
  try {
    for await (const chunk of socket as AsyncIterable<Uint8Array>) {
      await waiting.take(chunk.length, () => encodeReading(reader.push(chunk, Date.now())));
    }
  } catch {
    // The sender's end is gone, or ours was closed: what was read until then counts.
  }
  await waiting.take(0, () => encodeReading(reader.end(Date.now())));
  await waiting.settled();
}
