import type { Connection } from "@weir/model";
import { describe, expect, it } from "vitest";
import { ConnectionDrops } from "./connection-drops.ts";
import { LISTEN_OVERFLOW } from "./listen-overflows.ts";
import type { DropFact, RetransmissionFact } from "./messages.ts";

const SECOND = 1_000_000_000n;
const START = 1_000_000n * SECOND;
const toServer = {
  transport: "tcp",
  localAddress: "10.0.0.1",
  localPort: 40_000,
  remoteAddress: "10.0.0.2",
  remotePort: 80,
  namespace: 1,
} as const;
const RULE = { kind: "firewall", reason: "NETFILTER_DROP", place: "nft_do_chain" } as const;
const HAS = { retransmissions: true, drops: true };

const again = (atUnixNs: bigint): RetransmissionFact => ({ kind: "retransmitted", atUnixNs, ends: toServer });
const dropped = (atUnixNs: bigint, cause: DropFact["cause"] = RULE): DropFact => ({
  kind: "dropped",
  atUnixNs,
  ends: toServer,
  cause,
});

function connection(more: Partial<Connection> = {}): Connection {
  return {
    transport: "tcp",
    clientAddress: "10.0.0.1",
    clientPort: 40_000,
    serverAddress: "10.0.0.2",
    serverPort: 80,
    startedAt: START,
    durationNs: 2e9,
    clientRetransmissions: 0,
    closeReason: "closed",
    serverProcessUnknown: "outside",
    ...more,
  } as Connection;
}

describe("what the kernel sent again and dropped of a connection", () => {
  it("is counted by who sent it; of an end on another host nothing is known", () => {
    const drops = new ConnectionDrops();
    for (const fact of [again(START + 1n), again(START + SECOND), dropped(START + 2n)]) drops.add(fact);
    const record = connection();
    drops.complete(record, true, HAS);
    expect(record).toMatchObject({ clientKernelRetransmissions: 2, clientDrops: 1, serverDrops: 0 });
    expect(record.dropCauses).toBe("firewall NETFILTER_DROP nft_do_chain");
    expect(record.serverKernelRetransmissions).toBeUndefined();
  });

  it("is not that of an earlier connection with the same ports", () => {
    const drops = new ConnectionDrops();
    drops.add(dropped(START - 10n * SECOND));
    const record = connection();
    drops.complete(record, true, HAS);
    expect(record).toMatchObject({ clientDrops: 0 });
    expect(record.dropCauses).toBeUndefined();
  });

  it("leaves out what the kernel throws away as a routine", () => {
    const drops = new ConnectionDrops();
    drops.add(dropped(START + 1n, { kind: "routine", reason: "TCP_OLD_DATA", place: "tcp_rcv_established" }));
    const record = connection();
    drops.complete(record, true, HAS);
    expect(record).toMatchObject({ clientDrops: 0 });
  });

  it("names a full accept queue only where its SYN had to wait for it", () => {
    const drops = new ConnectionDrops();
    const overflow = { cause: LISTEN_OVERFLOW, port: 80, addresses: ["10.0.0.2"], packets: 1 };
    drops.overflowed(overflow, START + SECOND, START + 2n * SECOND);
    const [fine, late] = [connection(), connection({ closeReason: "noAnswer" })];
    const elsewhere = connection({ closeReason: "noAnswer", serverAddress: "10.0.0.3" });
    for (const each of [fine, late, elsewhere]) drops.complete(each, true, HAS);
    expect(elsewhere.dropCauses).toBeUndefined();
    expect(fine.dropCauses).toBeUndefined();
    expect(late.dropCauses).toBe("listenQueue LISTEN_OVERFLOWS port 80");
  });

  it("is not told where the kernel was not asked", () => {
    const record = connection();
    new ConnectionDrops().complete(record, true, { retransmissions: false, drops: false });
    expect(record.clientDrops).toBeUndefined();
    expect(record.clientKernelRetransmissions).toBeUndefined();
  });
});
