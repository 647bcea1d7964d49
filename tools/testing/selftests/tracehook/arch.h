/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests have to know of each architecture: its facts, one block each.
 *
 * TH_ARCH		the AUDIT_ARCH_* of this program
 * TH_COMPAT		th_compat has programs of other ABIs that the kernel may run
 * TH_NR_NONE		how the number -1 reads; it is that if not defined
 *
 * Results, as they depend on nr and args of the call:
 * TH_NR_NONE_RET	of TH_NR_NONE; else -ENOSYS
 * TH_ROLLED_BACK	of a call that seccomp traps or kills for
 * TH_RESTARTED		of an rt_sigreturn() into a call that is to be restarted
 *			after ERESTARTSYS
 *
 * For a tracer, indices into the words of NT_PRSTATUS:
 * TH_REG_NR		number of a call; or th_set_nr(), where it is elsewhere
 * TH_REG_ARG		an argument, the first if TH_ARG is not defined, as
 *			syscall_get_arguments() sees it
 * TH_REG_RET		result
 * TH_REG_ERR		and, if defined, where TH_ERR_BITS say that it is an error
 * TH_SKIP_RET		the result that a tracer can give a call it skips: 4711
 *
 * TH_KEPT		which of its argument registers a call leaves alone
 * th_syscall_regs()	make a call, and return with these registers in @args;
 *			made by TH_INSN_FN() where it is one instruction
 */
#ifndef SELFTEST_TRACEHOOK_ARCH_H
#define SELFTEST_TRACEHOOK_ARCH_H

#include <errno.h>
#include <linux/audit.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

/* A program of another ABI, and the numbers of what it calls there. */
struct th_compat {
	const char	*program;
	unsigned int	arch;
	int		exit, close, getpid, getppid;
	bool		sign_extended;	/* 32-bit arguments, to 64 bits */
	bool		wide;		/* a probe can set 64 bits of them */
};

/* User mode Linux is x86_64 to its programs, but has no other ABI. */
#if defined(__x86_64__)
#define TH_ARCH		AUDIT_ARCH_X86_64
#define TH_ARCH_COMPAT	AUDIT_ARCH_I386
#define TH_COMPAT

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

#elif defined(__i386__)
#define TH_ARCH		AUDIT_ARCH_I386
#define TH_ROLLED_BACK	nr
#define TH_RESTARTED	nr
#define TH_REG_NR	11
#define TH_REG_ARG	0
#define TH_REG_RET	6
#define TH_KEPT		0x3f
static inline long th_syscall_regs(long nr, unsigned long *args)
{
	asm volatile("pushl %%ebp\n\t"
		     "pushl %%esi\n\t"
		     "movl (%%esi), %%ebx\n\t"
		     "movl 4(%%esi), %%ecx\n\t"
		     "movl 8(%%esi), %%edx\n\t"
		     "movl 16(%%esi), %%edi\n\t"
		     "movl 20(%%esi), %%ebp\n\t"
		     "movl 12(%%esi), %%esi\n\t"
		     "int $0x80\n\t"
		     "xchgl %%esi, (%%esp)\n\t"
		     "movl %%ebx, (%%esi)\n\t"
		     "movl %%ecx, 4(%%esi)\n\t"
		     "movl %%edx, 8(%%esi)\n\t"
		     "movl %%edi, 16(%%esi)\n\t"
		     "movl %%ebp, 20(%%esi)\n\t"
		     "popl 12(%%esi)\n\t"
		     "popl %%ebp"
		     : "+a" (nr) : "S" (args)
		     : "ebx", "ecx", "edx", "edi", "cc", "memory");
	return nr;
}

/* A tracer does not get at the copy of x0 that is the argument for others. */
#elif defined(__aarch64__)
#define TH_ARCH		AUDIT_ARCH_AARCH64
#define TH_COMPAT
static const struct th_compat th_compat[] = {
	{ .program = "compat32", .arch = AUDIT_ARCH_ARM,
	  .exit = 1, .close = 6, .getpid = 20, .getppid = 64 },
};

