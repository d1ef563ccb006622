// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Who opened, accepted and lost TCP connections.
 *
 * Only in CLOSE -> SYN_SENT is the process that connects the current one, and there its port is not chosen yet: it is remembered by socket until the
 * handshake is over. An accepted socket has no process until one first reads from it or closes it: that is who serves it, also where another one
 * (the parent of a worker) accepted it.
 */
#include "weir.h"

enum {
	STATE_ESTABLISHED = 1,
	STATE_SYN_SENT = 2,
	STATE_SYN_RECV = 3,
	STATE_FIN_WAIT1 = 4,
	STATE_CLOSE = 7,
	STATE_LAST_ACK = 9,
	STATE_LISTEN = 10,
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps");

/* Sockets on their way to be connected: whose they are, and since when. */
struct attempt {
	__u64 at_ns;
	struct owner owner;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct attempt);
} connecting SEC(".maps");

/* Sockets of servers that no process has touched yet. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, __u8);
} unserved SEC(".maps");

/* Too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct attempt);
} scratch SEC(".maps");

static __always_inline struct socket_event *begin_event(__u32 kind, const struct sock *sk)
{
	struct socket_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		count_lost();
		return 0;
	}
	event->at_ns = bpf_ktime_get_ns();
	event->kind = kind;
	event->error = 0;
	read_ends(&event->ends, (const struct sock_common *)sk, IPPROTO_TCP_NUMBER);
	return event;
}

static __always_inline void tell_current(__u32 kind, const struct sock *sk)
{
	struct socket_event *event = begin_event(kind, sk);
	if (!event)
		return;
	read_owner(&event->owner);
	bpf_ringbuf_submit(event, 0);
}

static __always_inline void remember(__u64 key)
{
	__u32 zero = 0;
	struct attempt *attempt = bpf_map_lookup_elem(&scratch, &zero);
	if (!attempt)
		return;
	attempt->at_ns = bpf_ktime_get_ns();
	read_owner(&attempt->owner);
	bpf_map_update_elem(&connecting, &key, attempt, BPF_ANY);
}

static __always_inline void tell_remembered(__u32 kind, const struct sock *sk, __u64 key)
{
	struct attempt *attempt = bpf_map_lookup_elem(&connecting, &key);
	struct socket_event *event;
	if (!attempt)
		return;
	event = begin_event(kind, sk);
	if (event) {
		if (kind == SOCKET_FAILED)
			event->error = BPF_CORE_READ(sk, sk_err);
		event->at_ns = attempt->at_ns;
		/* A socket that is closed has given back its port, but not forgotten it. */
		event->ends.local_port = swap16(BPF_CORE_READ((const struct inet_sock *)sk, inet_sport));
		bpf_probe_read_kernel(&event->owner, sizeof(event->owner), &attempt->owner);
		bpf_ringbuf_submit(event, 0);
	}
	bpf_map_delete_elem(&connecting, &key);
}

static __always_inline void tell_server(const struct sock *sk, __u64 key)
{
	if (bpf_map_lookup_elem(&unserved, &key) == 0)
		return;
	bpf_map_delete_elem(&unserved, &key);
	tell_current(SOCKET_SERVED, sk);
}

SEC("raw_tp/inet_sock_set_state")
int socket_state(struct bpf_raw_tracepoint_args *ctx)
{
	const struct sock *sk = (const struct sock *)ctx->args[0];
	int old = ctx->args[1], new = ctx->args[2];
	__u64 key = (__u64)sk;
	__u8 there = 1;

	if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP_NUMBER)
		return 0;
	if (new == STATE_SYN_SENT)
		remember(key);
	else if (old == STATE_SYN_SENT)
		tell_remembered(new == STATE_CLOSE ? SOCKET_FAILED : SOCKET_OPENED, sk, key);
	else if (old == STATE_SYN_RECV && new == STATE_ESTABLISHED)
		bpf_map_update_elem(&unserved, &key, &there, BPF_ANY);
	else if (new == STATE_FIN_WAIT1 || new == STATE_LAST_ACK)
		/* Only close, shutdown and exit lead there: its process is the current one. */
		tell_server(sk, key);
	else if (new == STATE_LISTEN)
		tell_current(SOCKET_LISTENS, sk);
	else if (new == STATE_CLOSE)
		bpf_map_delete_elem(&unserved, &key);
	return 0;
}

SEC("raw_tp/tcp_rcv_space_adjust")
int socket_read(struct bpf_raw_tracepoint_args *ctx)
{
	const struct sock *sk = (const struct sock *)ctx->args[0];
	tell_server(sk, (__u64)sk);
	return 0;
}

