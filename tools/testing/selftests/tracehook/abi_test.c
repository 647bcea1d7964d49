// SPDX-License-Identifier: GPL-2.0
/*
 * What a number, an architecture and an argument are must not depend on who
 * looks.
 *
 * number.high		what is above 32 bits of a number: the result is the same if
 *			the machine is armed, and if seccomp judges the call
 * wide.record		a 32-bit call from 64-bit code has arguments of 32 bits, in
 * wide.filter		the events and for seccomp
 * program_filter	a filter tells the calls of a 32-bit program from others
 * interrupted.call	a call that a probe has made valid, and a signal interrupts
 * oabi.epoll_wait	on arm, a call of the old ABI that gets its number again
 */
#include <linux/futex.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/time.h>

#include "rewrite.h"

#if __SIZEOF_LONG__ == 8
/* In a child: with a filter, or with none.  Return: its pid, or -1 for no result. */
static pid_t filtered(struct sock_filter *insns, int n,
		      long (*make)(long nr, unsigned long *args), long nr,
		      const unsigned long *args, long *result)
{
	unsigned long copy[6];
	bool done;
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return -1;
	pid = th_fork();
	if (!pid) {
		memcpy(copy, args, sizeof(copy));
		if (n && filter_install(insns, n))
			_exit(1);
		*result = make(nr, copy);
		_exit(write(fds[1], result, sizeof(*result)) < 0);
	}
	close(fds[1]);
	done = !th_reap(pid) &&
	       read(fds[0], result, sizeof(*result)) == sizeof(*result);
	close(fds[0]);
	return done ? pid : -1;
}

static struct sock_filter allow_filter[] = {
	/* An argument, or the kernel remembers what it returns. */
	FILTER_LOAD_ARG(0, 0),
	FILTER_RET(SECCOMP_RET_ALLOW),
};

FIXTURE(number) {
};

FIXTURE_VARIANT(number) {
	unsigned long high;
};

FIXTURE_VARIANT_ADD(number, bit_32) {
	.high = 1UL << 32,
};

FIXTURE_VARIANT_ADD(number, sign) {
	.high = 1UL << 63,
};

FIXTURE_VARIANT_ADD(number, ones) {
	.high = 0xffffffffUL << 32,
};

FIXTURE_SETUP(number)
{
	TH_REQUIRE();
	ASSERT_EQ(TH_STATE(0, 0, 0), th_state());
	ASSERT_EQ(0, th_instance_create());
}