#define TH_ROLLED_BACK	args[0]
#define TH_RESTARTED	args[0]
#define TH_NT_NR	0x404	/* NT_ARM_SYSTEM_CALL */
#define TH_ARG		1
#define TH_REG_ARG	1
#define TH_REG_RET	0
#define TH_KEPT		0x3e
#define TH_INSN		"svc #0"
#define TH_INSN_NR	"x8"
#define TH_INSN_ARGS	"x0", "x1", "x2", "x3", "x4", "x5"
#define TH_INSN_RET	0
#define TH_INSN_CLOBBER	"cc"

/* The number is in no register: PTRACE_SET_SYSCALL. */
#elif defined(__arm__)
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

/* As on arm64, and the kernel has SYSEMU, but not in its user's headers. */
#elif defined(__riscv)
#if __riscv_xlen == 64
#define TH_ARCH		AUDIT_ARCH_RISCV64
#define TH_COMPAT
static const struct th_compat th_compat[] = {
	{ .program = "compat32", .arch = AUDIT_ARCH_RISCV32,
	  .exit = 93, .close = 57, .getpid = 172, .getppid = 173,
	  .sign_extended = true },
};

#else
#define TH_ARCH		AUDIT_ARCH_RISCV32
#endif
#define TH_ROLLED_BACK	args[0]
#define TH_RESTARTED	args[0]
#define TH_SYSEMU	31
#define TH_REG_NR	17
#define TH_ARG		1
#define TH_REG_ARG	11
#define TH_REG_RET	10
#define TH_KEPT		0x3e
#define TH_INSN		"ecall"
#define TH_INSN_NR	"a7"
#define TH_INSN_ARGS	"a0", "a1", "a2", "a3", "a4", "a5"
#define TH_INSN_RET	0
#define TH_INSN_CLOBBER	"memory"

/* sc has the sign of an error in CR0, where it stays for the restart; scv not. */
#elif defined(__powerpc__)
#include <sys/auxv.h>
#if defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define TH_ARCH		AUDIT_ARCH_PPC64LE
#elif defined(__powerpc64__)
#define TH_ARCH		AUDIT_ARCH_PPC64
#define TH_COMPAT
static const struct th_compat th_compat[] = {
	{ .program = "compat32", .arch = AUDIT_ARCH_PPC,
	  .exit = 1, .close = 6, .getpid = 20, .getppid = 64 },
};

#else
#define TH_ARCH		AUDIT_ARCH_PPC
#endif
#define TH_ROLLED_BACK	args[0]
#define TH_RESTARTED	(getauxval(AT_HWCAP2) & 0x00100000 ? \
			 args[0] : -args[0])
#define TH_REG_NR	0
#define TH_REG_ARG	34
#define TH_REG_RET	3
#define TH_REG_ERR	38
#define TH_ERR_BITS	0x10000000UL
#define TH_KEPT		0x3e
#define TH_INSN		"sc"
#define TH_INSN_NR	"r0"
#define TH_INSN_ARGS	"r3", "r4", "r5", "r6", "r7", "r8"
#define TH_INSN_RET	0
#define TH_INSN_CLOBBER	"cr0", "ctr", "r9", "r10", "r11", "r12"

/* The number has 16 bits; for a tracer it is where the result is. */
#elif defined(__s390x__)
#define TH_ARCH		AUDIT_ARCH_S390X
#define TH_COMPAT
static const struct th_compat th_compat[] = {
	{ .program = "compat32", .arch = AUDIT_ARCH_S390,
	  .exit = 1, .close = 6, .getpid = 20, .getppid = 64 },
};

#define TH_NR_NONE	65535
#define TH_ROLLED_BACK	args[0]
#define TH_RESTARTED	args[0]
#define TH_REG_NR	4
#define TH_REG_ARG	26
#define TH_REG_RET	4
#define TH_SKIP_RET	(-ENOSYS)
#define TH_KEPT		0x3e
#define TH_INSN		"svc 0"
#define TH_INSN_NR	"1"
#define TH_INSN_ARGS	"2", "3", "4", "5", "6", "7"
#define TH_INSN_RET	0
#define TH_INSN_CLOBBER	"cc"

/*
 * Number and result have one register, and the fourth argument and the sign of
 * an error another one, of which there is no copy.  A tracer that skips a call
 * sets a negative number, which is the result as well.
 */
