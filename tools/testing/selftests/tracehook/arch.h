/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests have to know of each architecture: its facts, in a file of its
 * own below arch/, as macros with this meaning.  What a file does not define has
 * its default here, or is not so.
 *
 * TH_ARCH		the AUDIT_ARCH_* of this program
 * TH_COMPAT		th_compat has programs of other ABIs that the kernel may run
 * TH_ARCH_COMPAT	the AUDIT_ARCH_* of a call by th_int80()
 * TH_NR_NONE		how the number -1 reads
 * TH_PATIENCE		how long to wait, in units of what is enough where nothing is
 *			emulated
 * TH_STACK_GROWS_UP	it does
 * TH_FORK_RET1		in the child, fork() has a second result that is not 0, and
 *			its first is the parent's id
 * TH_ERRNO_IS_A_CALL	to set errno takes a system call
 *
 * Results, as they depend on nr and args of the call:
 * TH_NR_NONE_RET	of TH_NR_NONE; else -ENOSYS
 * TH_ROLLED_BACK	of a call that seccomp traps or kills for; 0 if there are no
 *			filters by seccomp
 * TH_RESTARTED		of an rt_sigreturn() into a call that is to be restarted
 *			after ERESTARTSYS
 *
 * For a tracer, indices into the words of NT_PRSTATUS:
 * TH_REG_NR		number of a call; where it is not there, the request that
 *			sets it, TH_SET_SYSCALL, or the regset, TH_NT_NR
 * TH_REG_ARG		the argument TH_ARG, as syscall_get_arguments() sees it
 * TH_REG_RET		result
 * TH_REG_ERR		and, if defined, where TH_ERR_BITS say that it is an error
 * TH_SKIP_RET		the result that a tracer can give a call it skips
 * TH_SYSEMU		PTRACE_SYSEMU, where the headers do not have it
 * TH_STEPS_TO_CALLS	where nothing else ends a step, the next call does, and the
 *			first looks like one
 *
 * TH_KEPT		which of its argument registers a call leaves alone
 * th_syscall_regs()	make a call, and return with these registers in @args;
 *			made by TH_INSN_FN() where it is one instruction, of
 * TH_INSN		the instruction
 * TH_INSN_NR		the register of the number
 * TH_INSN_ARGS		those of the arguments
 * TH_INSN_RET		the index of the argument whose register has the result; -1:
 *			that of the number has it
 * TH_INSN_CLOBBER	what else changes
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

#if defined(__x86_64__)
#include "arch/x86_64.h"
#elif defined(__i386__)
#include "arch/i386.h"
#elif defined(__aarch64__)
#include "arch/arm64.h"
#elif defined(__arm__)
#include "arch/arm.h"
#elif defined(__riscv)
#include "arch/riscv.h"
#elif defined(__powerpc__)
#include "arch/powerpc.h"
#elif defined(__s390x__)
#include "arch/s390.h"
#elif defined(__MIPSEB__)
#include "arch/mips.h"
#elif defined(__sparc__)
#include "arch/sparc.h"
#elif defined(__sh__)
#include "arch/sh.h"
#elif defined(__hppa__)
#include "arch/parisc.h"
#elif defined(__alpha__)
#include "arch/alpha.h"
#elif defined(__m68k__)
#include "arch/m68k.h"
#elif defined(__or1k__)
#include "arch/openrisc.h"
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
#ifndef TH_INSN_RET
#define TH_INSN_RET	-1
#endif
#ifndef TH_ROLLED_BACK
#define TH_ROLLED_BACK	0
#endif
#ifndef TH_STEPS_TO_CALLS
#define TH_STEPS_TO_CALLS	false
#endif
#ifndef TH_PATIENCE
#define TH_PATIENCE	10
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

/* fork() without what libc adds. */
static inline pid_t th_raw_fork(void)
{
#if defined(TH_FORK_RET1)
	unsigned long args[6] = {};
	long pid = th_syscall_regs(__NR_fork, args);

	return TH_FORK_RET1 ? 0 : pid;
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
