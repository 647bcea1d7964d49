// SPDX-License-Identifier: GPL-2.0
/*
 * Every exit has its entry, also of the calls that do not return as they came.
 *
 *  clone.pair		the parent has the pair of fork, vfork or clone, and the
 *			child no exit of a call that it never entered
 *  calls.execve	the exit has the number of the entry
 *  calls.execve_to_compat
 *			and its ABI, where the new program has another
 *  calls.execve_from_thread
 *			one pair under two thread ids
 *  calls.exits		exit and exit_group have no exit
 *  calls.killed	a call that SIGKILL interrupts
 *  calls.mark_lost	a call in which a tracer takes the mark away, and the next
 *
 * Interrupted and restarted calls are in pairing_restart_test.c.
 */
#include <linux/futex.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ptrace.h>

#include "tracehook.h"

/* A code that never reaches user space. */
#define ERESTARTSYS	512

/* Exit code of this program after it was executed by itself. */
#define CODE_EXECED	17

/* The stack is first, as it has to be aligned. */
struct shared {
	char	stack[65536];
	pid_t	tid;
	int	futex;
};

static struct shared *shared;
static int pipefd[2];

FIXTURE(calls) {
	struct th_event ev[512];
	int n;
};

FIXTURE_SETUP(calls)
{
	TH_REQUIRE();
	shared = th_setup(sizeof(*shared), pipefd, 0);
	ASSERT_NE(NULL, shared);
}

FIXTURE_TEARDOWN(calls)
{
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

static bool never_returns(const struct th_event *ev)
{
	return ev->arch == TH_ARCH &&
	       (ev->nr == __NR_exit || ev->nr == __NR_exit_group);
}

/*
 * Whether each exit directly follows its entry, and each entry but that of an
 * exit is followed by its exit.
 */
static bool all_paired(const struct th_event *ev, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (!ev[i].entry)
			return false;
		if (never_returns(&ev[i])) {
			if (i != n - 1)
				return false;
			continue;
		}
		i++;
		if (i == n || ev[i].entry || ev[i].nr != ev[i - 1].nr ||
		    ev[i].arch != ev[i - 1].arch)
			return false;
	}
	return true;
}

/* Trace the life of a child that runs @fn.  Return: its exit code. */
static int trace_child(struct _test_data_calls *self, pid_t *child,
		       int (*fn)(void))
{
	pid_t pid;
	int code;

	if (th_trace_on())
		return -1;
	pid = th_fork();
	if (!pid)
		_exit(fn());
	code = th_reap(pid);
	if (th_trace_off() || th_events_lost())
		return -1;
	self->n = th_events(pid, self->ev, ARRAY_SIZE(self->ev));
	*child = pid;
	return code;
}

/*
 * fork, vfork, clone
 */
FIXTURE(clone) {
	struct th_event ev[512], child[512];
	int n;
	int nchild;
};

FIXTURE_VARIANT(clone) {
	long nr;
	unsigned long flags;
};

FIXTURE_VARIANT_ADD(clone, fork) {
	.nr = __NR_clone, .flags = SIGCHLD,
};

FIXTURE_VARIANT_ADD(clone, vfork) {
	.nr = __NR_clone, .flags = CLONE_VM | CLONE_VFORK | SIGCHLD,
};

FIXTURE_VARIANT_ADD(clone, vm) {
	.nr = __NR_clone, .flags = CLONE_VM | SIGCHLD,
};

FIXTURE_VARIANT_ADD(clone, thread) {
	.nr = __NR_clone, .flags = CLONE_VM | CLONE_FS | CLONE_FILES |
				   CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM,
};

/* Where the kernel does not have it, its headers may not have the number. */
#ifndef __NR_clone3
#define __NR_clone3	435
#endif

FIXTURE_VARIANT_ADD(clone, clone3) {
	.nr = __NR_clone3, .flags = CLONE_FS,
};

