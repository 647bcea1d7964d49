/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_TRACEHOOK_TYPES_H
#define _LINUX_TRACEHOOK_TYPES_H

#include <linux/types.h>

/**
 * struct tracehook_call - what system call a tracehook event is about
 * @nr:		system call number; -1 at exit if a probe skipped the call, 65535
 *		on s390, whose registers hold 16 bits of it
 * @arch:	AUDIT_ARCH_* of the convention that gives @nr its meaning
 *
 * At entry: as the entry probes find it.  At exit: as they left it, since
 * rt_sigreturn() and execve() wreck what the registers tell.
 */
struct tracehook_call {
	int		nr;
	u32		arch;
};

#ifdef CONFIG_TRACEHOOK

/**
 * struct tracehook_task - latched at entry for the exit, by the task itself
 * @latch:	number of the armed period, or of the set of entry probes that the
 *		entry was handed to, see kernel/tracehook/hook.c; 0: no entry
 * @call:	number and architecture after the entry probes ran
 */
struct tracehook_task {
	u64			latch;
	struct tracehook_call	call;
};

#else

struct tracehook_task {};

#endif

#endif /* _LINUX_TRACEHOOK_TYPES_H */