#elif defined(__MIPSEB__)
#if _MIPS_SIM == _ABIO32
#define TH_ARCH		AUDIT_ARCH_MIPS
#define TH_MIPS_REG(n)	(6 + (n))
#elif _MIPS_SIM == _ABI64
#define TH_ARCH		AUDIT_ARCH_MIPS64
#define TH_COMPAT
static const struct th_compat th_compat[] = {
	{ .program = "compat32", .arch = AUDIT_ARCH_MIPS,
	  .exit = 4001, .close = 4006, .getpid = 4020, .getppid = 4064,
	  .sign_extended = true },
	{ .program = "compatn32", .arch = AUDIT_ARCH_MIPS64N32,
	  .exit = 6058, .close = 6003, .getpid = 6038, .getppid = 6108,
	  .sign_extended = true, .wide = true },
};

#define TH_MIPS_REG(n)	(n)
#endif
#define TH_ROLLED_BACK	(-nr)
#define TH_RESTARTED	nr
#define TH_REG_NR	TH_MIPS_REG(2)
#define TH_REG_ARG	TH_MIPS_REG(4)
#define TH_REG_RET	TH_MIPS_REG(2)
#define TH_REG_ERR	TH_MIPS_REG(7)
#define TH_ERR_BITS	(-1UL)
#define TH_SKIP_RET	(-4711)
#if _MIPS_SIM == _ABIO32
/* The last two are on the stack, and are read there, but not written. */
#define TH_KEPT		0x07
static inline long th_syscall_regs(long nr, unsigned long *args)
{
	register long v0 asm("$2") = nr;
	register unsigned long a0 asm("$4") = args[0];
	register unsigned long a1 asm("$5") = args[1];
	register unsigned long a2 asm("$6") = args[2];
	register unsigned long a3 asm("$7") = args[3];

	asm volatile(".set push\n\t"
		     ".set noreorder\n\t"
		     "subu $29, 32\n\t"
		     "sw %[arg4], 16($29)\n\t"
		     "sw %[arg5], 20($29)\n\t"
		     "syscall\n\t"
		     "addiu $29, 32\n\t"
		     ".set pop"
		     : "+r" (v0), "+r" (a0), "+r" (a1), "+r" (a2), "+r" (a3)
		     : [arg4] "r" (args[4]), [arg5] "r" (args[5])
		     : "$1", "$3", "$10", "$11", "$12", "$13", "$14", "$15",
		       "$24", "$25", "hi", "lo", "memory");
	args[0] = a0;
	args[1] = a1;
	args[2] = a2;
	return a3 ? -v0 : v0;
}
#else
#define TH_KEPT		0x37
#define TH_INSN		"syscall"
#define TH_INSN_NR	"$2"
#define TH_INSN_ARGS	"$4", "$5", "$6", "$7", "$8", "$9"
#define TH_INSN_CLOBBER	"$1", "$3", "$10", "$11", "$12", "$13", "$14", "$15", \
			"$24", "$25", "hi", "lo"
#endif

/* The sign of an error, the carry, is still there in a call to be restarted. */
#elif defined(__sparc__)
#if defined(__arch64__)
#define TH_ARCH		AUDIT_ARCH_SPARC64
#define TH_COMPAT
static const struct th_compat th_compat[] = {
	{ .program = "compat32", .arch = AUDIT_ARCH_SPARC,
	  .exit = 1, .close = 6, .getpid = 20, .getppid = 197 },
};

#define TH_INSN		"ta 0x6d"
#else
#define TH_ARCH		AUDIT_ARCH_SPARC
#define TH_INSN		"ta 0x10"
#endif
#define TH_RESTARTED	(-args[0])
#define TH_REG_NR	1
#define TH_REG_ARG	8
#define TH_REG_RET	8
#define TH_KEPT		0x3e
#define TH_INSN_NR	"g1"
#define TH_INSN_ARGS	"o0", "o1", "o2", "o3", "o4", "o5"
#define TH_INSN_RET	0
#define TH_INSN_CLOBBER	"cc"

/* The fifth argument is where the result goes, and a restart restores it. */
#elif defined(__sh__)
#define TH_STEPS_TO_CALLS	true
#ifdef __LITTLE_ENDIAN__
#define TH_ARCH		AUDIT_ARCH_SHEL
#else
#define TH_ARCH		AUDIT_ARCH_SH
#endif
#define TH_ROLLED_BACK	args[4]
#define TH_RESTARTED	args[4]
#define TH_REG_NR	3
#define TH_REG_ARG	4
#define TH_REG_RET	0
#define TH_KEPT		0x2f
#define TH_INSN		"trapa #0x16"
#define TH_INSN_NR	"r3"
#define TH_INSN_ARGS	"r4", "r5", "r6", "r7", "r0", "r1"
#define TH_INSN_RET	4
#define TH_INSN_CLOBBER	"t"

