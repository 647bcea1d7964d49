/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_TRACEHOOK_TYPES_H
#define _LINUX_TRACEHOOK_TYPES_H

#include <linux/types.h>

/**
 * struct tracehook_call - what system call a tracehook event is about
 * @nr:		system call number; -1 if the call was skipped: at exit only if
 *		by a probe, at both if by a tracer; on s390, where the registers
 *		hold 16 bits of it, 65535
 * @arch:	AUDIT_ARCH_* of the convention that gives @nr its meaning
 * @id:		of this call and no other one since boot, at entry and at exit
 *
 * At entry @nr is what the hook found before any probe ran; behind a probe that
 * changes calls, take number and arguments both from the registers.  At exit it
 * is what the probes left: rt_sigreturn(), and execve() on some architectures,
 * overwrite the registers.
 */
struct tracehook_call {
	int		nr;
	u32		arch;
	u64		id;
};

/* What a thread remembers from entry to exit */
struct tracehook_task {
#ifdef CONFIG_TRACEHOOK
	struct tracehook_call	call;		/* that was reported last */
	bool			reported;	/* its exit is to be */
#endif
};

#endif /* _LINUX_TRACEHOOK_TYPES_H */