FIXTURE_SETUP(clone)
{
	TH_REQUIRE();
	if (variant->nr == __NR_clone3 &&
	    syscall(__NR_clone3, NULL, 0) == -1 && errno == ENOSYS)
		SKIP(return, "this architecture does not have clone3()");
	shared = th_setup(sizeof(*shared), pipefd, 0);
	ASSERT_NE(NULL, shared);
}

FIXTURE_TEARDOWN(clone)
{
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

static int clone_child(void *unused)
{
	th_syscall_poisoned(TH_NR_UNKNOWN);
	syscall(__NR_exit, 0);
	return 1;
}

/* Clear the futex when the child is gone, which it also is for a process. */
static int cloner(long nr, unsigned long flags)
{
	struct clone_args args = {
		.flags = flags | CLONE_CHILD_CLEARTID,
		.exit_signal = SIGCHLD,
		.child_tid = (unsigned long)&shared->futex,
	};
	pid_t pid;
	int seen;

	shared->futex = 1;
	if (nr == __NR_clone3) {
		pid = syscall(__NR_clone3, &args, sizeof(args));
		if (!pid)
			clone_child(NULL);
	} else {
		pid = clone(clone_child, th_stack(shared->stack, sizeof(shared->stack)),
			    flags | CLONE_CHILD_CLEARTID, NULL, NULL, NULL,
			    &shared->futex);
	}
	if (pid < 0)
		return 1;
	shared->tid = pid;
	if (flags & CLONE_VM) {
		while ((seen = th_load(shared->futex)))
			syscall(__NR_futex, &shared->futex, FUTEX_WAIT, seen,
				NULL, NULL, 0);
	}
	return flags & CLONE_THREAD ? 0 : th_reap(pid);
}

TEST_F(clone, pair)
{
	const struct th_event *entry;
	pid_t pid;

	ASSERT_EQ(0, th_trace_on());
	pid = th_fork();
	if (!pid)
		_exit(cloner(variant->nr, variant->flags));
	ASSERT_EQ(0, th_reap(pid));
	ASSERT_EQ(0, th_trace_off());
	ASSERT_EQ(0, th_events_lost());

	self->n = th_events(pid, self->ev, ARRAY_SIZE(self->ev));
	EXPECT_TRUE(all_paired(self->ev, self->n));
	entry = th_find(self->ev, self->n, 0, true, variant->nr);
	ASSERT_NE(NULL, entry);
	ASSERT_LT(entry + 1 - self->ev, self->n);
	EXPECT_EQ(shared->tid, entry[1].ret);

	self->nchild = th_events(shared->tid, self->child,
				 ARRAY_SIZE(self->child));
	/* The unknown call and exit, no matter which calls libc adds */
	ASSERT_LE(3, self->nchild);
	EXPECT_TRUE(all_paired(self->child, self->nchild));
	EXPECT_NE(NULL, th_find(self->child, self->nchild, 0, false,
				TH_NR_UNKNOWN));
	EXPECT_EQ(NULL, th_find(self->child, self->nchild, 0, false,
				variant->nr));
	EXPECT_TRUE(never_returns(&self->child[self->nchild - 1]));
}

/*
 * execve
 */
static int exec_self(void)
{
	execl("/proc/self/exe", "pairing_calls_test", "execed", NULL);
	return 1;
}

static int exec_failing(void)
{
	execl("/does/not/exist", "pairing_calls_test", NULL);
	return errno == ENOENT ? CODE_EXECED : 1;
}

TEST_F(calls, execve)
{
	static const struct {
		int (*fn)(void);
		long ret;
	} runs[] = { { exec_self, 0 }, { exec_failing, -ENOENT } };
	struct th_event *entry;
	pid_t pid;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(runs); i++) {
		ASSERT_EQ(CODE_EXECED, trace_child(self, &pid, runs[i].fn));
		EXPECT_TRUE(all_paired(self->ev, self->n));
		entry = th_find(self->ev, self->n, 0, true, __NR_execve);
		ASSERT_NE(NULL, entry);
		EXPECT_EQ(runs[i].ret, entry[1].ret);
		EXPECT_TRUE(never_returns(&self->ev[self->n - 1]));
	}
}

