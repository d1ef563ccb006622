/** Why the kernel drops packets, as far as that says what to do. */
export type DropFault = "firewall" | "listenQueue" | "routing" | "noListener" | "listener" | "packet" | "queue";

interface Words {
  readonly rule: string;
  readonly what: string;
  readonly means: string;
  readonly advice: string;
}

/** What is said about each. */
export const KERNEL_DROP_WORDS: Readonly<Record<DropFault, Words>> = {
  firewall: {
    rule: "kernel.firewall",
    what: "a rule of a firewall drops packets",
    means: "The kernel says that a rule (nftables, iptables, a BPF or traffic control filter) threw them away.",
    advice:
      "List the rules on the agent's host, in the network namespace of the end that is there: nft list ruleset, iptables-save",
  },
  listenQueue: {
    rule: "kernel.listen-queue",
    what: "the queue of connections that wait to be accepted is full",
    means: "The kernel of the server counts connections that found no room in the queue of the listening socket.",
    advice:
      "Look at the server's process, which does not accept fast enough, and at its backlog (listen, net.core.somaxconn)",
  },
  routing: {
    rule: "kernel.no-route",
    what: "packets find no way",
    means: "The kernel says that it has no route to where they should go, or that nobody there answers (ARP, NDP).",
    advice:
      "Look at the routes on the agent's host (ip route get ADDRESS), at blackhole rules, and at the neighbours (ip neigh)",
  },
  noListener: {
    rule: "kernel.no-listener",
    what: "nobody listens there",
    means: "The kernel of the server found no socket at that port and address.",
    advice: "Look whether the server's process runs, and at which port, address and network namespace it listens",
  },
  listener: {
    rule: "kernel.listener-drops",
    what: "the listening socket drops who wants to connect",
    means:
      "The kernel of the server counts SYNs that its listening socket dropped though its accept queue is not full: no way back to the client, no memory, or too many handshakes that are not finished.",
    advice:
      "Look on the server at the route back to the client (ip route get ADDRESS, blackhole rules), at nstat (TcpExtListenDrops, TcpExtTCPReqQFullDrop), and at its memory",
  },
  packet: {
    rule: "kernel.bad-packet",
    what: "packets arrive broken",
    means: "The kernel threw them away for what is in them: a wrong checksum, or a header that cannot be right.",
    advice: "Look at what changes them on the way: a network card, a cable, a tunnel, a driver's offloads",
  },
  queue: {
    rule: "kernel.queue",
    what: "a queue of the kernel is full",
    means:
      "The kernel says that a queue, a rate limit (traffic control) or a receive buffer had no room for these packets.",
    advice:
      "Look at the queues on the agent's host: tc -s qdisc, ip -s link, receive buffers (nstat), and who fills them",
  },
};
