// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Segments that the kernel sends again, by its own account. */
#include "weir.h"

struct retransmission_event {
	__u64 at_ns;
	/* 1 where it is a SYN-ACK, of a connection that is no socket yet. */
	__u32 is_syn_ack;
	__u32 reserved;
	struct ends ends;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps");

static __always_inline void tell(const struct sock_common *common, __u32 is_syn_ack)
{
	struct retransmission_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		count_lost();
		return;
	}
	event->at_ns = bpf_ktime_get_ns();
	event->is_syn_ack = is_syn_ack;
	event->reserved = 0;
	read_ends(&event->ends, common, IPPROTO_TCP_NUMBER);
	bpf_ringbuf_submit(event, 0);
}

SEC("raw_tp/tcp_retransmit_skb")
int segment_again(struct bpf_raw_tracepoint_args *ctx)
{
	/* Since Linux 6.16 it is told as well where sending failed. */
	if (bpf_core_field_exists(struct trace_event_raw_tcp_retransmit_skb, err) && (int)ctx->args[2])
		return 0;
	tell((const struct sock_common *)ctx->args[0], 0);
	return 0;
}

SEC("raw_tp/tcp_retransmit_synack")
int syn_ack_again(struct bpf_raw_tracepoint_args *ctx)
{
	const struct request_sock *request = (const struct request_sock *)ctx->args[1];
	tell((const struct sock_common *)request, 1);
	return 0;
}
