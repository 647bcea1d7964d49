// SPDX-License-Identifier: GPL-2.0
/*
 * Every exit has its entry, also of calls that a signal interrupts.
 *
 *  restart.sequence	a call, interrupted by a handler or by stopping, and what
 *			follows it: the restart codes are visible, the call that
 *			the kernel restarts is a pair of its own (the same number
 *			or restart_syscall), and the exit of rt_sigreturn has the
 *			number of rt_sigreturn and an interrupted register
 */
#include <linux/futex.h>
#include <linux/time_types.h>
#include <poll.h>

#include "tracehook.h"

/* Codes that never reach user space. */
#define ERESTARTSYS		512
#define ERESTARTNOHAND		514
#define ERESTART_RESTARTBLOCK	516

/* The register of the result as it was before the call that is restarted. */
#define RESTORED_CALL		0x10001

struct shared {
	int	futex;
	int	handled;
};

static struct shared *shared;
static int pipefd[2];

FIXTURE(restart) {
	struct th_event ev[128];
	int n;
};

enum interruption { HANDLER, STOP };

FIXTURE_VARIANT(restart) {
	/* The child's call, and what lets it return at last */
	long (*call)(void);
	bool (*finish)(void);
	long nr;
	enum interruption interruption;
	int sa_flags;
	/* Its result when it is interrupted */
	long code;
	/* The register that rt_sigreturn restores; the call after it or -1 */
	long restored;
	long next_nr;
	/* The result that the child gets in the end */
	long ret;
};

/*
 * Calls
 */
static long call_read(void)
{
	char c;
	const unsigned long args[6] = { pipefd[0], (unsigned long)&c, 1 };

	return th_syscall(__NR_read, args);
}

static long call_ppoll(void)
{
	struct pollfd pfd = { .fd = pipefd[0], .events = POLLIN };
	const unsigned long args[6] = { (unsigned long)&pfd, 1 };

	return th_syscall(__NR_ppoll, args);
}

static bool finish_read(void)
{
	return write(pipefd[1], "", 1) == 1;
}

/* In libc, time may have more bits than the calls with the old numbers take. */
static const struct __kernel_old_timespec long_time = { .tv_sec = 1000 };

static long call_nanosleep(void)
{
	const unsigned long args[6] = { (unsigned long)&long_time };

	return th_syscall(__NR_nanosleep, args);
}

static long call_futex(void)
{
	const unsigned long args[6] = {
		(unsigned long)&shared->futex, FUTEX_WAIT, 0,
		(unsigned long)&long_time,
	};

	return th_syscall(__NR_futex, args);
}

static bool finish_futex(void)
{
	return syscall(__NR_futex, &shared->futex, FUTEX_WAKE, 1, NULL, NULL,
		       0) == 1;
}

/*
 * A handler, which comes between the call and its restart
 */
FIXTURE_VARIANT_ADD(restart, read_handler_restarts) {
	.call = call_read, .finish = finish_read, .nr = __NR_read,
	.interruption = HANDLER, .sa_flags = SA_RESTART,
	.code = -ERESTARTSYS, .restored = RESTORED_CALL, .next_nr = __NR_read,
	.ret = 1,
};

FIXTURE_VARIANT_ADD(restart, read_handler) {
	.call = call_read, .nr = __NR_read, .interruption = HANDLER,
	.code = -ERESTARTSYS, .restored = -EINTR, .next_nr = -1,
	.ret = -EINTR,
};

FIXTURE_VARIANT_ADD(restart, ppoll_handler) {
	.call = call_ppoll, .nr = __NR_ppoll, .interruption = HANDLER,
	.sa_flags = SA_RESTART,
	.code = -ERESTARTNOHAND, .restored = -EINTR, .next_nr = -1,
	.ret = -EINTR,
};

FIXTURE_VARIANT_ADD(restart, nanosleep_handler) {
	.call = call_nanosleep, .nr = __NR_nanosleep, .interruption = HANDLER,
	.sa_flags = SA_RESTART,
	.code = -ERESTART_RESTARTBLOCK, .restored = -EINTR, .next_nr = -1,
	.ret = -EINTR,
};

/*
 * Stopped and continued, without a handler
 */
FIXTURE_VARIANT_ADD(restart, read_stop) {
	.call = call_read, .finish = finish_read, .nr = __NR_read,
	.interruption = STOP,
	.code = -ERESTARTSYS, .next_nr = __NR_read,
	.ret = 1,
};

