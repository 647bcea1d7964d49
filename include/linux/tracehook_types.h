/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_TRACEHOOK_TYPES_H
#define _LINUX_TRACEHOOK_TYPES_H

#include <linux/types.h>

/**
 * struct tracehook_call - what system call a tracehook event is about
 * @nr:		system call number.  -1 for a skipped call: in both events if a
 *		tracer skipped it, only at exit if a probe did.  65535 on s390,
 *		where the registers hold 16 bits of it
 * @arch:	AUDIT_ARCH_* of the convention that gives @nr its meaning
 * @id:		the same at entry and exit, and no other call since boot has it
 *
 * At entry @nr is what the hook found before any probe ran.  If earlier probes may
 * change calls, take both number and arguments from the registers.  At exit @nr is
 * what the entry probes left.  It is kept, because rt_sigreturn() and, on some
 * architectures, execve() overwrite the registers.
 */
struct tracehook_call {
	int		nr;
	u32		arch;
	u64		id;
};

/* What a thread remembers from entry to exit */
struct tracehook_task {
#ifdef CONFIG_TRACEHOOK
	struct tracehook_call	call;		/* the last one reported */
	bool			reported;	/* report its exit, too */
#endif
};

#endif /* _LINUX_TRACEHOOK_TYPES_H */
