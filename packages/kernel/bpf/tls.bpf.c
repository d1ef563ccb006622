// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What processes read and write inside of TLS: the plaintext that goes through OpenSSL's SSL_read and SSL_write, and which socket an SSL object is on.
 *
 * An object on a socket of its own (curl, nginx) reads and writes it within the call. One on memory (Node) is fed by its process: what the thread received
 * before SSL_read gave data, and where it sends first after SSL_write, is its socket. Once known it stays, until a call uses another one.
 */
#include "registers.h"

#define TEXT_BYTES 4096
/* Events that one call is told in at most: 64 KiB of its text, four whole records of TLS. */
#define MAX_TEXTS 16
/* Where so much of the ring waits to be read, only the first event of a call is told: rather less of each than nothing of some. */
#define BUSY_BYTES (1 << 20)

enum { TLS_TEXT = 1, TLS_SOCKET = 2, TLS_FREED = 3 };
enum { TO_PEER = 0, FROM_PEER = 1 };

struct tls_event {
	__u64 at_ns;
	/* Address of the SSL object: with the process id, it is one session. */
	__u64 session;
	__u32 pid;
	__u32 kind;
	/* Bytes of this direction before these, since the session was seen first. */
	__u64 offset;
	/* Bytes of the call, and how many of them follow. */
	__u32 bytes;
	__u32 text_bytes;
	__u32 direction;
	__u32 reserved;
	struct ends ends;
};

struct tls_text_event {
	struct tls_event head;
	__u8 text[TEXT_BYTES];
};

struct session_key {
	__u64 session;
	__u32 pid;
	__u32 reserved;
};

struct session {
	__u64 socket;
	__u64 offsets[2];
};

/* A call that a thread is in. */
struct call {
	__u64 session;
	__u64 buffer;
	/* Where the _ex functions say how many bytes they took or gave; 0 elsewhere. */
	__u64 count;
	__u32 direction;
	__u32 reserved;
};

/* What a thread did with sockets. */
struct thread {
	/* The session whose socket it is to send to first, after it wrote. */
	__u64 written;
	/* Where it received last, as long as no session has taken it. */
	__u64 received;
	struct ends received_ends;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 22);
} events SEC(".maps");

/* Processes that use TLS: of others nothing is looked at. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u8);
} processes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct session_key);
	__type(value, struct session);
} sessions SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, struct call);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, struct thread);
} threads SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct tls_text_event);
} scratch SEC(".maps");

static __always_inline struct session_key key_of(__u64 session)
{
	struct session_key key = { .session = session, .pid = bpf_get_current_pid_tgid() >> 32 };
	return key;
}

static __always_inline struct session *session_of(const struct session_key *key)
{
	struct session fresh = {}, *known = bpf_map_lookup_elem(&sessions, key);

	if (known)
		return known;
	bpf_map_update_elem(&sessions, key, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&sessions, key);
}

static __always_inline struct thread *thread_of(__u64 id)
{
	struct thread fresh = {}, *known = bpf_map_lookup_elem(&threads, &id);

	if (known)
		return known;
	bpf_map_update_elem(&threads, &id, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&threads, &id);
}

/* Tells on which socket a session is, where that is new. */
static __always_inline void bind(__u64 session, __u64 socket, const struct ends *ends)
{
	struct session_key key = key_of(session);
	struct session *known = session_of(&key);
	struct tls_event *event;

	if (!known || known->socket == socket)
		return;
	known->socket = socket;
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		count_lost();
		return;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->at_ns = bpf_ktime_get_ns();
	event->session = session;
	event->pid = key.pid;
	event->kind = TLS_SOCKET;
	event->ends = *ends;
	bpf_ringbuf_submit(event, 0);
}

static __always_inline int enter(void *ctx, __u32 direction, int has_count)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 pid = id >> 32;
	__u8 there = 1;
	struct call call = {
		.session = ARGUMENT1(ctx),
		.buffer = ARGUMENT2(ctx),
		.count = has_count ? ARGUMENT4(ctx) : 0,
		.direction = direction,
	};

	if (!bpf_map_lookup_elem(&processes, &pid))
		bpf_map_update_elem(&processes, &pid, &there, BPF_ANY);
	bpf_map_update_elem(&calls, &id, &call, BPF_ANY);
	return 0;
}

/* Tells the next of a call's bytes: `bytes` of them, which begin at `from`, and as much of their text as fits into an event. */
static __always_inline void tell_part(const struct call *call, struct session *session, __u64 from, __u32 bytes)
{
	__u32 zero = 0, direction = call->direction & 1;
	struct tls_text_event *event = bpf_map_lookup_elem(&scratch, &zero);
	__u64 size = bytes;

	if (!event)
		return;
	/* The verifier must see the bound on the very register that is used. */
	asm volatile("" : "+r"(size));
	if (size > TEXT_BYTES)
		size = TEXT_BYTES;
	__builtin_memset(&event->head, 0, sizeof(event->head));
	event->head.at_ns = bpf_ktime_get_ns();
	event->head.session = call->session;
	event->head.pid = bpf_get_current_pid_tgid() >> 32;
	event->head.kind = TLS_TEXT;
	event->head.direction = direction;
	event->head.offset = session->offsets[direction];
	event->head.bytes = bytes;
	session->offsets[direction] += bytes;
	if (bpf_probe_read_user(event->text, size, (const void *)from))
		size = 0;
	event->head.text_bytes = size;
	if (bpf_ringbuf_output(&events, event, sizeof(event->head) + size, 0))
		count_lost();
}

