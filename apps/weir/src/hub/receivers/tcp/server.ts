import { createServer, type Server, type Socket } from "node:net";
import type { Reading } from "@weir/receive";
import type { Intake } from "../intake.ts";
import { closeListener, listenOn } from "../listen-on.ts";
import { encodeReading } from "../reading/encoded-reading.ts";
import type { Receiver } from "../receiver.ts";
import { WaitingBytes } from "../waiting-bytes.ts";

/** Reads one connection, chunk by chunk. */
export interface StreamReader {
  push(chunk: Uint8Array, nowMs: number): Reading;
  end(nowMs: number): Reading;
}

const MAX_CONNECTIONS = 1_000;

/** A receiver of connections whose senders are not answered. While the store is behind nothing is read, and TCP itself tells the senders to wait. */
export function tcpReceiver(
  what: Pick<Receiver, "name" | "title" | "standardPort">,
  newReader: () => StreamReader,
): Receiver {
  return {
    ...what,
    transport: "tcp",
    async open({ host, port }, intake) {
      const connections = new Map<Socket, Promise<void>>();
      const server: Server = createServer((socket) => {
        const done = serve(socket, newReader(), intake).finally(() => connections.delete(socket));
        connections.set(socket, done);
      });
      server.maxConnections = MAX_CONNECTIONS;
      return {
        port: await listenOn(server, host, port),
        async close() {
          const closed = closeListener(server);
          for (const socket of connections.keys()) socket.destroy();
          await Promise.all([closed, ...connections.values()]);
        },
      };
    },
  };
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
