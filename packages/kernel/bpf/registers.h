/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The arguments and the result of a function, where the architecture that the programs run on passes them. Which one that is, the type information of its kernel tells:
 * an object is the same on all of them.
 */
#pragma once

#include "weir.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* libbpf leaves out what stands behind three underscores. */
struct pt_regs___x86 {
	unsigned long di, si, cx, ax;
};

struct pt_regs___arm64 {
	unsigned long regs[31];
};

#pragma clang attribute pop

#define REGISTER(ctx, x86, arm64)                                                                 \
	(bpf_core_field_exists(struct pt_regs___x86, x86) ?                                       \
		 BPF_CORE_READ((const struct pt_regs___x86 *)(ctx), x86) :                        \
		 BPF_CORE_READ((const struct pt_regs___arm64 *)(ctx), arm64))

#define ARGUMENT1(ctx) REGISTER(ctx, di, regs[0])
#define ARGUMENT2(ctx) REGISTER(ctx, si, regs[1])
#define ARGUMENT4(ctx) REGISTER(ctx, cx, regs[3])
#define RESULT(ctx) REGISTER(ctx, ax, regs[0])
