import type { AddressInfo, Server } from "node:net";

/** Begins to listen; resolves with the port, and fails with the system's error (EADDRINUSE, EACCES). */
export function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Takes no new connections; resolves when those that are open have ended. */
export function closeListener(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
