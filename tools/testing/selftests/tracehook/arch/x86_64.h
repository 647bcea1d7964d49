/* SPDX-License-Identifier: GPL-2.0 */
/* User mode Linux is x86_64 to its programs, but has no other ABI. */
#ifndef SELFTEST_TRACEHOOK_ARCH_X86_64_H
#define SELFTEST_TRACEHOOK_ARCH_X86_64_H

#define TH_ARCH		AUDIT_ARCH_X86_64
#define TH_ARCH_COMPAT	AUDIT_ARCH_I386
#define TH_COMPAT
#define TH_PATIENCE	1

/* The numbers of i386. */
#define NR32_EXIT	1
#define NR32_CLOSE	6
#define NR32_GETPID	20
#define NR32_GETPPID	64

static const struct th_compat th_compat[] = {
	{ .program = "compat32", .arch = AUDIT_ARCH_I386,
	  .exit = NR32_EXIT, .close = NR32_CLOSE,
	  .getpid = NR32_GETPID, .getppid = NR32_GETPPID },
};

/* Make a 32-bit call, and return with its argument registers in @args. */
static inline long th_int80(long nr, unsigned long *args)
{
	register unsigned long arg5 asm("r12") = args[5];
	long ret;

	asm volatile("xchg %%rbp, %%r12\n\t"
		     "int $0x80\n\t"
		     "xchg %%rbp, %%r12"
		     : "=a" (ret), "+b" (args[0]), "+c" (args[1]),
		       "+d" (args[2]), "+S" (args[3]), "+D" (args[4]),
		       "+r" (arg5)
		     : "0" (nr) : "memory", "cc", "r8", "r9", "r10", "r11");
	args[5] = arg5;
	return ret;
}

#define TH_ROLLED_BACK	nr
#define TH_RESTARTED	nr
#define TH_REG_NR	15
#define TH_REG_ARG	14
#define TH_REG_RET	10
#define TH_KEPT		0x3f
static inline long th_syscall_regs(long nr, unsigned long *args)
{
	register unsigned long r10 asm("r10") = args[3];
	register unsigned long r8 asm("r8") = args[4];
	register unsigned long r9 asm("r9") = args[5];
	long ret;

	asm volatile("syscall"
		     : "=a" (ret), "+D" (args[0]), "+S" (args[1]),
		       "+d" (args[2]), "+r" (r10), "+r" (r8), "+r" (r9)
		     : "0" (nr) : "rcx", "r11", "memory");
	args[3] = r10;
	args[4] = r8;
	args[5] = r9;
	return ret;
}

#endif /* SELFTEST_TRACEHOOK_ARCH_X86_64_H */
