// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * IP packets that the kernel drops, with its reason and the place in its code. All are counted by reason and place in the kernel; each is told with its ends as long
 * as there is room.
 */
#include "weir.h"

#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
/* Told by kernels that have no reasons (before Linux 5.17). */
#define NO_REASON 0xffffffff
#define NO_HEADER 0xffff
#define STATE_TIME_WAIT 6
#define STATE_NEW_SYN_RECV 12

struct drop_event {
	__u64 at_ns;
	/* Address of the code that dropped it. */
	__u64 place;
	__u32 reason;
	__u16 bytes;
	__u8 tcp_flags;
	__u8 reserved;
	/* Local is who sent it, remote is who should get it. */
	struct ends ends;
};

struct drop_key {
	__u64 place;
	__u32 reason;
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct drop_key);
	__type(value, __u64);
} totals SEC(".maps");

static __always_inline void count_total(__u64 place, __u32 reason)
{
	struct drop_key key = { .place = place, .reason = reason };
	__u64 one = 1, *count = bpf_map_lookup_elem(&totals, &key);

	if (count)
		__sync_fetch_and_add(count, 1);
	else if (bpf_map_update_elem(&totals, &key, &one, BPF_NOEXIST))
		count_lost();
}

/* Addresses and ports of a packet; 0 where its headers are not there. */
static __always_inline int read_packet(struct drop_event *event, const unsigned char *ip, int is_ipv6)
{
	struct ends *ends = &event->ends;
	__u8 first = 0;
	__u16 ports[2] = {};
	__u32 header;

	if (bpf_probe_read_kernel(&first, 1, ip) || first >> 4 != (is_ipv6 ? 6 : 4))
		return 0;
	__builtin_memset(ends, 0, sizeof(*ends));
	ends->family = is_ipv6 ? AF_INET6 : AF_INET;
	header = is_ipv6 ? 40 : (first & 15) * 4;
	first = 0;
	bpf_probe_read_kernel(&first, 1, ip + (is_ipv6 ? 6 : 9));
	ends->protocol = first;
	if (is_ipv6) {
		bpf_probe_read_kernel(ends->local_address, 32, ip + 8);
	} else {
		bpf_probe_read_kernel(ends->local_address, 4, ip + 12);
		bpf_probe_read_kernel(ends->remote_address, 4, ip + 16);
	}
	if (ends->protocol != IPPROTO_TCP_NUMBER && ends->protocol != IPPROTO_UDP_NUMBER)
		return 1;
	bpf_probe_read_kernel(ports, sizeof(ports), ip + header);
	ends->local_port = swap16(ports[0]);
	ends->remote_port = swap16(ports[1]);
	if (ends->protocol == IPPROTO_TCP_NUMBER)
		bpf_probe_read_kernel(&event->tcp_flags, 1, ip + header + 13);
	return 1;
}

/* The ends of a packet that has no header yet, by the socket that sends it; 0 where that has none or is none of TCP's. */
static __always_inline int read_sender(struct drop_event *event, const struct sk_buff *skb)
{
	const struct sock *sk = BPF_CORE_READ(skb, sk);
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	__u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);

	/* What is no whole socket has no protocol. */
	if ((family != AF_INET && family != AF_INET6) || state == STATE_TIME_WAIT || state == STATE_NEW_SYN_RECV ||
	    BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP_NUMBER)
		return 0;
	read_ends(&event->ends, (const struct sock_common *)sk, IPPROTO_TCP_NUMBER);
	return 1;
}

/* Reads the number of the reason; 0 where the packet was not dropped. */
static __always_inline int read_reason(struct bpf_raw_tracepoint_args *ctx, __u32 *reason)
{
	*reason = NO_REASON;
	if (!bpf_core_type_exists(enum skb_drop_reason))
		return 1;
	*reason = ctx->args[2];
	/* Below it are "not dropped" and, since Linux 6.3, "consumed". */
	return *reason >= bpf_core_enum_value(enum skb_drop_reason, SKB_DROP_REASON_NOT_SPECIFIED);
}

SEC("raw_tp/kfree_skb")
int packet_dropped(struct bpf_raw_tracepoint_args *ctx)
{
	const struct sk_buff *skb = (const struct sk_buff *)ctx->args[0];
	__u16 protocol = swap16(BPF_CORE_READ(skb, protocol));
	__u16 header = BPF_CORE_READ(skb, network_header);
	int is_ip = protocol == ETH_P_IP || protocol == ETH_P_IPV6;
	struct drop_event *event;
	__u32 reason;
	int is_read;

	/* A segment that finds no way is dropped before it becomes an IP packet. */
	if (!read_reason(ctx, &reason) || (!is_ip && (protocol || !BPF_CORE_READ(skb, sk))))
		return 0;
	/* What a closed socket still had: every connection that ends has some, and nothing is lost by it. */
	if (bpf_core_enum_value_exists(enum skb_drop_reason, SKB_DROP_REASON_QUEUE_PURGE) &&
	    reason == bpf_core_enum_value(enum skb_drop_reason, SKB_DROP_REASON_QUEUE_PURGE)) {
		count_total(ctx->args[1], reason);
		return 0;
	}
	if (is_ip && (!header || header == NO_HEADER)) {
		count_total(ctx->args[1], reason);
		return 0;
	}
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		count_total(ctx->args[1], reason);
		count_lost();
		return 0;
	}
	event->at_ns = bpf_ktime_get_ns();
	event->place = ctx->args[1];
	event->reason = reason;
	event->bytes = BPF_CORE_READ(skb, len);
	event->tcp_flags = 0;
	event->reserved = 0;
	if (is_ip)
		is_read = read_packet(event, BPF_CORE_READ(skb, head) + header, protocol == ETH_P_IPV6);
	else
		is_read = read_sender(event, skb);
	if (is_ip || is_read)
		count_total(ctx->args[1], reason);
	if (!is_read) {
		bpf_ringbuf_discard(event, 0);
		return 0;
	}
	if (is_ip)
		event->ends.namespace = BPF_CORE_READ(skb, dev, nd_net.net, ns.inum);
	bpf_ringbuf_submit(event, 0);
	return 0;
}
