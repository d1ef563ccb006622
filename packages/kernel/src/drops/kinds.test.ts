import { describe, expect, it } from "vitest";
import { dropKindOf } from "./kinds.ts";

describe("the kind of a reason to drop a packet", () => {
  it.each([
    ["NETFILTER_DROP", "firewall"],
    ["TC_INGRESS", "firewall"],
    ["TCP_LISTEN_OVERFLOW", "listenQueue"],
    ["SOCKET_RCVBUFF", "queue"],
    ["QDISC_OVERLIMIT", "queue"],
    ["IP_OUTNOROUTES", "routing"],
    ["NEIGH_FAILED", "routing"],
    ["NO_SOCKET", "socket"],
    ["TCP_OLD_DATA", "routine"],
    // A bridge listens to everything, and hands up what is for its hosts as well.
    ["OTHERHOST", "routine"],
    ["TCP_ZEROWINDOW", "socket"],
    ["TCP_CSUM", "packet"],
    ["FRAG_REASM_TIMEOUT", "packet"],
    ["NOT_SPECIFIED", "other"],
    ["a reason of a later kernel", "other"],
  ])("%s is %s", (reason, kind) => {
    expect(dropKindOf(reason, "nobody_knows")).toBe(kind);
  });

  it.each([
    ["nf_hook_slow", "firewall"],
    ["tcp_v4_rcv", "socket"],
    ["ip6_pkt_drop", "routing"],
    ["a_function_that_drops_for_many_reasons", "other"],
  ])("is told by its place, %s, by kernels that have no reasons", (place, kind) => {
    expect(dropKindOf("NO_REASON", place)).toBe(kind);
    expect(dropKindOf("TCP_CSUM", place)).toBe("packet");
  });

  it("is told by the function that dropped it, where disciplines of queues give no reason", () => {
    expect(dropKindOf("NOT_SPECIFIED", "tbf_enqueue")).toBe("queue");
    expect(dropKindOf("NOT_SPECIFIED", "ip_rcv_finish_core")).toBe("other");
    expect(dropKindOf("NOT_SPECIFIED", "tcp_v4_rcv")).toBe("routine");
    // What finds no room in the ring of an agent is not lost to whom it is for.
    expect(dropKindOf("NOT_SPECIFIED", "tpacket_rcv")).toBe("routine");
  });
});
