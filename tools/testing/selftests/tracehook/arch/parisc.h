/* SPDX-License-Identifier: GPL-2.0 */
/* The result is not rolled back; libc has the number there before a restart. */
#ifndef SELFTEST_TRACEHOOK_ARCH_PARISC_H
#define SELFTEST_TRACEHOOK_ARCH_PARISC_H

#define TH_STEPS_TO_CALLS	true
#define TH_ARCH		AUDIT_ARCH_PARISC
#define TH_ROLLED_BACK	(-ENOSYS)
#define TH_RESTARTED	nr
#define TH_REG_NR	20
#define TH_REG_ARG	26
#define TH_REG_RET	28
#define TH_STACK_GROWS_UP
#define TH_KEPT		0x3f
static inline long th_syscall_regs(long nr, unsigned long *args)
{
	register unsigned long r26 asm("r26") = args[0];
	register unsigned long r25 asm("r25") = args[1];
	register unsigned long r24 asm("r24") = args[2];
	register unsigned long r23 asm("r23") = args[3];
	register unsigned long r22 asm("r22") = args[4];
	register unsigned long r21 asm("r21") = args[5];
	register long r20 asm("r20") = nr;
	register long r28 asm("r28");

	asm volatile("ble 0x100(%%sr2, %%r0)\n\t"
		     "nop"
		     : "=r" (r28), "+r" (r26), "+r" (r25), "+r" (r24),
		       "+r" (r23), "+r" (r22), "+r" (r21), "+r" (r20)
		     : : "r1", "r2", "r4", "r29", "r31", "memory");
	args[0] = r26;
	args[1] = r25;
	args[2] = r24;
	args[3] = r23;
	args[4] = r22;
	args[5] = r21;
	return r28;
}

#endif /* SELFTEST_TRACEHOOK_ARCH_PARISC_H */
