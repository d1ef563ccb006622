// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What threads of programs wait for: the place where one stopped, and how long it did not run. Its stack can only be taken when it stops, before it is known how long it
 * will wait: so many stacks are taken per second and processor, those of further waits are not. Half of them are kept for threads whose wait before was long enough to be
 * told.
 */
#include "places.h"

/* Time that must pass for each stack that is taken, and how much of it is saved at most. */
#define NS_PER_STACK 1000000ULL
#define MAX_SAVED_NS (NS_PER_STACK * 64)

/* How a thread waits, or waited before it ran. */
struct wait {
	/* 0 while it runs. */
	__u64 since_ns;
	struct place place;
	/* Its sum is how long the last wait was. */
	struct measured measured;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, struct wait);
} waits SEC(".maps");

/* Of a thread that is seen for the first time; too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct wait);
} fresh SEC(".maps");

struct budget {
	__u64 at_ns;
	__u64 saved_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct budget);
} budgets SEC(".maps");

static __always_inline int may_take_stack(__u64 now_ns, int was_long)
{
	__u32 key = 0;
	struct budget *budget = bpf_map_lookup_elem(&budgets, &key);

	if (!budget)
		return 0;
	budget->saved_ns += now_ns - budget->at_ns;
	budget->at_ns = now_ns;
	if (budget->saved_ns > MAX_SAVED_NS)
		budget->saved_ns = MAX_SAVED_NS;
	if (budget->saved_ns < (was_long ? NS_PER_STACK : MAX_SAVED_NS / 2))
		return 0;
	budget->saved_ns -= NS_PER_STACK;
	return 1;
}

static __always_inline struct wait *wait_of(__u32 thread)
{
	__u32 zero = 0;
	struct wait *known = bpf_map_lookup_elem(&waits, &thread), *empty;

	if (known)
		return known;
	empty = bpf_map_lookup_elem(&fresh, &zero);
	if (!empty)
		return 0;
	bpf_map_update_elem(&waits, &thread, empty, BPF_NOEXIST);
	return bpf_map_lookup_elem(&waits, &thread);
}

static __always_inline void stops(void *ctx, const struct settings *now, __u64 now_ns)
{
	struct wait *wait = wait_of(bpf_get_current_pid_tgid());

	if (!wait)
		return;
	wait->since_ns = now_ns;
	read_place(&wait->place);
	wait->measured.stack.kernel_bytes = 0;
	wait->measured.stack.user_bytes = 0;
	if (may_take_stack(now_ns, wait->measured.sum >= now->least_ns))
		read_stack(ctx, &wait->measured.stack);
}

static __always_inline void runs_again(__u32 thread, const struct settings *now, __u64 now_ns)
{
	struct wait *wait = bpf_map_lookup_elem(&waits, &thread);
	struct place place;

	if (!wait || !wait->since_ns)
		return;
	wait->measured.sum = now_ns - wait->since_ns;
	wait->since_ns = 0;
	if (wait->measured.sum < now->least_ns)
		return;
	if (!wait->measured.stack.kernel_bytes)
		count_lost();
	place = wait->place;
	add_at(&place, &wait->measured, now->table);
}

SEC("raw_tp/sched_switch")
int switched(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *before = (struct task_struct *)ctx->args[1];
	struct task_struct *next = (struct task_struct *)ctx->args[2];
	struct settings *now = read_settings();
	__u64 now_ns = bpf_ktime_get_ns();

	if (!now)
		return 0;
	/* Threads of the kernel have no memory of their own. */
	if (BPF_CORE_READ(next, mm))
		runs_again(BPF_CORE_READ(next, pid), now, now_ns);
	if (BPF_CORE_READ(before, mm))
		stops(ctx, now, now_ns);
	return 0;
}
