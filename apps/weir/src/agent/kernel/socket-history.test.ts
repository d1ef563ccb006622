import type { Connection } from "@weir/model";
import { describe, expect, it } from "vitest";
import type { ProcessFacts } from "../processes/process-facts.ts";
import type { SocketFact } from "./messages.ts";
import { SocketHistory } from "./socket-history.ts";

const SECOND = 1_000_000_000n;
const START = 1_000_000n * SECOND;
const client = { address: "10.0.0.1", port: 40_000 };
const server = { address: "10.0.0.2", port: 80 };
const processOf = (pid: number): ProcessFacts => ({
  pid,
  name: "p",
  executable: undefined,
  command: "p",
  user: "root",
  containerId: undefined,
  podUid: undefined,
});

function fact(kind: SocketFact["kind"], pid: number, atUnixNs: bigint): SocketFact {
  const [local, remote] = kind === "served" ? [server, client] : [client, server];
  const ends = {
    transport: "tcp",
    localAddress: local.address,
    localPort: local.port,
    remoteAddress: remote.address,
    remotePort: remote.port,
    namespace: 1,
  } as const;
  return { kind, atUnixNs, ends, error: kind === "failed" ? "ECONNREFUSED" : undefined, process: processOf(pid) };
}

const connectionAt = (startedAt: bigint) =>
  ({
    transport: "tcp",
    clientAddress: client.address,
    clientPort: client.port,
    serverAddress: server.address,
    serverPort: server.port,
    startedAt,
  }) as Connection;

describe("what the kernel told of sockets", () => {
  it("says who opened a connection and who serves it", () => {
    const history = new SocketHistory();
    history.add(fact("opened", 1, START));
    history.add(fact("served", 2, START + SECOND));
    const connection = connectionAt(START + 1_000n);
    expect(history.opener(connection)?.process.pid).toBe(1);
    expect(history.server(connection)?.process.pid).toBe(2);
  });

  it("tells two connections of the same ports apart by when they began", () => {
    const history = new SocketHistory();
    history.add(fact("failed", 1, START));
    history.add(fact("opened", 2, START + 10n * SECOND));
    history.add(fact("served", 3, START + 10n * SECOND));
    expect(history.opener(connectionAt(START))).toMatchObject({ kind: "failed", process: { pid: 1 } });
    expect(history.opener(connectionAt(START + 10n * SECOND))).toMatchObject({ kind: "opened", process: { pid: 2 } });
    expect(history.server(connectionAt(START + 11n * SECOND))).toBeUndefined();
  });

  it("says nothing of a connection that began long after", () => {
    const history = new SocketHistory();
    history.add(fact("opened", 1, START));
    expect(history.opener(connectionAt(START + 600n * SECOND))).toBeUndefined();
  });

  describe("with datagrams", () => {
    const question = { ...connectionAt(START), transport: "udp", serverPort: 53 } as Connection;
    const sends = (pid: number, local: typeof client, remotePort: number, namespace = 1): SocketFact => {
      const { address, port } = local;
      const remoteAddress = remotePort > 0 ? server.address : "0.0.0.0";
      const localAddress = remotePort > 0 ? address : "0.0.0.0";
      const ends = { transport: "udp", localAddress, localPort: port, remoteAddress, remotePort, namespace } as const;
      return { kind: "sends", atUnixNs: START, ends, error: undefined, process: processOf(pid) };
    };
    const dns = { address: server.address, port: 53 };

    it("says who asks from a connected socket, and who answers from one that is connected nowhere", () => {
      const history = new SocketHistory();
      history.add(sends(1, client, 53));
      history.add(sends(2, dns, 0));
      expect(history.opener(question)?.process.pid).toBe(1);
      expect(history.server(question)?.process.pid).toBe(2);
    });

    it("does not guess between sockets of several network namespaces", () => {
      const history = new SocketHistory();
      history.add(sends(2, dns, 0, 1));
      history.add(sends(3, dns, 0, 2));
      expect(history.server(question)).toBeUndefined();
    });
  });
});
