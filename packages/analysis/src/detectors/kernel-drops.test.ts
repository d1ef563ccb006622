import { describe, expect, it } from "vitest";
import { connection, findingOf, findingsOf, times } from "../testing/records.ts";

const SYN_DROPPED = {
  closeReason: "noAnswer",
  completeness: 1,
  serverPackets: 0,
  synRetransmissions: 2,
  calls: 0,
  clientDrops: 3,
  serverDrops: 0,
  dropCauses: "firewall NETFILTER_DROP nft_do_chain",
} as const;

describe("what the kernel says of packets that it dropped", () => {
  it("names the firewall that drops SYNs, which packets alone cannot tell from a host that is down", () => {
    const connections = [
      ...times(2, () => connection(SYN_DROPPED)),
      ...times(2, () => connection({ clientDrops: 0, serverDrops: 0 })),
    ];
    const finding = findingOf("kernel.firewall", { connections });
    expect(finding).toMatchObject({
      severity: "critical",
      decided: true,
      title: "orders → payments:8080: a rule of a firewall drops packets",
      evidence: { connectionCount: 2 },
    });
    expect(finding?.summary).toContain("2 of 4 connections (50 %) were hit, 2 of them never came about.");
    expect(finding?.summary).toContain("6 of their packets were dropped, 6 of the client's and 0 of the server's.");
    expect(finding?.steps[0]?.measured).toBe("firewall NETFILTER_DROP nft_do_chain");
  });

  it("says that nobody listens only where the connection did not come about: a late packet to a closed socket is normal", () => {
    const causes = { clientDrops: 1, serverDrops: 0, dropCauses: "socket NO_SOCKET tcp_v4_rcv" } as const;
    const refused = connection({ ...causes, closeReason: "refused", completeness: 33, calls: 0 });
    expect(findingOf("kernel.no-listener", { connections: [refused] })?.severity).toBe("critical");
    expect(findingsOf({ connections: [connection(causes)] })).toEqual([]);
  });

  it("warns of a full queue where it costs more than one packet in a hundred", () => {
    const causes = { dropCauses: "queue QDISC_DROP __dev_queue_xmit", clientDrops: 0, clientPackets: 500 } as const;
    const few = connection({ ...causes, serverDrops: 9, serverPackets: 500 });
    const many = connection({ ...causes, serverDrops: 50, serverPackets: 500 });
    expect(findingOf("kernel.queue", { connections: [few] })).toBeUndefined();
    expect(findingOf("kernel.queue", { connections: [many] })?.severity).toBe("warning");
  });

  it("tells two causes of one connection apart", () => {
    const both = connection({
      ...SYN_DROPPED,
      dropCauses: "firewall NETFILTER_DROP nft_do_chain, routing IP_OUTNOROUTES __ip_queue_xmit, other NOT_SPECIFIED x",
    });
    const rules = findingsOf({ connections: [both] }).map(({ rule }) => rule);
    expect(rules).toContain("kernel.firewall");
    expect(rules).toContain("kernel.no-route");
  });

  it("says that a listening socket drops SYNs without a full queue, as where there is no way back", () => {
    const causes = { clientDrops: 0, dropCauses: "socket LISTEN_DROPS port 8080" } as const;
    const finding = findingOf("kernel.listener-drops", { connections: [connection({ ...SYN_DROPPED, ...causes })] });
    expect(finding?.summary).toContain("no way back to the client");
  });

  it("is silent where nobody heard the kernel", () => {
    expect(findingsOf({ connections: [connection({ dropCauses: "firewall X y" })] })).toEqual([]);
  });
});
