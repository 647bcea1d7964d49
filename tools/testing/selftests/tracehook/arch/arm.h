/* SPDX-License-Identifier: GPL-2.0 */
/* The number is in no register: PTRACE_SET_SYSCALL. */
#ifndef SELFTEST_TRACEHOOK_ARCH_ARM_H
#define SELFTEST_TRACEHOOK_ARCH_ARM_H

#define TH_ARCH		AUDIT_ARCH_ARM
#define TH_ROLLED_BACK	args[0]
#define TH_RESTARTED	args[0]
#define TH_NR_NONE_RET	args[0]
#define TH_SET_SYSCALL	23
#define TH_REG_ARG	17
#define TH_REG_RET	0
#define TH_KEPT		0x3e
/* For Thumb, r7 is the frame pointer. */
static inline long th_syscall_regs(long nr, unsigned long *args)
{
	register unsigned long r0 asm("r0") = args[0];
	register unsigned long r1 asm("r1") = args[1];
	register unsigned long r2 asm("r2") = args[2];
	register unsigned long r3 asm("r3") = args[3];
	register unsigned long r4 asm("r4") = args[4];
	register unsigned long r5 asm("r5") = args[5];
	register long r6 asm("r6") = nr;

	asm volatile("mov r8, r7\n\t"
		     "mov r7, r6\n\t"
		     "svc #0\n\t"
		     "mov r7, r8"
		     : "+r" (r0), "+r" (r1), "+r" (r2), "+r" (r3), "+r" (r4),
		       "+r" (r5)
		     : "r" (r6) : "r8", "memory", "cc");
	args[1] = r1;
	args[2] = r2;
	args[3] = r3;
	args[4] = r4;
	args[5] = r5;
	return r0;
}

#endif /* SELFTEST_TRACEHOOK_ARCH_ARM_H */
