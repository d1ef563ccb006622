import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { SocketIndex } from "./socket-index.ts";

describe.skipIf(process.platform !== "linux")("a connection that nobody has accepted (here: on Linux)", () => {
  const open: Server[] = [];
  afterEach(() => {
    for (const server of open.splice(0)) server.close();
  });

  async function listening(host: string, port = 0): Promise<number> {
    const server = createServer().listen({ port, host, ipv6Only: true });
    open.push(server);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  it("is for the socket of its own version of IP, where each has one", async () => {
    const port = await listening("0.0.0.0");
    await listening("::", port);
    const sockets = new SocketIndex();
    sockets.read([process.pid]);
    const found = ["127.0.0.1", "::1"].map((address) =>
      sockets.find("tcp", { address, port }, { address, port: 1 }, true),
    );
    expect(found).toEqual([{ inode: expect.any(Number) }, { inode: expect.any(Number) }]);
    expect(found[0]).not.toEqual(found[1]);
  });

  it("is for the socket of both versions, where that is the only one", async () => {
    const server = createServer().listen({ port: 0, host: "::" });
    open.push(server);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const sockets = new SocketIndex();
    sockets.read([process.pid]);
    expect(sockets.find("tcp", { address: "127.0.0.1", port }, { address: "127.0.0.1", port: 1 }, true)).toEqual({
      inode: expect.any(Number),
    });
  });
});