FIXTURE_TEARDOWN(number)
{
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/* The result differs from one architecture to another, but not on one. */
TEST_F(number, high)
{
	static const unsigned long args[6] = TH_POISON_ARGS;
	long nr = variant->high | SYS_getppid;
	struct th_event ev[64];
	long plain, other;
	pid_t pid;

	ASSERT_LT(0, filtered(NULL, 0, th_syscall_regs, nr, args, &plain));
	if (th_has_filters()) {
		ASSERT_LT(0, filtered(allow_filter, ARRAY_SIZE(allow_filter),
				      th_syscall_regs, nr, args, &other));
		EXPECT_EQ(plain, other);
	}
	ASSERT_EQ(0, th_trace_on());
	pid = filtered(NULL, 0, th_syscall_regs, nr, args, &other);
	ASSERT_LT(0, pid);
	EXPECT_EQ(plain, other);
	/* It did come to the hook. */
	ASSERT_EQ(0, th_trace_off());
	EXPECT_LT(0, th_events(pid, ev, ARRAY_SIZE(ev)));
}
#endif

/*
 * 32-bit calls from 64-bit code: registers with something in their upper halves
 */
#define HIGH	0xdeadbeef00000000ULL

#if defined(__x86_64__)
#define WIDE
#define WIDE_ARCH	TH_ARCH_COMPAT
#define WIDE_ARGS	6
#define WIDE_CLOSE	NR32_CLOSE
#define wide_arg(_a)	((unsigned int)(_a))
#define wide_call	th_int80
#define wide_exists()	th_has_int80()
#elif defined(__MIPSEB__) && _MIPS_SIM == _ABI64
/* By their numbers; the fifth argument and the sixth are on the stack. */
#define WIDE
#define WIDE_ARCH	TH_ARCH
#define WIDE_ARGS	4
#define WIDE_CLOSE	4006
#define wide_arg(_a)	((unsigned long)(int)(_a))
#define wide_call	th_syscall_regs
#define wide_exists()	true
#endif

#ifdef WIDE
FIXTURE(wide) {
	unsigned long args[6];
};

FIXTURE_SETUP(wide)
{
	int i;

	TH_REQUIRE();
	ASSERT_EQ(0, th_instance_create());
	self->args[0] = HIGH | 1023;
	for (i = 1; i < 6; i++)
		self->args[i] = HIGH | (i & 1) << 31 | i;
}

FIXTURE_TEARDOWN(wide)
{
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

TEST_F(wide, record)
{
	struct th_event ev[128], *entry;
	pid_t pid;
	int i, n;

	if (!wide_exists())
		SKIP(return, "needs CONFIG_IA32_EMULATION");
	ASSERT_EQ(0, th_trace_on());
	pid = th_fork();
	if (!pid)
		_exit(labs(wide_call(WIDE_CLOSE, self->args)) != EBADF);
	ASSERT_EQ(0, th_reap(pid));
	ASSERT_EQ(0, th_trace_off());

	n = th_events(pid, ev, ARRAY_SIZE(ev));
	ASSERT_GE((int)ARRAY_SIZE(ev), n);
	for (i = 0, entry = NULL; i < n && !entry; i++) {
		if (ev[i].entry && ev[i].nr == WIDE_CLOSE &&
		    ev[i].arch == WIDE_ARCH)
			entry = &ev[i];
	}
	ASSERT_NE(NULL, entry);
	for (i = 0; i < WIDE_ARGS; i++)
		EXPECT_EQ(wide_arg(self->args[i]), entry->args[i]);
}

/* Deny close(1023), by both halves. */
static struct sock_filter close_filter[] = {
	FILTER_LOAD(nr),
	FILTER_UNLESS(WIDE_CLOSE, 5),
	FILTER_LOAD_ARG(0, 0),
	FILTER_UNLESS(1023, 3),
	FILTER_LOAD_ARG(0, 1),
	FILTER_UNLESS(0, 1),
	FILTER_RET(SECCOMP_RET_ERRNO | 66),
	FILTER_RET(SECCOMP_RET_ALLOW),
};

TEST_F(wide, filter)
{
	long ret;

	if (!wide_exists())
		SKIP(return, "needs CONFIG_IA32_EMULATION");
	if (!th_has_filters())
		SKIP(return, "needs filters by seccomp");
	ASSERT_LT(0, filtered(close_filter, ARRAY_SIZE(close_filter), wide_call,
			      WIDE_CLOSE, self->args, &ret));
	/* The sign of an error may be elsewhere. */
	EXPECT_EQ(66, labs(ret));
}
#endif

#ifdef TH_COMPAT
/* Return: 0 if a filter for @arch allows its close(), 1 if it does not. */
static int filtered_program(const struct th_compat *c, unsigned int arch)
{
	struct sock_filter insns[] = {
		FILTER_LOAD(arch),
		FILTER_UNLESS(arch, 3),
		FILTER_LOAD(nr),
		FILTER_UNLESS(c->close, 1),
		FILTER_RET(SECCOMP_RET_ERRNO | 66),
		FILTER_RET(SECCOMP_RET_ALLOW),
	};
	pid_t pid = th_fork();

	if (!pid) {
		if (filter_install(insns, ARRAY_SIZE(insns)))
			_exit(2);
		execl(c->program, c->program, NULL);
		_exit(3);
	}
	return th_reap(pid);
}

TEST(program_filter)
{
	const struct th_compat *c;
	const char *why = NULL;
	size_t i;

	TH_REQUIRE();
	if (!th_has_filters())
		SKIP(return, "needs filters by seccomp");
	for (i = 0; i < ARRAY_SIZE(th_compat); i++) {
		c = &th_compat[i];
		why = th_compat_lacks(c);
		if (why)
			break;
		EXPECT_EQ(1, filtered_program(c, c->arch))
			TH_LOG("%s", c->program);
		EXPECT_EQ(0, filtered_program(c, TH_ARCH))
			TH_LOG("%s", c->program);
	}
	/* What has failed before stays failed. */
	if (why && __test_passed(_metadata))
		SKIP(return, "%s: %s", c->program, why);
}
#endif

/*
 * A number that no call has becomes that of a call which sleeps
 */
static void on_alarm(int sig)
{
}

FIXTURE(interrupted) {
};

FIXTURE_SETUP(interrupted)
{
	TH_REQUIRE_PROBE();
	ASSERT_EQ(0, th_write(TH_ATTACH, "1"));
}

FIXTURE_TEARDOWN(interrupted)
{
	rewrite_restore(_metadata);
}

TEST_F(interrupted, call)
{
	const struct itimerval often = {
		.it_value.tv_usec = 200000, .it_interval.tv_usec = 200000,
	};
	struct sigaction sa = { .sa_handler = on_alarm };
	unsigned int word = 0;
	unsigned long args[6] = { (unsigned long)&word, FUTEX_WAIT };
	pid_t pid;

	pid = th_fork();
	ASSERT_LE(0, pid);
	if (pid) {
		EXPECT_EQ(0, th_reap(pid));
		return;
	}

	/* What fails here fails the test, as _metadata is shared. */
	EXPECT_EQ(0, rewrite_rule(getpid(), TH_NR_UNKNOWN, "set_nr=%ld",
				  (long)SYS_futex));
	EXPECT_EQ(0, sigaction(SIGALRM, &sa, NULL));
	EXPECT_EQ(0, setitimer(ITIMER_REAL, &often, NULL));
	EXPECT_EQ(-EINTR, th_syscall(TH_NR_UNKNOWN, args));
	_exit(0);
}

/*
 * The old ABI of arm: its number is in the instruction, and a struct epoll_event
 * has no gap.  What the kernel writes shows which ABI it takes the call for.
 */
#if defined(__arm__)
#define OABI_DATA	0x1122334455667788ULL

/* The number of this one is getpid()'s, or what is in r7. */
static __attribute__((target("arm"))) long old_getpid(void)
{
	register long r7 asm("r7") = SYS_getppid;
	register long r0 asm("r0");

	asm volatile("svc #0x900014" : "=r" (r0) : "r" (r7) : "memory");
	return r0;
}

static __attribute__((target("arm"))) long
old_epoll_wait(int fd, void *events, int max, int timeout)
{
	register long r0 asm("r0") = fd;
	register void *r1 asm("r1") = events;
	register long r2 asm("r2") = max;
	register long r3 asm("r3") = timeout;

	asm volatile("svc #0x9000fc"
		     : "+r" (r0) : "r" (r1), "r" (r2), "r" (r3) : "memory");
	return r0;
}

static int oabi_tracee(void)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = OABI_DATA };
	int fd = epoll_create1(0), ready = eventfd(1, 0);
	unsigned long long data;
	unsigned int buf[16] = {};

	if (fd < 0 || ready < 0 || epoll_ctl(fd, EPOLL_CTL_ADD, ready, &ev))
		return 3;
	if (trace(PTRACE_TRACEME, 0, 0, 0) || raise(SIGSTOP))
		return 4;
	if (old_epoll_wait(fd, buf, 1, 0) != 1)
		return 2;
	memcpy(&data, buf + 1, sizeof(data));
	return data != OABI_DATA;
}

