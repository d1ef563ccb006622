import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Connection } from "@weir/model";
import { afterEach, describe, expect, it } from "vitest";
import type { LiveRecord } from "../messages.ts";
import { ProcessFinder } from "./process-finder.ts";
import { ProcessNames } from "./process-names.ts";

/** The names of a process are real: those of this test itself. */
describe.skipIf(process.platform !== "linux")("processes behind connections (here: on Linux)", () => {
  const open: (Server | Socket)[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) "destroy" in each ? each.destroy() : each.close();
  });

  async function connected(): Promise<{ client: Socket; clientPort: number; serverPort: number }> {
    const server = createServer((socket) => open.push(socket)).listen(0, "127.0.0.1");
    open.push(server);
    await once(server, "listening");
    const serverPort = (server.address() as AddressInfo).port;
    const client = connect(serverPort, "127.0.0.1");
    open.push(client);
    await once(client, "connect");
    return { client, clientPort: client.localPort ?? 0, serverPort };
  }

  const record = (
    ends: { readonly clientPort: number; readonly serverPort: number },
    report: "start" | "end",
  ): LiveRecord => ({
    kind: "connection",
    report,
    record: {
      transport: "tcp",
      streamNumber: 0,
      clientAddress: "127.0.0.1",
      serverAddress: "127.0.0.1",
      ...ends,
    } as Connection,
  });
  const self = { pid: process.pid, user: expect.any(String), command: expect.stringContaining("node") };

  it("are named when it begins, and still when it ends, after they are gone", async () => {
    const names = new ProcessNames(new ProcessFinder());
    const { client, ...ends } = await connected();
    const [start] = names.named([record(ends, "start")]);
    expect(start?.record).toMatchObject({
      clientProcessPid: self.pid,
      clientProcessCommand: self.command,
      clientProcessExecutable: process.execPath,
      serverProcessPid: self.pid,
      serverProcessUser: self.user,
    });
    client.destroy();
    const [end] = names.named([record(ends, "end")]);
    expect(end?.record).toMatchObject({ clientProcessPid: self.pid, serverProcessPid: self.pid });
    expect(names.counts.connections).toBe(0);
  });

  it("are looked for as well where only the ends of an open connection are told", async () => {
    const names = new ProcessNames(new ProcessFinder());
    const { client, ...ends } = await connected();
    const whole = record(ends, "end");
    names.named([{ kind: "open", record: whole.record as Connection }]);
    client.destroy();
    const [end] = names.named([whole]);
    expect(end?.record).toMatchObject({ clientProcessPid: self.pid, serverProcessPid: self.pid });
  });

  it("are told as not known where their socket is gone, or elsewhere", async () => {
    const names = new ProcessNames(new ProcessFinder());
    const [gone] = names.named([record({ clientPort: 1, serverPort: 2 }, "end")]);
    expect(gone?.record).toMatchObject({ clientProcessUnknown: "gone", serverProcessUnknown: "gone" });
    const elsewhere = record({ clientPort: 1, serverPort: 2 }, "end");
    Object.assign(elsewhere.record, { serverAddress: "192.0.2.7", clientAddress: "192.0.2.8" });
    const [outside] = names.named([elsewhere]);
    expect(outside?.record).toMatchObject({ clientProcessUnknown: "outside", serverProcessUnknown: "outside" });
  });

  it("cost what they may: the tables are not read again at once", async () => {
    let nowMs = 0;
    const finder = new ProcessFinder(() => nowMs);
    expect([finder.refresh(), finder.refresh()]).toEqual([true, false]);
    nowMs = 50;
    expect(finder.refresh()).toBe(true);
    expect(finder.readings).toBe(2);
  });
});