/* The result is not rolled back; libc has the number there before a restart. */
#elif defined(__hppa__)
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

/* As on mips; and getpid() has a second result, in the fifth argument's. */
#elif defined(__alpha__)
#define TH_ARCH		AUDIT_ARCH_ALPHA
#define TH_RESTARTED	nr
#define TH_REG_NR	0
#define TH_REG_ARG	16
#define TH_REG_RET	0
#define TH_REG_ERR	19
#define TH_ERR_BITS	(-1UL)
#define TH_KEPT		0x27
#define TH_INSN		"call_pal 131"
#define TH_INSN_NR	"$0"
#define TH_INSN_ARGS	"$16", "$17", "$18", "$19", "$20", "$21"
#define TH_INSN_CLOBBER	"$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", \
			"$22", "$23", "$24", "$25", "$27", "$28"

/* To set errno takes another call, of get_thread_area(). */
#elif defined(__m68k__)
#define TH_ARCH		AUDIT_ARCH_M68K
#define TH_ROLLED_BACK	nr
#define TH_RESTARTED	nr
#define TH_ERRNO_IS_A_CALL
#define TH_REG_NR	16
#define TH_REG_ARG	0
#define TH_REG_RET	14
#define TH_KEPT		0x3f
#define TH_INSN		"trap #0"
#define TH_INSN_NR	"d0"
#define TH_INSN_ARGS	"d1", "d2", "d3", "d4", "d5", "a0"
#define TH_INSN_CLOBBER	"cc"

/* Number and result have one register, and a restart restores the number. */
#elif defined(__or1k__)
#define TH_ARCH		AUDIT_ARCH_OPENRISC
#define TH_RESTARTED	nr
#define TH_REG_NR	11
#define TH_REG_ARG	3
#define TH_REG_RET	11
#define TH_KEPT		0x3f
#define TH_INSN		"l.sys 1"
#define TH_INSN_NR	"r11"
#define TH_INSN_ARGS	"r3", "r4", "r5", "r6", "r7", "r8"
#define TH_INSN_CLOBBER	"r12", "r13", "r15", "r17", "r19", "r21", "r23", "r25", \
			"r27", "r29", "r31", "cc"

#else
#error "add this architecture"
#endif

#ifndef TH_NR_NONE
#define TH_NR_NONE	-1
#endif
#ifndef TH_NR_NONE_RET
#define TH_NR_NONE_RET	(-ENOSYS)
#endif
#ifndef TH_ARG
#define TH_ARG		0
#endif
#ifndef TH_SKIP_RET
#define TH_SKIP_RET	4711
#endif
/* -1: the result is where the number was, else where this argument was. */
#ifndef TH_INSN_RET
#define TH_INSN_RET	-1
#endif
/* No filters by seccomp, no call that is rolled back. */
#ifndef TH_ROLLED_BACK
#define TH_ROLLED_BACK	0
#endif

static inline long th_nr_none_ret(long nr, const unsigned long *args)
{
	return TH_NR_NONE_RET;
}

static inline long th_rolled_back(long nr, const unsigned long *args)
{
	return TH_ROLLED_BACK;
}

static inline long th_restarted(long nr, const unsigned long *args)
{
	return TH_RESTARTED;
}

/* How long to wait, in units of what is enough where nothing is emulated. */
#if defined(__x86_64__) || defined(__i386__)
#define TH_PATIENCE	1
#else
#define TH_PATIENCE	10
#endif

/* Where clone() takes a stack from, aligned as any architecture wants it. */
static inline void *th_stack(void *base, size_t size)
{
#ifdef TH_STACK_GROWS_UP
	return (void *)(((unsigned long)base + 63) & -64UL);
#else
	return (void *)(((unsigned long)base + size) & -64UL);
#endif
}

#ifdef TH_COMPAT
/* A 32-bit argument as the events have it. */
static inline unsigned long th_compat_arg(const struct th_compat *c,
					  unsigned int arg)
{
	return c->sign_extended ? (unsigned long)(int)arg : arg;
}
#endif

