/** What kind of thing drops packets. */
export const DROP_KINDS = [
  /** Somebody's rule: nftables, iptables, a BPF or traffic control filter, a security module. */
  "firewall",
  /** The queue of connections that wait to be accepted is full. */
  "listenQueue",
  /** A queue or buffer is full, or memory ran out. */
  "queue",
  /** No way to where it should go, or not one that it may take. */
  "routing",
  /** Nobody waits for it, or the socket has no use for it. */
  "socket",
  /** Something is wrong with the packet itself. */
  "packet",
  /** Nothing is lost by it: a copy of what is there already, of what is for another host, or for who listens in, a reset that did its work, what a closed socket still had. */
  "routine",
  /** The kernel does not say, or says something that is not known here. */
  "other",
] as const;
export type DropKind = (typeof DROP_KINDS)[number];

/** Which reasons are of which kind, the first that fits (include/net/dropreason-core.h says what each means). */
const PATTERNS: readonly (readonly [DropKind, RegExp])[] = [
  [
    "routine",
    /^(QUEUE_PURGE|TCP_OLD_DATA|TCP_OLD_ACK|TCP_OLD_SEQUENCE|TCP_OFOMERGE|TCP_RESET|TCP_CLOSE|SOCKET_CLOSE|OTHERHOST|PACKET_SOCK_ERROR)$/,
  ],
  ["listenQueue", /^(TCP_LISTEN_OVERFLOW|LISTEN_OVERFLOWS)$/],
  ["firewall", /^(NETFILTER_DROP|BPF_CGROUP_EGRESS|SECURITY_HOOK|XDP|TC_\w+|SOCKET_FILTER|TAP_\w*FILTER|XFRM_POLICY)$/],
  ["queue", /^(QDISC_\w+|CPU_BACKLOG|FULL_RING|NOMEM|PROTO_MEM|SOCKET_RCVBUFF|SOCKET_BACKLOG|CAKE_\w+)$/],
  ["queue", /^(FQ_\w+|DUALPI2_\w+|NEIGH_QUEUEFULL|TCP_OFO_QUEUE_PRUNE|PFMEMALLOC)$/],
  [
    "routing",
    /^(IP_(OUT|IN)NOROUTES|IP_RPFILTER|IP_(INADDRERRORS|LOCAL_SOURCE|INVALID_SOURCE|LOCALNET|INVALID_DEST))$/,
  ],
  ["routing", /^(NEIGH_\w+|UNICAST_IN_L2_MULTICAST|IPV6DISABLED|NO_TX_TARGET|PKT_TOO_BIG|RECURSION_LIMIT)$/],
  ["packet", /CSUM|HDR|^(PKT_TOO_SMALL|INVALID_PROTO|UNHANDLED_PROTO|IP_INHDR|IP_NOPROTO|IPV6_\w+|\w*FRAG\w*)$/],
  ["socket", /^(NO_SOCKET|SOCKET_\w+|TCP_\w+)$/],
];

/** What kernels say that have reasons, but none for this. */
const NOT_SPECIFIED = "NOT_SPECIFIED";
/** What is said for kernels that have no reasons at all: those before Linux 5.17. */
export const NO_REASON = "NO_REASON";
/** Copies for who listens to all packets (AF_PACKET), as an agent does: whoever they are for has them all the same. */
const LISTENERS = /^t?packet_rcv/;
/** What comes to a connection that is over (TIME_WAIT) is taken note of and thrown away, without a reason. */
const ENDED_PLACES = /^tcp_v[46]_rcv/;
/** Functions of which the kind of reason is known. The disciplines of queues (net/sched) do not give any. */
const PLACES: readonly (readonly [DropKind, RegExp])[] = [
  ["queue", /_(?:enqueue|dequeue)$|^tbf_segment/],
  ["firewall", /^(nf_hook_slow|nft_do_chain|ip6?t_do_table|nf_reject\w*|sk_filter_trim_cap)$/],
  ["socket", /^(tcp_v[46]_rcv|__udp[46]_lib_rcv|icmp_rcv)$/],
  ["routing", /^(ip_error|ip6_pkt_drop|ip_forward|ip6_forward)$/],
];

/** The kind of a reason, by its name, and by the function that dropped it. */
export function dropKindOf(reason: string, place = ""): DropKind {
  if (LISTENERS.test(place)) return "routine";
  if (reason === NOT_SPECIFIED && ENDED_PLACES.test(place)) return "routine";
  const isByPlace = reason === NOT_SPECIFIED || reason === NO_REASON;
  return (
    (isByPlace ? PLACES : PATTERNS).find(([, pattern]) => pattern.test(isByPlace ? place : reason))?.[0] ?? "other"
  );
}