static __always_inline void tell_text(const struct call *call, __u32 bytes)
{
	struct session_key key = key_of(call->session);
	struct session *session = session_of(&key);
	__u32 texts = bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > BUSY_BYTES ? 1 : MAX_TEXTS;
	__u32 told = 0, at;

	if (!session)
		return;
	for (at = 0; at < MAX_TEXTS; at++) {
		/* The last one speaks for all that is left. */
		__u32 left = bytes - told, part = left > TEXT_BYTES && at + 1 < texts ? TEXT_BYTES : left;

		tell_part(call, session, call->buffer + told, part);
		told += part;
		if (told >= bytes)
			return;
	}
}

static __always_inline int leave(void *ctx)
{
	__u64 id = bpf_get_current_pid_tgid(), counted = 0;
	struct call *known = bpf_map_lookup_elem(&calls, &id), call;
	struct thread *thread;
	int result = RESULT(ctx);

	if (!known)
		return 0;
	call = *known;
	bpf_map_delete_elem(&calls, &id);
	if (result <= 0)
		return 0;
	if (call.count) {
		if (bpf_probe_read_user(&counted, sizeof(counted), (const void *)call.count))
			return 0;
		result = counted;
	}
	if (result <= 0)
		return 0;
	thread = thread_of(id);
	if (thread && call.direction == TO_PEER)
		thread->written = call.session;
	else if (thread && thread->received) {
		bind(call.session, thread->received, &thread->received_ends);
		thread->received = 0;
	}
	tell_text(&call, result);
	return 0;
}

SEC("uprobe")
int ssl_write_enter(void *ctx)
{
	return enter(ctx, TO_PEER, 0);
}

SEC("uprobe")
int ssl_read_enter(void *ctx)
{
	return enter(ctx, FROM_PEER, 0);
}

SEC("uprobe")
int ssl_write_ex_enter(void *ctx)
{
	return enter(ctx, TO_PEER, 1);
}

SEC("uprobe")
int ssl_read_ex_enter(void *ctx)
{
	return enter(ctx, FROM_PEER, 1);
}

SEC("uretprobe")
int ssl_leave(void *ctx)
{
	return leave(ctx);
}

/* Its address may become another session's. */
SEC("uprobe")
int ssl_free_enter(void *ctx)
{
	struct session_key key = key_of(ARGUMENT1(ctx));
	struct tls_event *event;

	if (!bpf_map_lookup_elem(&sessions, &key))
		return 0;
	bpf_map_delete_elem(&sessions, &key);
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		count_lost();
		return 0;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->at_ns = bpf_ktime_get_ns();
	event->session = key.session;
	event->pid = key.pid;
	event->kind = TLS_FREED;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

/* A thread of a process with TLS uses a TCP socket: within a call it is that session's. */
static __always_inline void used(const struct sock *sk, int is_send)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 pid = id >> 32;
	struct ends ends;
	struct call *call;
	struct thread *thread;

	if (!bpf_map_lookup_elem(&processes, &pid) || BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP_NUMBER)
		return;
	call = bpf_map_lookup_elem(&calls, &id);
	thread = thread_of(id);
	if (!thread || (is_send && !call && !thread->written))
		return;
	read_ends(&ends, (const struct sock_common *)sk, IPPROTO_TCP_NUMBER);
	if (call) {
		bind(call->session, (__u64)sk, &ends);
		thread->received = 0;
	} else if (is_send) {
		struct session_key key = key_of(thread->written);
		struct session *session = session_of(&key);
		if (session && !session->socket)
			bind(key.session, (__u64)sk, &ends);
		thread->written = 0;
	} else {
		thread->received = (__u64)sk;
		thread->received_ends = ends;
	}
}

SEC("raw_tp/sock_send_length")
int socket_sends(struct bpf_raw_tracepoint_args *ctx)
{
	if ((int)ctx->args[1] > 0)
		used((const struct sock *)ctx->args[0], 1);
	return 0;
}

/* Before Linux 6.3 nothing tells that something was sent: then that it is about to be. */
SEC("kprobe/tcp_sendmsg")
int socket_sends_else(void *ctx)
{
	used((const struct sock *)ARGUMENT1(ctx), 1);
	return 0;
}

SEC("raw_tp/sock_recv_length")
int socket_receives(struct bpf_raw_tracepoint_args *ctx)
{
	if ((int)ctx->args[1] > 0)
		used((const struct sock *)ctx->args[0], 0);
	return 0;
}

/* Before Linux 6.3: told where a process has taken something. */
SEC("raw_tp/tcp_rcv_space_adjust")
int socket_receives_else(struct bpf_raw_tracepoint_args *ctx)
{
	used((const struct sock *)ctx->args[0], 0);
	return 0;
}
