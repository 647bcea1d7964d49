// SPDX-License-Identifier: GPL-2.0
/*
 * What the events tell about a call that seccomp judges.
 *
 *  seccomp.outcome	the entry is always seen, with number and arguments as
 *			before the judgement; the exit has the outcome.  Each
 *			action, with and without a tracer or a supervisor.
 *
 * The variants of the killing actions: where the thread dies by the signal
 * SIGSYS it does so on its way out, after the exit was reported; only where
 * seccomp ends it directly, as it leaves other threads behind, is there none.
 */
#include <pthread.h>
#include <poll.h>
#include <stddef.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>

#include "tracehook.h"

/* What seccomp judges; libc makes such calls, too, but without poison. */
#define NR_JUDGED	__NR_getppid

/* Results that are not known before. */
#define RET_PID		0x10001
#define RET_PPID	0x10002
#define RET_ROLLED_BACK	0x10003
#define RET_NONE	0x10004

struct shared {
	pid_t	tid;
	int	listener;
	int	sigsys;
	long	ret;
};

static struct shared *shared;

FIXTURE(seccomp) {
	struct th_event ev[128];
	int n;
	/* The child is ready; the child may go */
	int ready[2];
	int go[2];
};

FIXTURE_VARIANT(seccomp) {
	/* SECCOMP_RET_* and its data */
	__u32 action;
	/* A second thread makes the call */
	bool thread;
	/* What the parent does meanwhile, or NULL */
	bool (*prepare)(pid_t pid);
	bool (*serve)(pid_t pid);
	/* The child's exit code, or 128 + signal */
	int code;
	/* The recorded result; seen by the child, if it survives */
	long ret;
};

/*
 * Tracers
 */
static bool seize(pid_t pid)
{
	return !ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESECCOMP |
		       PTRACE_O_EXITKILL);
}

static bool wait_seccomp_stop(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFSTOPPED(status) &&
	       status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8);
}

static bool let_go(pid_t pid)
{
	return wait_seccomp_stop(pid) && !ptrace(PTRACE_DETACH, pid, 0, 0);
}

static bool let_skip(pid_t pid)
{
	return wait_seccomp_stop(pid) && !th_set_nr(pid, -1) &&
	       (TH_SKIP_RET == -ENOSYS || !th_set_ret(pid, TH_SKIP_RET)) &&
	       !ptrace(PTRACE_DETACH, pid, 0, 0);
}

static bool let_change(pid_t pid)
{
	return wait_seccomp_stop(pid) && !th_set_nr(pid, __NR_getpid) &&
	       !ptrace(PTRACE_DETACH, pid, 0, 0);
}

/*
 * Supervisors
 */
static int notify_fd;

static bool supervise(pid_t pid)
{
	int pidfd = syscall(__NR_pidfd_open, pid, 0);

	notify_fd = syscall(__NR_pidfd_getfd, pidfd, shared->listener, 0);
	close(pidfd);
	return notify_fd >= 0;
}

static bool answer(long val, int error, __u32 flags)
{
	struct pollfd pfd = { .fd = notify_fd, .events = POLLIN };
	struct seccomp_notif req = {};
	struct seccomp_notif_resp resp = {
		.val = val, .error = error, .flags = flags,
	};
	bool ok;

	/* A call that never comes must not hang the test. */
	ok = poll(&pfd, 1, 10000 * TH_PATIENCE) == 1 &&
	     !ioctl(notify_fd, SECCOMP_IOCTL_NOTIF_RECV, &req) &&
	     req.data.nr == NR_JUDGED;
	resp.id = req.id;
	ok = ok && !ioctl(notify_fd, SECCOMP_IOCTL_NOTIF_SEND, &resp);
	close(notify_fd);
	return ok;
}

static bool answer_value(pid_t pid)
{
	return answer(0x4242, 0, 0);
}

static bool answer_error(pid_t pid)
{
	return answer(0, -EPROTO, 0);
}

