import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { WeirError } from "@weir/base";
import { afterEach, describe, expect, it } from "vitest";
import { loadNative } from "./ffi.ts";
import { listeningSockets, readMessages } from "./listening-sockets.ts";

/** Entering even our own network namespace takes a right that not everybody has. */
function own(): ReturnType<typeof listeningSockets> | WeirError {
  const native = loadNative();
  if (native instanceof Error) return new WeirError("CAPTURE_UNAVAILABLE", native.message, "");
  try {
    return listeningSockets(native, "/proc/self/ns/net");
  } catch (error) {
    if (error instanceof WeirError) return error;
    throw error;
  }
}

const canAsk = !(own() instanceof WeirError);
if (!canAsk && process.env["WEIR_REQUIRE_KERNEL"] === "1") throw own();

describe.skipIf(!canAsk)("listening sockets (here: the kernel describes them, as root)", () => {
  const open: Server[] = [];
  afterEach(() => {
    for (const server of open.splice(0)) server.close();
  });

  it.each(["127.0.0.1", "::1"])("are told with their backlog and drops: %s", async (host) => {
    const server = createServer().listen({ host, port: 0, backlog: 7 });
    open.push(server);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const found = own();
    expect(found).toContainEqual({ address: host, port, waiting: 0, backlog: 7, drops: 0, inode: expect.any(Number) });
  });
});

describe("messages of the kernel about sockets", () => {
  it("that are no sockets are an error", () => {
    const refused = new Uint8Array(36);
    refused.set([36, 0, 0, 0, 2]);
    expect(() => readMessages(refused, [])).toThrow(/does not describe/);
    expect(() => readMessages(Uint8Array.from([200, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), [])).toThrow();
  });
});
