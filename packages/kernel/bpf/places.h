/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Values by the place where a program was: its process, thread and stack, added up in the kernel. There are two tables: while one is read the other one is filled.
 * src/profiles/place-table.ts reads them.
 */
#pragma once

#include "weir.h"

#define KERNEL_FRAMES 63
#define USER_FRAMES 127
#define MAX_PLACES 4096

/* Where the kernel and the program were, innermost first. */
struct stack {
	__u32 kernel_bytes;
	__u32 user_bytes;
	__u64 kernel[KERNEL_FRAMES];
	__u64 user[USER_FRAMES];
};

struct place {
	__u64 cgroup;
	/* When its process began, since boot. */
	__u64 began_ns;
	/* Of its stack. */
	__u64 hash;
	__u32 pid;
	__u32 reserved;
	/* Of the thread. */
	char command[COMMAND_BYTES];
};

struct measured {
	__u64 sum;
	struct stack stack;
};

struct settings {
	/* Number of the table that is filled: of the two by its lowest bit. */
	__u32 table;
	__u32 reserved;
	/* Waits that are shorter are not told. */
	__u64 least_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct settings);
} settings SEC(".maps");

struct places_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_PLACES);
	__type(key, struct place);
	__type(value, struct measured);
};

struct places_map places_0 SEC(".maps");
struct places_map places_1 SEC(".maps");

static __always_inline struct settings *read_settings(void)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&settings, &key);
}

/* Of the current thread. */
static __always_inline void read_place(struct place *place)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	place->cgroup = bpf_get_current_cgroup_id();
	place->began_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	place->hash = 0;
	place->pid = bpf_get_current_pid_tgid() >> 32;
	place->reserved = 0;
	bpf_get_current_comm(place->command, COMMAND_BYTES);
}

static __always_inline void read_stack(void *ctx, struct stack *stack)
{
	long kernel_bytes = bpf_get_stack(ctx, stack->kernel, sizeof(stack->kernel), 0);
	long user_bytes = bpf_get_stack(ctx, stack->user, sizeof(stack->user), BPF_F_USER_STACK);

	/* Below zero where there is none on this side, as a thread of the kernel has no program. */
	stack->kernel_bytes = kernel_bytes < 0 ? 0 : kernel_bytes;
	stack->user_bytes = user_bytes < 0 ? 0 : user_bytes;
}

/* FNV-1a, by whole addresses. */
#define HASH_BEGIN 0xcbf29ce484222325ULL
#define HASH_PRIME 0x100000001b3ULL

static __always_inline __u64 hash_of(const struct stack *stack)
{
	__u64 hash = HASH_BEGIN;
	__u32 at;

	for (at = 0; at < KERNEL_FRAMES && at * sizeof(__u64) < stack->kernel_bytes; at++)
		hash = (hash ^ stack->kernel[at]) * HASH_PRIME;
	for (at = 0; at < USER_FRAMES && at * sizeof(__u64) < stack->user_bytes; at++)
		hash = (hash ^ stack->user[at]) * HASH_PRIME;
	return hash;
}

/* Adds to what was measured at a place; its sum is what is added. */
static __always_inline void add_at(struct place *place, const struct measured *measured, __u32 table)
{
	struct measured *known;
	long failed;

	place->hash = hash_of(&measured->stack);
	known = table & 1 ? bpf_map_lookup_elem(&places_1, place) : bpf_map_lookup_elem(&places_0, place);
	if (known) {
		__sync_fetch_and_add(&known->sum, measured->sum);
		return;
	}
	failed = table & 1 ? bpf_map_update_elem(&places_1, place, measured, BPF_NOEXIST) :
			     bpf_map_update_elem(&places_0, place, measured, BPF_NOEXIST);
	if (failed)
		count_lost();
}
