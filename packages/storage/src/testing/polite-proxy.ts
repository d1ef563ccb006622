import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/**
 * A TCP proxy that hides resets: whichever side breaks off, the other sees an orderly end.
 * The embedded engine's library aborts its whole process when a peer resets a connection that it serves; a ClickHouse server does not.
 */
export interface PoliteProxy {
  /** Takes no more connections and ends those that there are. */
  close(): Promise<void>;
}

/** Listens on `port` of `host` and brings what comes there to `targetPort` of the same host. */
export async function startPoliteProxy(host: string, port: number, targetPort: number): Promise<PoliteProxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket);
    // An error is followed by `close`, which ends the other side.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      other.end();
    });
    socket.pipe(other);
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (asking) => {
    const answering = connect({ host, port: targetPort, allowHalfOpen: true, noDelay: true });
    keep(asking, answering);
    keep(answering, asking);
  });
  server.listen(port, host);
  await once(server, "listening");
  return {
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.end();
      for (const socket of sockets) socket.destroySoon();
      await closed;
    },
  };
}
