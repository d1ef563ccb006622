import type { AddressInfo, Server } from "node:net";

/** An address as it is written: `127.0.0.1:514`, `[::1]:514`. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

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