#ifdef TH_INSN
#define TH_INSN_FN(...) TH_INSN_FN_(__VA_ARGS__)
#define TH_INSN_FN_(_0, _1, _2, _3, _4, _5)				\
static inline long th_syscall_regs(long nr, unsigned long *args)	\
{									\
	register long n asm(TH_INSN_NR) = nr;				\
	register unsigned long a0 asm(_0) = args[0];			\
	register unsigned long a1 asm(_1) = args[1];			\
	register unsigned long a2 asm(_2) = args[2];			\
	register unsigned long a3 asm(_3) = args[3];			\
	register unsigned long a4 asm(_4) = args[4];			\
	register unsigned long a5 asm(_5) = args[5];			\
									\
	asm volatile(TH_INSN						\
		     : "+r" (n), "+r" (a0), "+r" (a1), "+r" (a2),	\
		       "+r" (a3), "+r" (a4), "+r" (a5)			\
		     : : TH_INSN_CLOBBER, "memory");			\
	args[0] = a0;							\
	args[1] = a1;							\
	args[2] = a2;							\
	args[3] = a3;							\
	args[4] = a4;							\
	args[5] = a5;							\
	return TH_INSN_RET < 0 ? n : (long)args[TH_INSN_RET];		\
}
TH_INSN_FN(TH_INSN_ARGS)
#endif

/* A system call by its number.  Return: what the kernel returned. */
static inline long th_syscall(long nr, const unsigned long *args)
{
#ifdef TH_ERRNO_IS_A_CALL
	unsigned long regs[6];

	memcpy(regs, args, sizeof(regs));
	return th_syscall_regs(nr, regs);
#else
	long ret = syscall(nr, args[0], args[1], args[2], args[3], args[4],
			   args[5]);

	return ret == -1 ? -errno : ret;
#endif
}

/* Where nothing else ends a step, the next call does, and the first looks like one. */
#ifndef TH_STEPS_TO_CALLS
#define TH_STEPS_TO_CALLS	false
#endif

/* fork() without what libc adds. */
static inline pid_t th_raw_fork(void)
{
#if defined(__sparc__)
	unsigned long args[6] = {};
	long pid = th_syscall_regs(__NR_fork, args);

	/* The child gets the parent's id, and 1 as a second result. */
	return args[1] ? 0 : pid;
#elif defined(SYS_fork)
	return syscall(SYS_fork);
#else
	return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
#endif
}

/*
 * What a tracer changes of a stopped call.  Return: 0 or -errno.  Neither
 * <sys/ptrace.h> nor <linux/ptrace.h>: the tests include one or the other.
 */
static inline int th_regset(bool set, pid_t pid, int type, void *buf, size_t len)
{
	struct iovec iov = { .iov_base = buf, .iov_len = len };

	return syscall(SYS_ptrace, set ? 0x4205 : 0x4204, pid, type, &iov) < 0 ?
	       -errno : 0;
}

/* Change the word @reg of NT_PRSTATUS, and nothing after it. */
static inline int th_poke(pid_t pid, int reg, unsigned long keep,
			  unsigned long val)
{
	unsigned long words[64];
	size_t len = (reg + 1) * sizeof(words[0]);
	int err = th_regset(false, pid, 1, words, len);

	words[reg] = (words[reg] & keep) | val;
	return err ?: th_regset(true, pid, 1, words, len);
}

static inline int th_set_nr(pid_t pid, int nr)
{
#if defined(TH_SET_SYSCALL)
	return syscall(SYS_ptrace, TH_SET_SYSCALL, pid, 0, nr) < 0 ? -errno : 0;
#elif defined(TH_NT_NR)
	return th_regset(true, pid, TH_NT_NR, &nr, sizeof(nr));
#else
	return th_poke(pid, TH_REG_NR, 0, (long)nr);
#endif
}

static inline int th_set_arg(pid_t pid, unsigned long val)
{
	return th_poke(pid, TH_REG_ARG, 0, val);
}

/* A result that is no error. */
static inline int th_set_ret(pid_t pid, long ret)
{
	int err = 0;

#ifdef TH_REG_ERR
	err = th_poke(pid, TH_REG_ERR, ~TH_ERR_BITS, 0);
#endif
	return err ?: th_poke(pid, TH_REG_RET, 0, ret);
}

#endif /* SELFTEST_TRACEHOOK_ARCH_H */