#ifdef TH_COMPAT
static const struct th_compat *compat;

static int exec_compat(void)
{
	execl(compat->program, compat->program, NULL);
	return 1;
}

TEST_F(calls, execve_to_compat)
{
	const unsigned int arch = TH_ARCH;
	struct th_event *entry;
	const char *why = NULL;
	pid_t pid;

	for (compat = th_compat; compat < th_compat + ARRAY_SIZE(th_compat);
	     compat++) {
		why = th_compat_lacks(compat);
		if (why)
			break;
		ASSERT_EQ(0, trace_child(self, &pid, exec_compat));

		entry = th_find(self->ev, self->n, 0, true, __NR_execve);
		ASSERT_NE(NULL, entry);
		ASSERT_LT(entry + 2 - self->ev, self->n);
		EXPECT_EQ(arch, entry[0].arch);
		EXPECT_FALSE(entry[1].entry);
		EXPECT_EQ(__NR_execve, entry[1].nr);
		EXPECT_EQ(arch, entry[1].arch);
		EXPECT_EQ(0, entry[1].ret);
		EXPECT_EQ(compat->arch, entry[2].arch);

		/* The last of them is exit(), with a number of its own */
		EXPECT_EQ(compat->arch, self->ev[self->n - 1].arch);
		EXPECT_TRUE(all_paired(self->ev, self->n - 1));
	}
	/* What has failed before stays failed. */
	if (why && __test_passed(_metadata))
		SKIP(return, "%s: %s", compat->program, why);
}
#endif

static void *exec_thread(void *unused)
{
	shared->tid = syscall(__NR_gettid);
	if (!th_wait_blocked(getpid(), __NR_read))
		exec_self();
	_exit(1);
}

static int exec_from_thread(void)
{
	pthread_t thread;
	char c;

	if (pthread_create(&thread, NULL, exec_thread, NULL))
		return 1;
	/* Killed here, by the other thread's execve() */
	return read(pipefd[0], &c, 1) != 1;
}

TEST_F(calls, execve_from_thread)
{
	struct th_event *entry, *exit;
	pid_t pid;

	ASSERT_EQ(CODE_EXECED, trace_child(self, &pid, exec_from_thread));

	/* The leader's id: its own calls until it was killed in one of them */
	exit = th_find(self->ev, self->n, 0, false, __NR_execve);
	ASSERT_NE(NULL, exit);
	EXPECT_TRUE(all_paired(self->ev, exit - self->ev));
	EXPECT_EQ(NULL, th_find(self->ev, self->n, 0, true, __NR_execve));
	EXPECT_EQ(__NR_read, exit[-1].nr);
	EXPECT_EQ(-ERESTARTSYS, exit[-1].ret);

	/* Then it is the other thread, on its way out of execve() */
	EXPECT_EQ(TH_ARCH, exit->arch);
	EXPECT_EQ(0, exit->ret);
	EXPECT_TRUE(all_paired(exit + 1, self->ev + self->n - exit - 1));

	/* Which it entered under its own id, and left it there */
	self->n = th_events(shared->tid, self->ev, ARRAY_SIZE(self->ev));
	ASSERT_LT(1, self->n);
	entry = &self->ev[self->n - 1];
	EXPECT_TRUE(entry->entry);
	EXPECT_EQ(__NR_execve, entry->nr);
	EXPECT_TRUE(all_paired(self->ev, self->n - 1));
}

/*
 * No return
 */
static void *exit_thread(void *unused)
{
	shared->tid = syscall(__NR_gettid);
	syscall(__NR_exit, 0);
	return NULL;
}

static int exit_both(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, exit_thread, NULL) ||
	       pthread_join(thread, NULL);
}

