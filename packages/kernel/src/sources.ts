import type { EventAbilityName } from "./abilities.ts";
import { type DropEvent, readDrop } from "./events/drops.ts";
import { type RetransmissionEvent, readRetransmission } from "./events/retransmissions.ts";
import { readSocketEvent, type SocketEvent } from "./events/sockets.ts";
import { readTlsEvent, type TlsEvent } from "./events/tls.ts";

/** Something that the kernel told. */
export type KernelEvent = SocketEvent | RetransmissionEvent | DropEvent | TlsEvent;

/** How an ability's events come: by which object, through how large a ring (as its source says), read how. */
interface SourceDefinition {
  readonly object: string;
  readonly ringBytes: number;
  readonly why: string;
  read(view: DataView, at: number): KernelEvent | undefined;
}

const RING_BYTES = 1 << 20;
const TEXT_RING_BYTES = 1 << 22;

export const SOURCES: Readonly<Record<EventAbilityName, SourceDefinition>> = {
  kernelSockets: {
    object: "sockets",
    ringBytes: RING_BYTES,
    why: "eBPF on sock/inet_sock_set_state and tcp/tcp_rcv_space_adjust",
    read: readSocketEvent,
  },
  kernelDatagrams: {
    object: "datagrams",
    ringBytes: RING_BYTES,
    why: "eBPF on sock/sock_send_length",
    read: readSocketEvent,
  },
  kernelRetransmissions: {
    object: "retransmissions",
    ringBytes: RING_BYTES,
    why: "eBPF on tcp/tcp_retransmit_skb and tcp/tcp_retransmit_synack",
    read: readRetransmission,
  },
  kernelDrops: {
    object: "drops",
    ringBytes: RING_BYTES,
    why: "eBPF on skb/kfree_skb",
    read: readDrop,
  },
  tlsPlaintext: {
    object: "tls",
    ringBytes: TEXT_RING_BYTES,
    why: "eBPF on OpenSSL's SSL_read and SSL_write",
    read: readTlsEvent,
  },
};