static bool answer_continue(pid_t pid)
{
	return answer(0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
}

/*
 * The matrix
 */
FIXTURE_VARIANT_ADD(seccomp, allow) {
	.action = SECCOMP_RET_ALLOW, .ret = RET_PPID,
};

FIXTURE_VARIANT_ADD(seccomp, log) {
	.action = SECCOMP_RET_LOG, .ret = RET_PPID,
};

FIXTURE_VARIANT_ADD(seccomp, errno_71) {
	.action = SECCOMP_RET_ERRNO | 71, .ret = -71,
};

FIXTURE_VARIANT_ADD(seccomp, errno_0) {
	.action = SECCOMP_RET_ERRNO, .ret = 0,
};

FIXTURE_VARIANT_ADD(seccomp, trap) {
	.action = SECCOMP_RET_TRAP, .ret = RET_ROLLED_BACK,
};

FIXTURE_VARIANT_ADD(seccomp, kill_only_thread) {
	.action = SECCOMP_RET_KILL_THREAD, .ret = RET_ROLLED_BACK,
	.code = 128 + SIGSYS,
};

FIXTURE_VARIANT_ADD(seccomp, kill_one_of_two_threads) {
	.action = SECCOMP_RET_KILL_THREAD, .ret = RET_NONE, .thread = true,
};

FIXTURE_VARIANT_ADD(seccomp, kill_process) {
	.action = SECCOMP_RET_KILL_PROCESS, .ret = RET_ROLLED_BACK,
	.code = 128 + SIGSYS,
};

FIXTURE_VARIANT_ADD(seccomp, kill_process_of_two_threads) {
	.action = SECCOMP_RET_KILL_PROCESS, .ret = RET_ROLLED_BACK,
	.thread = true, .code = 128 + SIGSYS,
};

FIXTURE_VARIANT_ADD(seccomp, trace_without_tracer) {
	.action = SECCOMP_RET_TRACE, .ret = -ENOSYS,
};

FIXTURE_VARIANT_ADD(seccomp, trace_allowed) {
	.action = SECCOMP_RET_TRACE, .prepare = seize, .serve = let_go,
	.ret = RET_PPID,
};

/* The number of the events is that of before the tracer's edit. */
FIXTURE_VARIANT_ADD(seccomp, trace_skipped) {
	.action = SECCOMP_RET_TRACE, .prepare = seize, .serve = let_skip,
	.ret = TH_SKIP_RET,
};

FIXTURE_VARIANT_ADD(seccomp, trace_changed) {
	.action = SECCOMP_RET_TRACE, .prepare = seize, .serve = let_change,
	.ret = RET_PID,
};

FIXTURE_VARIANT_ADD(seccomp, user_notif_value) {
	.action = SECCOMP_RET_USER_NOTIF, .prepare = supervise,
	.serve = answer_value, .ret = 0x4242,
};

FIXTURE_VARIANT_ADD(seccomp, user_notif_error) {
	.action = SECCOMP_RET_USER_NOTIF, .prepare = supervise,
	.serve = answer_error, .ret = -EPROTO,
};

FIXTURE_VARIANT_ADD(seccomp, user_notif_continue) {
	.action = SECCOMP_RET_USER_NOTIF, .prepare = supervise,
	.serve = answer_continue, .ret = RET_PPID,
};

FIXTURE_SETUP(seccomp)
{
	TH_REQUIRE();
	if (!th_has_filters())
		SKIP(return, "needs CONFIG_SECCOMP_FILTER");

	shared = th_share(sizeof(*shared));
	ASSERT_NE(NULL, shared);
	ASSERT_EQ(0, pipe(self->ready));
	ASSERT_EQ(0, pipe(self->go));
	ASSERT_EQ(0, th_instance_create());
}

FIXTURE_TEARDOWN(seccomp)
{
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

static void handle_sigsys(int sig, siginfo_t *info, void *uc)
{
	shared->sigsys += info->si_syscall == NR_JUDGED;
}

static bool install_filter(__u32 action)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NR_JUDGED, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {
		.len = ARRAY_SIZE(insns), .filter = insns,
	};
	unsigned int flags = action == SECCOMP_RET_USER_NOTIF ?
			     SECCOMP_FILTER_FLAG_NEW_LISTENER : 0;

	shared->listener = syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags,
				   &prog);
	return shared->listener >= 0;
}