FIXTURE_VARIANT_ADD(restart, ppoll_stop) {
	.call = call_ppoll, .finish = finish_read, .nr = __NR_ppoll,
	.interruption = STOP,
	.code = -ERESTARTNOHAND, .next_nr = __NR_ppoll,
	.ret = 1,
};

FIXTURE_VARIANT_ADD(restart, futex_stop) {
	.call = call_futex, .finish = finish_futex, .nr = __NR_futex,
	.interruption = STOP,
	.code = -ERESTART_RESTARTBLOCK, .next_nr = __NR_restart_syscall,
	.ret = 0,
};

FIXTURE_SETUP(restart)
{
	TH_REQUIRE();
	shared = th_setup(sizeof(*shared), pipefd, 0);
	ASSERT_NE(NULL, shared);
}

FIXTURE_TEARDOWN(restart)
{
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

static void handle_sigusr1(int sig, siginfo_t *info, void *uc)
{
	th_store(shared->handled, 1);
}

static int child_main(long (*call)(void), int sa_flags, long ret)
{
	/* SA_SIGINFO so that it returns by rt_sigreturn() everywhere. */
	const struct sigaction sa = {
		.sa_sigaction = handle_sigusr1, .sa_flags = sa_flags | SA_SIGINFO,
	};

	if (sigaction(SIGUSR1, &sa, NULL))
		return 1;
	return call() != ret;
}

static int wait_handled(void)
{
	return th_poll(th_load(shared->handled));
}

static void expect_event(struct __test_metadata *_metadata,
			 const struct th_event *ev, bool entry, long nr)
{
	const unsigned int arch = TH_ARCH;

	EXPECT_EQ(entry, ev->entry);
	EXPECT_EQ(nr, ev->nr);
	EXPECT_EQ(arch, ev->arch);
}

TEST_F(restart, sequence)
{
	const bool handler = variant->interruption == HANDLER;
	const bool next = variant->next_nr >= 0;
	const unsigned long args[6] = { pipefd[0] };
	long restored = variant->restored;
	struct th_event *ev;
	int status;
	pid_t pid;

	ASSERT_EQ(0, th_trace_on());
	pid = th_fork();
	if (!pid)
		_exit(child_main(variant->call, variant->sa_flags, variant->ret));
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, th_wait_blocked(pid, variant->nr));

	if (handler) {
		ASSERT_EQ(0, kill(pid, SIGUSR1));
		ASSERT_EQ(0, wait_handled());
	} else {
		ASSERT_EQ(0, kill(pid, SIGSTOP));
		ASSERT_EQ(pid, waitpid(pid, &status, WUNTRACED));
		ASSERT_TRUE(WIFSTOPPED(status));
		ASSERT_EQ(0, kill(pid, SIGCONT));
	}
	if (next) {
		ASSERT_EQ(0, th_wait_blocked(pid, variant->next_nr));
		ASSERT_TRUE(variant->finish());
	}
	ASSERT_EQ(0, th_reap(pid));
	ASSERT_EQ(0, th_trace_off());
	ASSERT_EQ(0, th_events_lost());
	self->n = th_events(pid, self->ev, ARRAY_SIZE(self->ev));

	if (restored == RESTORED_CALL)
		restored = th_restarted(variant->nr, args);

	ev = th_find(self->ev, self->n, 0, true, variant->nr);
	ASSERT_NE(NULL, ev);
	ASSERT_EQ(2 + 2 * handler + 2 * next + 1, self->ev + self->n - ev);
	expect_event(_metadata, ev++, true, variant->nr);
	expect_event(_metadata, ev++, false, variant->nr);
	EXPECT_EQ(variant->code, ev[-1].ret);
	if (handler) {
		expect_event(_metadata, ev++, true, __NR_rt_sigreturn);
		expect_event(_metadata, ev++, false, __NR_rt_sigreturn);
		EXPECT_EQ(restored, ev[-1].ret);
	}
	if (next) {
		expect_event(_metadata, ev++, true, variant->next_nr);
		expect_event(_metadata, ev++, false, variant->next_nr);
		EXPECT_EQ(variant->ret, ev[-1].ret);
	}
	expect_event(_metadata, ev++, true, __NR_exit_group);
}

TEST_HARNESS_MAIN
