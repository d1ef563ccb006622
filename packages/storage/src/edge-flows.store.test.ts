import { connectionRecord, type FlowRecord, flowRecord } from "@weir/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEdgeFlows } from "./edge-flows.ts";
import { Store } from "./store.ts";
import { sampleConnection } from "./testing/sample-records.ts";
import { startTestEngine, type TestEngine } from "./testing/test-engine.ts";

const START = 1_700_000_000_000_000_000n;
const ROUTER = "192.0.2.1";

const flow = (from: string, to: string, bytes: number, more: Partial<FlowRecord> = {}): FlowRecord => {
  const [sourceAddress = "", sourcePort] = from.split(":");
  const [destinationAddress = "", destinationPort] = to.split(":");
  return {
    receivedAt: START,
    exporter: ROUTER,
    observationDomain: 0,
    format: "netflow9",
    sourceAddress,
    destinationAddress,
    sourcePort: Number(sourcePort),
    destinationPort: Number(destinationPort),
    ipProtocol: 6,
    tcpFlags: 0,
    trafficClass: 0,
    packets: 1,
    bytes,
    countedPackets: 1,
    countedBytes: bytes,
    samplingRate: 1,
    inputInterface: 1,
    outputInterface: 2,
    sourceAs: 0,
    destinationAs: 0,
    ...more,
  };
};
const connection = (connectionId: string, serverService: string, serverAddress: string) =>
  sampleConnection({
    captureId: "live",
    connectionId,
    startedAt: START,
    transport: "tcp",
    clientService: "web",
    clientAddress: "10.0.0.1",
    serverService,
    serverAddress,
    serverPort: 80,
  });

describe("what routers counted of an edge", () => {
  let test: TestEngine;
  let store: Store;
  beforeAll(async () => {
    test = await startTestEngine();
    store = new Store(test.engine);
    await store.open();
    const seen = [
      connection("1", "orders", "10.0.0.2"),
      connection("2", "orders", "10.0.0.2"),
      connection("3", "stock", "10.0.0.3"),
      connection("4", "shop.test", "10.0.0.4"),
      connection("5", "blog.test", "10.0.0.4"),
    ];
    await store.insert(connectionRecord, seen, "connections");
    const flows = [
      flow("10.0.0.1:40000", "10.0.0.2:80", 100),
      flow("10.0.0.2:80", "10.0.0.1:40000", 5_000),
      flow("10.0.0.1:40001", "10.0.0.2:80", 200, { samplingRate: 100 }),
      flow("10.0.0.1:40000", "10.0.0.2:80", 90, { exporter: "192.0.2.2" }),
      flow("10.0.0.1:40002", "10.0.0.3:80", 7, { receivedAt: START + 3_600_000_000_000n }),
      flow("10.0.0.1:40002", "10.0.0.3:80", 1_000, { receivedAt: START + 90_000_000_000_000n, exporter: "192.0.2.3" }),
      // Two names at one address; a port that nobody was seen at; another protocol; strangers.
      flow("10.0.0.1:40003", "10.0.0.4:80", 1_000),
      flow("10.0.0.1:40000", "10.0.0.2:22", 1_000),
      flow("10.0.0.1:40000", "10.0.0.2:80", 1_000, { ipProtocol: 17 }),
      flow("10.9.9.9:40000", "10.0.0.2:80", 1_000),
    ];
    await store.insert(flowRecord, flows, "flows");
  });
  afterAll(async () => {
    await store.close();
    await test.stop();
  });

  it("is told by device, both directions, where the addresses, the port and the protocol are those of its connections, at about their time", async () => {
    const rows = await readEdgeFlows(store, {});
    const edge = { clientService: "web", serverPort: 80, transport: "tcp" };
    expect(rows).toEqual([
      {
        ...{ ...edge, serverService: "orders", exporter: ROUTER, records: 3, samplingRate: 100 },
        ...{ clientPackets: 2, clientBytes: 300, serverPackets: 1, serverBytes: 5_000 },
      },
      {
        ...{ ...edge, serverService: "orders", exporter: "192.0.2.2", records: 1, samplingRate: 1 },
        ...{ clientPackets: 1, clientBytes: 90, serverPackets: 0, serverBytes: 0 },
      },
      {
        ...{ ...edge, serverService: "stock", exporter: ROUTER, records: 1, samplingRate: 1 },
        ...{ clientPackets: 1, clientBytes: 7, serverPackets: 0, serverBytes: 0 },
      },
    ]);
  });

  it("is of the records that came within a range", async () => {
    const rows = await readEdgeFlows(store, { range: { fromNs: START, toNs: START + 1_000_000_000n } });
    expect(rows.map(({ serverService }) => serverService)).toEqual(["orders", "orders"]);
  });
});
