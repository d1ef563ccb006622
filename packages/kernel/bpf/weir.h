/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What all programs share: the shape of what they tell, and how they tell it. src/events/layout.ts reads the same shapes. */
#pragma once

#include <linux/bpf.h>
#include <linux/in6.h>
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP_NUMBER 6
#define IPPROTO_UDP_NUMBER 17
#define COMMAND_BYTES 16
#define ARGUMENT_BYTES 256

/* Both ends as the socket has them. IPv4 addresses stand in the first four bytes. Ports are in host order. */
struct ends {
	__u8 local_address[16];
	__u8 remote_address[16];
	__u16 local_port;
	__u16 remote_port;
	__u16 family;
	__u16 protocol;
	/* Inode of the network namespace; 0 where it is not known. */
	__u32 namespace;
	__u32 reserved;
};

/* A process at the moment when it did something. */
struct owner {
	__u64 cgroup;
	/* When it began, since boot: with the process id, it tells it from others that had the same number. */
	__u64 began_ns;
	__u32 pid;
	__u32 uid;
	__u32 argument_bytes;
	__u32 reserved;
	char command[COMMAND_BYTES];
	/* The beginning of its arguments, each ended by a zero. */
	char arguments[ARGUMENT_BYTES];
};

enum { SOCKET_OPENED = 1, SOCKET_FAILED = 2, SOCKET_SERVED = 3, SOCKET_LISTENS = 4, SOCKET_SENDS = 5 };

/* Something that a process did with a socket, or that came of it. */
struct socket_event {
	/* Of a connection that a process opened: when it began to, not when it was through. */
	__u64 at_ns;
	__u32 kind;
	/* errno of a connection that failed; 0 where the process itself gave up. */
	__s32 error;
	struct ends ends;
	struct owner owner;
};

/* Events that found no room in the ring. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} lost SEC(".maps");

static __always_inline void count_lost(void)
{
	__u32 key = 0;
	__u64 *count = bpf_map_lookup_elem(&lost, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
}

static __always_inline __u16 swap16(__u16 value)
{
	return __builtin_bswap16(value);
}

/* The ends of a socket of any kind: they all begin with sock_common. */
static __always_inline void read_ends(struct ends *ends, const struct sock_common *common, __u16 protocol)
{
	ends->family = BPF_CORE_READ(common, skc_family);
	ends->protocol = protocol;
	ends->local_port = BPF_CORE_READ(common, skc_num);
	ends->remote_port = swap16(BPF_CORE_READ(common, skc_dport));
	ends->namespace = BPF_CORE_READ(common, skc_net.net, ns.inum);
	ends->reserved = 0;
	if (ends->family == AF_INET6) {
		BPF_CORE_READ_INTO(&ends->local_address, common, skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO(&ends->remote_address, common, skc_v6_daddr);
		return;
	}
	__builtin_memset(ends->local_address, 0, 32);
	BPF_CORE_READ_INTO((__u32 *)ends->local_address, common, skc_rcv_saddr);
	BPF_CORE_READ_INTO((__u32 *)ends->remote_address, common, skc_daddr);
}

/* The process that runs now: only meaningful where the kernel works on its behalf. */
static __always_inline void read_owner(struct owner *owner)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	unsigned long from = BPF_CORE_READ(task, mm, arg_start);
	unsigned long to = BPF_CORE_READ(task, mm, arg_end);
	__u64 bytes = to - from;

	owner->cgroup = bpf_get_current_cgroup_id();
	owner->began_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	owner->pid = bpf_get_current_pid_tgid() >> 32;
	owner->uid = bpf_get_current_uid_gid();
	owner->argument_bytes = 0;
	owner->reserved = 0;
	/* The name of the process, not of the thread, as /proc has it. */
	BPF_CORE_READ_INTO(&owner->command, task, group_leader, comm);
	if (!from || to <= from)
		return;
	if (bytes > ARGUMENT_BYTES)
		bytes = ARGUMENT_BYTES;
	/* Memory that is not there right now is not waited for. */
	if (!bpf_probe_read_user(owner->arguments, bytes, (const void *)from))
		owner->argument_bytes = bytes;
}

/* Most helpers are for programs under the GPL; these are under both licences above. */
char licence[] SEC("license") = "Dual BSD/GPL";
