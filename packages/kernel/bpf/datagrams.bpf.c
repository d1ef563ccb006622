// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Who sends datagrams: told once for each UDP socket and where it is connected to. A resolver's socket lives no longer than its question.
 */
#include "registers.h"

struct told_key {
	__u64 socket;
	__u16 local_port;
	__u16 remote_port;
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct told_key);
	__type(value, __u8);
} told SEC(".maps");

static __always_inline int tell(const struct sock *sk)
{
	struct told_key key = { .socket = (__u64)sk };
	struct socket_event *event;
	__u16 family;
	__u8 there = 1;

	if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_UDP_NUMBER)
		return 0;
	/* Sockets of other families have protocols of their own with the same numbers. */
	family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (family != AF_INET && family != AF_INET6)
		return 0;
	key.local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	key.remote_port = BPF_CORE_READ(sk, __sk_common.skc_dport);
	if (bpf_map_lookup_elem(&told, &key))
		return 0;
	bpf_map_update_elem(&told, &key, &there, BPF_ANY);
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		count_lost();
		return 0;
	}
	event->at_ns = bpf_ktime_get_ns();
	event->kind = SOCKET_SENDS;
	event->error = 0;
	read_ends(&event->ends, (const struct sock_common *)sk, IPPROTO_UDP_NUMBER);
	read_owner(&event->owner);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

SEC("raw_tp/sock_send_length")
int datagram_sent(struct bpf_raw_tracepoint_args *ctx)
{
	return tell((const struct sock *)ctx->args[0]);
}

/* Before Linux 6.3 nothing tells that something was sent: then that it is about to be. */
SEC("kprobe/udp_sendmsg")
int datagram_sent_else(void *ctx)
{
	return tell((const struct sock *)ARGUMENT1(ctx));
}

SEC("kprobe/udpv6_sendmsg")
int datagram_sent_else6(void *ctx)
{
	return tell((const struct sock *)ARGUMENT1(ctx));
}