static void *make_call(void *unused)
{
	shared->tid = syscall(__NR_gettid);
	shared->ret = th_syscall_poisoned(NR_JUDGED);
	return NULL;
}

static int child_main(const struct _test_data_seccomp *self, __u32 action,
		      bool thread)
{
	const struct rlimit no_core = {};
	const struct sigaction sa = {
		.sa_sigaction = handle_sigsys, .sa_flags = SA_SIGINFO,
	};
	pthread_t second;
	char c = 0;

	if (setrlimit(RLIMIT_CORE, &no_core) || sigaction(SIGSYS, &sa, NULL) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || !install_filter(action) ||
	    write(self->ready[1], &c, 1) != 1 || read(self->go[0], &c, 1) != 1)
		return 1;
	if (!thread)
		make_call(NULL);
	else if (pthread_create(&second, NULL, make_call, NULL) ||
		 pthread_join(second, NULL))
		return 1;
	return 0;
}

TEST_F(seccomp, outcome)
{
	static const unsigned long args[6] = TH_POISON_ARGS;
	struct th_event *entry, *exit;
	long ret = variant->ret;
	bool survives;
	pid_t pid;
	char c;

	pid = th_fork();
	if (!pid)
		_exit(child_main(self, variant->action, variant->thread));
	ASSERT_LT(0, pid);
	close(self->ready[1]);
	ASSERT_EQ(1, read(self->ready[0], &c, 1));
	if (variant->prepare)
		ASSERT_TRUE(variant->prepare(pid));
	ASSERT_EQ(0, th_trace_on());
	ASSERT_EQ(1, write(self->go[1], &c, 1));
	if (variant->serve)
		EXPECT_TRUE(variant->serve(pid));
	ASSERT_EQ(variant->code, th_reap(pid));
	ASSERT_EQ(0, th_trace_off());
	ASSERT_EQ(0, th_events_lost());

	self->n = th_events(shared->tid, self->ev, ARRAY_SIZE(self->ev));
	entry = th_find(self->ev, self->n, 0, true, NR_JUDGED);
	ASSERT_NE(NULL, entry);
	EXPECT_EQ(TH_ARCH, entry->arch);
	EXPECT_EQ(0, memcmp(args, entry->args, sizeof(args)));
	EXPECT_EQ(NULL, th_find(self->ev, self->n, entry + 1 - self->ev, true,
				NR_JUDGED));

	if (ret == RET_NONE) {
		EXPECT_EQ(self->n, entry + 1 - self->ev);
		return;
	}
	exit = entry + 1;
	ASSERT_LT(exit - self->ev, self->n);
	EXPECT_FALSE(exit->entry);
	EXPECT_EQ(NR_JUDGED, exit->nr);
	EXPECT_EQ(TH_ARCH, exit->arch);

	if (ret == RET_PID)
		ret = pid;
	else if (ret == RET_PPID)
		ret = getpid();
	else if (ret == RET_ROLLED_BACK)
		ret = th_rolled_back(NR_JUDGED, args);
	EXPECT_EQ(ret, exit->ret);

	survives = !variant->code;
	if (survives)
		EXPECT_EQ(ret, shared->ret);
	EXPECT_EQ(variant->action == SECCOMP_RET_TRAP, shared->sigsys);
	/* Nothing is made after the call of those who do not survive it */
	if (!survives)
		EXPECT_EQ(self->n, exit + 1 - self->ev);
}

TEST_HARNESS_MAIN