FIXTURE(oabi) {
};

FIXTURE_VARIANT(oabi) {
	int nrs[2];		/* that the tracer sets */
	bool probe;		/* sets the right one, after -1 */
};

FIXTURE_VARIANT_ADD(oabi, untouched) {
};

FIXTURE_VARIANT_ADD(oabi, same_number) {
	.nrs = { SYS_epoll_wait },
};

FIXTURE_VARIANT_ADD(oabi, minus_one_and_back) {
	.nrs = { -1, SYS_epoll_wait },
};

FIXTURE_VARIANT_ADD(oabi, minus_one_then_probe) {
	.nrs = { -1 }, .probe = true,
};

FIXTURE_SETUP(oabi)
{
	TH_REQUIRE_PROBE();
	if (old_getpid() != getpid())
		SKIP(return, "needs CONFIG_OABI_COMPAT");
}

FIXTURE_TEARDOWN(oabi)
{
	rewrite_restore(_metadata);
}

TEST_F(oabi, epoll_wait)
{
	struct stop st;
	bool set = false;
	pid_t pid;
	size_t i;

	pid = th_fork();
	ASSERT_LE(0, pid);
	if (!pid)
		_exit(oabi_tracee());
	ASSERT_EQ(SIGSTOP, trace_wait(pid));
	ASSERT_EQ(0, trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
	if (variant->probe) {
		ASSERT_EQ(0, th_write(TH_ATTACH, "1"));
		ASSERT_EQ(0, rewrite_rule(pid, -1, "set_nr=%d", SYS_epoll_wait));
	}

	for (;;) {
		ASSERT_EQ(0, trace_resume(PTRACE_SYSCALL, pid, 0));
		st = trace_stop(pid);
		if (st.what < 0)
			break;
		ASSERT_EQ(SYSCALL_SIG, st.what);
		if (st.op != PTRACE_SYSCALL_INFO_ENTRY ||
		    st.nr != SYS_epoll_wait)
			continue;
		for (i = 0; i < ARRAY_SIZE(variant->nrs) && variant->nrs[i]; i++)
			ASSERT_EQ(0, th_set_nr(pid, variant->nrs[i]));
		set = true;
	}
	EXPECT_TRUE(set);
	/* 1: the data was not where the old ABI has it. */
	EXPECT_EQ(-1, st.what);
}
#endif

TEST_HARNESS_MAIN