TEST_F(calls, exits)
{
	struct th_event *last;
	pid_t pid;

	ASSERT_EQ(0, trace_child(self, &pid, exit_both));
	EXPECT_TRUE(all_paired(self->ev, self->n));
	last = &self->ev[self->n - 1];
	EXPECT_TRUE(last->entry);
	EXPECT_EQ(__NR_exit_group, last->nr);

	self->n = th_events(shared->tid, self->ev, ARRAY_SIZE(self->ev));
	ASSERT_LT(0, self->n);
	EXPECT_TRUE(all_paired(self->ev, self->n));
	last = &self->ev[self->n - 1];
	EXPECT_TRUE(last->entry);
	EXPECT_EQ(__NR_exit, last->nr);
}

/*
 * The signal kills the thread on its way back to user space, when the call has
 * already returned: with a code that asks for a restart.
 */
TEST_F(calls, killed)
{
	struct th_event *last;
	pid_t pid;
	char c;

	ASSERT_EQ(0, th_trace_on());
	pid = th_fork();
	if (!pid)
		_exit(read(pipefd[0], &c, 1));
	ASSERT_EQ(0, th_wait_blocked(pid, __NR_read));
	ASSERT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(128 + SIGKILL, th_reap(pid));
	ASSERT_EQ(0, th_trace_off());
	ASSERT_EQ(0, th_events_lost());

	self->n = th_events(pid, self->ev, ARRAY_SIZE(self->ev));
	ASSERT_LE(2, self->n);
	EXPECT_TRUE(all_paired(self->ev, self->n));
	last = &self->ev[self->n - 1];
	EXPECT_FALSE(last->entry);
	EXPECT_EQ(__NR_read, last->nr);
	EXPECT_EQ(-ERESTARTSYS, last->ret);
}

/*
 * The tracer resumes the thread in mid-call, when the machine is not armed: the
 * thread loses its mark.  It enters the next call unmarked, and gets a mark there.
 * Neither call has an exit.
 */
TEST_F(calls, mark_lost)
{
	int status, i, exits = 0;
	sigset_t set;
	pid_t pid;
	char c;

	ASSERT_EQ(0, th_trace_on());
	pid = th_fork();
	if (!pid) {
		/* Else it stops for the signal. */
		sigemptyset(&set);
		sigaddset(&set, SIGCHLD);
		sigprocmask(SIG_BLOCK, &set, NULL);
		if (read(pipefd[0], &c, 1) != 1)
			_exit(1);
		if (!vfork())
			_exit(0);
		_exit(read(pipefd[0], &c, 1) != 1);
	}
	ASSERT_EQ(0, th_wait_blocked(pid, __NR_read));
	ASSERT_EQ(0, ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEVFORKDONE));
	ASSERT_EQ(1, write(pipefd[1], "", 1));
	ASSERT_EQ(pid, waitpid(pid, &status, __WALL));
	ASSERT_EQ(SIGTRAP | PTRACE_EVENT_VFORK_DONE << 8, status >> 8);
	ASSERT_EQ(0, th_trace_off());
	ASSERT_EQ(0, th_events_clear());
	ASSERT_EQ(0, ptrace(PTRACE_CONT, pid, 0, 0));
	ASSERT_EQ(0, th_wait_blocked(pid, __NR_read));

	ASSERT_EQ(0, th_trace_on());
	ASSERT_EQ(1, write(pipefd[1], "", 1));
	ASSERT_EQ(0, th_reap(pid));
	ASSERT_EQ(0, th_trace_off());
	self->n = th_events(pid, self->ev, ARRAY_SIZE(self->ev));
	for (i = 0; i < self->n; i++)
		exits += !self->ev[i].entry;
	EXPECT_EQ(0, exits);
	ASSERT_EQ(1, self->n);
	EXPECT_EQ(__NR_exit_group, self->ev[0].nr);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "execed"))
		return CODE_EXECED;
	return test_harness_run(argc, argv);
}
