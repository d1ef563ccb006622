/** Transport protocols whose conversations are connections. */
export const TRANSPORTS = ["tcp", "udp", "icmp", "sctp"] as const;
