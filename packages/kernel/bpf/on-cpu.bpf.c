// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What processors work on: at each tick of a clock (perf_event) the place of who runs is counted. */
#include "places.h"

/* Too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct measured);
} scratch SEC(".maps");

SEC("perf_event")
int ticked(void *ctx)
{
	__u32 zero = 0;
	struct settings *now = read_settings();
	struct measured *tick = bpf_map_lookup_elem(&scratch, &zero);
	struct place place;

	/* Nobody runs. */
	if (!now || !tick || !(bpf_get_current_pid_tgid() >> 32))
		return 0;
	tick->sum = 1;
	read_stack(ctx, &tick->stack);
	read_place(&place);
	add_at(&place, tick, now->table);
	return 0;
}
