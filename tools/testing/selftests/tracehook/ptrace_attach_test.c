// SPDX-License-Identifier: GPL-2.0
/*
 * How a tracer comes and goes, whether or not the machine is armed or becomes
 * so in between: a tracee that is let go makes its calls without a stop, and
 * they are reported as anybody's.
 *
 * detach*		at each kind of stop, under each request
 * tracer_dies*		while its tracee is stopped, and while it runs
 * tracer_dies_exitkill	its tracee dies with it
 * reattach		a second tracer gets the stops that it asks for
 * children		auto-attached ones start without system call stops
 */
#include "tracee.h"

FIXTURE(attach) {
	struct tracee	t;
	size_t		c;	/* which case of a table */
};

FIXTURE_VARIANT(attach) {
	enum state	state;
};

FIXTURE_VARIANT_ADD(attach, not_armed) { .state = NOT_ARMED };
FIXTURE_VARIANT_ADD(attach, armed) { .state = ARMED };
FIXTURE_VARIANT_ADD(attach, toggled) { .state = TOGGLED };

FIXTURE_SETUP(attach)
{
	TH_REQUIRE();
	ASSERT_EQ(0, state_enter(variant->state));
}

FIXTURE_TEARDOWN(attach)
{
	if (!__test_passed(_metadata))
		TH_LOG("in case %zu", self->c);
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/* Where to detach */
struct at {
	long		request;
	int		stops;
	int		last;		/* PTRACE_SYSCALL_INFO_* */
	const char	*executed;
};

static void check_detach(struct __test_metadata *_metadata,
			 struct _test_data_attach *self, enum state state,
			 const struct at *at)
{
	int i, op = PTRACE_SYSCALL_INFO_NONE;

	ASSERT_EQ(0, tracee_start(&self->t, true));
	if (state == ARMED)
		ASSERT_EQ(0, th_record(self->t.pid));
	for (i = 0; i < at->stops; i++) {
		ASSERT_EQ(0, trace_resume(at->request, self->t.pid, 0));
		op = trace_stop(self->t.pid).op;
		ASSERT_EQ(0, state_step(state));
	}
	ASSERT_EQ(at->last, op);

	ASSERT_EQ(0, trace(PTRACE_DETACH, self->t.pid, 0, 0));
	ASSERT_EQ(0, state_step(state));
	ASSERT_EQ(0, tracee_feed(&self->t));
	EXPECT_EQ(-1, trace_wait(self->t.pid));
	EXPECT_EQ(!!strchr(at->executed, '1'), tracee_written(&self->t));
	if (state == ARMED)
		expect_events(_metadata, self->t.pid, 0, at->executed);
	tracee_close(&self->t);
}

/* Return: NULL, or why a test of the request has to be skipped. */
static const char *request_lacks(long request)
{
	switch (trace_try(request)) {
	case -EIO:
		return "this machine does not have the request";
	case -ENODEV:
		return "this processor takes no such steps";
	}
	return NULL;
}

TEST_F(attach, detach)
{
	static const struct at cases[] = {
		{ PTRACE_CONT, 0, PTRACE_SYSCALL_INFO_NONE, "01234" },
		{ PTRACE_SYSCALL, 2, PTRACE_SYSCALL_INFO_EXIT, "01234" },
		{ PTRACE_SYSCALL, 3, PTRACE_SYSCALL_INFO_ENTRY, "01234" },
	};

	for (self->c = 0; self->c < ARRAY_SIZE(cases); self->c++)
		check_detach(_metadata, self, variant->state, &cases[self->c]);
}

TEST_F(attach, detach_sysemu)
{
	static const struct at cases[] = {
		{ PTRACE_SYSEMU, 1, PTRACE_SYSCALL_INFO_ENTRY, "1234" },
		{ PTRACE_SYSEMU, 2, PTRACE_SYSCALL_INFO_ENTRY, "234" },
	};
	const char *why = request_lacks(PTRACE_SYSEMU);

	if (why)
		SKIP(return, "%s", why);
	for (self->c = 0; self->c < ARRAY_SIZE(cases); self->c++)
		check_detach(_metadata, self, variant->state, &cases[self->c]);
}

TEST_F(attach, detach_sysemu_singlestep)
{
	static const struct at at = {
		PTRACE_SYSEMU_SINGLESTEP, 3, PTRACE_SYSCALL_INFO_NONE, "01234",
	};
	const char *why = request_lacks(PTRACE_SYSEMU_SINGLESTEP);

	if (why)
		SKIP(return, "%s", why);
	check_detach(_metadata, self, variant->state, &at);
}

TEST_F(attach, detach_singlestep)
{
	static const struct at at = {
		PTRACE_SINGLESTEP, 3, PTRACE_SYSCALL_INFO_NONE, "01234",
	};
	const char *why = request_lacks(PTRACE_SINGLESTEP);

	if (why)
		SKIP(return, "%s", why);
	check_detach(_metadata, self, variant->state, &at);
}

TEST_F(attach, detach_singleblock)
{
	static const struct at at = {
		PTRACE_SINGLEBLOCK, 1, PTRACE_SYSCALL_INFO_NONE, "01234",
	};
	const char *why = request_lacks(PTRACE_SINGLEBLOCK);

	if (why)
		SKIP(return, "%s", why);
	check_detach(_metadata, self, variant->state, &at);
}

/* What a tracer that will be killed is to do with a tracee that blocks. */
struct tracer {
	long		request;
	int		stops;		/* system call stops to go through */
	bool		run;		/* leave it running after them */
	unsigned long	options;
	/* Then, of the tracee: */
	int		lead;		/* events of the call it blocked in */
	const char	*executed;
};

/* Return: the tracer's pid, once it has come so far; or -1. */
static pid_t start_tracer(struct tracee *t, const struct tracer *how)
{
	int i, ready[2];
	pid_t pid;
	char c;

	if (pipe2(ready, O_CLOEXEC))
		return -1;
	pid = th_fork();
	if (pid) {
		close(ready[1]);
		if (pid > 0 && read(ready[0], &c, 1) != 1)
			pid = -1;
		close(ready[0]);
		return pid;
	}

	if (trace(PTRACE_SEIZE, t->pid, 0,
		  PTRACE_O_TRACESYSGOOD | how->options) ||
	    trace(PTRACE_INTERRUPT, t->pid, 0, 0) ||
	    trace_wait(t->pid) != TRAP_STOP)
		_exit(1);
	for (i = 0; i < how->stops; i++) {
		if (trace_resume(how->request, t->pid, 0) ||
		    trace_wait(t->pid) != SYSCALL_SIG)
			_exit(2);
		/* In the call it blocks in, which was restarted. */
		if (!i && !how->run && tracee_feed(t))
			_exit(3);
	}
	if (how->run && (trace_resume(how->request, t->pid, 0) ||
			 th_wait_blocked(t->pid, SYS_read)))
		_exit(4);
	if (write(ready[1], "r", 1) != 1)
		_exit(5);
	for (;;)
		pause();
}

static void check_tracer_dies(struct __test_metadata *_metadata,
			      struct _test_data_attach *self, enum state state,
			      const struct tracer *how)
{
	pid_t tracer;

	ASSERT_EQ(0, tracee_start(&self->t, false));
	if (state == ARMED)
		ASSERT_EQ(0, th_record(self->t.pid));
	tracer = start_tracer(&self->t, how);
	ASSERT_LT(0, tracer);
	ASSERT_EQ(0, state_step(state));
	kill(tracer, SIGKILL);
	ASSERT_EQ(128 + SIGKILL, th_reap(tracer));
	ASSERT_EQ(0, state_step(state));

	ASSERT_EQ(0, tracee_feed(&self->t));
	ASSERT_EQ(0, tracee_feed(&self->t));
	EXPECT_EQ(-1, trace_wait(self->t.pid));
	EXPECT_EQ(!!strchr(how->executed, '1'), tracee_written(&self->t));
	if (state == ARMED)
		expect_events(_metadata, self->t.pid, how->lead, how->executed);
	tracee_close(&self->t);
}

TEST_F(attach, tracer_dies)
{
	static const struct tracer cases[] = {
		/*
		 * The exit of the read() that it blocks in, and a pair for its
		 * restart, come before the calls.
		 */
		{ PTRACE_CONT, 0, true, 0, 3, "01234" },
		/* The byte for the read() that it blocks in is to come. */
		{ PTRACE_SYSCALL, 1, true, 0, 3, "01234" },
		/* At the entry and at the exit of write(). */
		{ PTRACE_SYSCALL, 5, false, 0, 3, "01234" },
		{ PTRACE_SYSCALL, 6, false, 0, 3, "01234" },
	};

	for (self->c = 0; self->c < ARRAY_SIZE(cases); self->c++)
		check_tracer_dies(_metadata, self, variant->state,
				  &cases[self->c]);
}

/* At the entry of write(); the restarted read() and all until then are emulated. */
TEST_F(attach, tracer_dies_sysemu)
{
	static const struct tracer how = { PTRACE_SYSEMU, 3, false, 0, 1, "234" };
	const char *why = request_lacks(PTRACE_SYSEMU);

	if (why)
		SKIP(return, "%s", why);
	check_tracer_dies(_metadata, self, variant->state, &how);
}

TEST_F(attach, tracer_dies_exitkill)
{
	static const struct tracer cases[] = {
		{ PTRACE_CONT, 0, true, PTRACE_O_EXITKILL, 0, "" },
		{ PTRACE_SYSCALL, 5, false, PTRACE_O_EXITKILL, 0, "" },
	};
	pid_t tracer;

	for (self->c = 0; self->c < ARRAY_SIZE(cases); self->c++) {
		ASSERT_EQ(0, tracee_start(&self->t, false));
		tracer = start_tracer(&self->t, &cases[self->c]);
		ASSERT_LT(0, tracer);
		ASSERT_EQ(0, state_step(variant->state));
		kill(tracer, SIGKILL);
		ASSERT_EQ(128 + SIGKILL, th_reap(tracer));
		EXPECT_EQ(-1 - (128 + SIGKILL), trace_wait(self->t.pid));
		EXPECT_EQ(0, tracee_written(&self->t));
		tracee_close(&self->t);
	}
}

/* In a process of its own: trace the tracee, which blocks, to its end. */
static void second_tracer(struct __test_metadata *_metadata, struct tracee *t,
			  enum state state, long request)
{
	static const struct stop stops[] = {
		{ .op = PTRACE_SYSCALL_INFO_ENTRY, .nr = SYS_read },
		{ .op = PTRACE_SYSCALL_INFO_EXIT, .nr = 1 },
		{ .op = PTRACE_SYSCALL_INFO_ENTRY, .nr = SYS_close },
		{ .op = PTRACE_SYSCALL_INFO_EXIT, .nr = -EBADF },
		{ .op = PTRACE_SYSCALL_INFO_ENTRY, .nr = SYS_exit_group },
	};
	int want = request == PTRACE_SYSCALL ? ARRAY_SIZE(stops) : 0;
	struct stop s;
	int i;

	EXPECT_EQ(0, trace(PTRACE_SEIZE, t->pid, 0, PTRACE_O_TRACESYSGOOD));
	EXPECT_EQ(0, trace(PTRACE_INTERRUPT, t->pid, 0, 0));
	EXPECT_EQ(TRAP_STOP, trace_wait(t->pid));
	EXPECT_EQ(0, tracee_feed(t));
	for (i = 0; ; i++) {
		EXPECT_EQ(0, state_step(state));
		EXPECT_EQ(0, trace_resume(request, t->pid, 0));
		s = trace_stop(t->pid);
		if (s.what < 0 || i == want)
			break;
		EXPECT_EQ(SYSCALL_SIG, s.what);
		EXPECT_EQ(stops[i].op, s.op);
		EXPECT_EQ(stops[i].nr, s.nr);
	}
	EXPECT_EQ(want, i);
	EXPECT_EQ(-1, s.what);
	_exit(0);
}

TEST_F(attach, reattach)
{
	static const long requests[] = { PTRACE_CONT, PTRACE_SYSCALL };
	pid_t tracer;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		ASSERT_EQ(0, tracee_start(&self->t, true));
		NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_getppid);
		NEXT_EXIT(PTRACE_SYSCALL, 0, getpid());
		NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_write);
		ASSERT_EQ(0, trace(PTRACE_DETACH, self->t.pid, 0, 0));
		ASSERT_EQ(0, th_wait_blocked(self->t.pid, SYS_read));
		ASSERT_EQ(0, state_step(variant->state));

		tracer = th_fork();
		ASSERT_LE(0, tracer);
		if (!tracer)
			second_tracer(_metadata, &self->t, variant->state,
				      requests[i]);
		EXPECT_EQ(0, th_reap(tracer));
		EXPECT_EQ(0, th_reap(self->t.pid));
		tracee_close(&self->t);
	}
}

static int clone_flags;

static int child_main(void *unused)
{
	syscall(SYS_getppid);
	syscall(SYS_exit, 0);
	return 0;
}

static void clone_child(struct tracee *t)
{
	static char stack[65536];

	if (clone(child_main, th_stack(stack, sizeof(stack)), clone_flags, NULL) < 0)
		syscall(SYS_exit_group, 1);
	syscall(SYS_exit_group, 0);
}

#define THREAD	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)
#define VFORK	(CLONE_VFORK | CLONE_VM | SIGCHLD)

TEST_F(attach, children)
{
	static const struct how {
		int	flags;
		int	option;
		int	event;		/* 0: none, the child is attached anyway */
	} cases[] = {
		{ SIGCHLD, PTRACE_O_TRACEFORK, PTRACE_EVENT_FORK },
		{ VFORK, PTRACE_O_TRACEVFORK, PTRACE_EVENT_VFORK },
		{ THREAD, PTRACE_O_TRACECLONE, PTRACE_EVENT_CLONE },
		{ CLONE_PTRACE | SIGCHLD, 0, 0 },
	};
	static const long requests[] = { PTRACE_CONT, PTRACE_SYSCALL };
	struct ptrace_syscall_info info;
	const struct how *how;
	unsigned long child;
	long request;

	for (self->c = 0; self->c < 2 * ARRAY_SIZE(cases); self->c++) {
		how = &cases[self->c / 2];
		request = requests[self->c % 2];
		self->t.run = clone_child;
		clone_flags = how->flags;
		ASSERT_EQ(0, tracee_start(&self->t, true));
		ASSERT_EQ(0, trace(PTRACE_SETOPTIONS, self->t.pid, 0,
				   PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL |
				   how->option));
		NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_clone);
		ASSERT_EQ(0, state_step(variant->state));
		ASSERT_EQ(0, trace_resume(PTRACE_SYSCALL, self->t.pid, 0));
		if (how->event) {
			ASSERT_EQ(EVENT_STOP(how->event),
				  trace_wait(self->t.pid));
			ASSERT_EQ(0, trace(PTRACE_GETEVENTMSG, self->t.pid, 0,
					   (unsigned long)&child));
		} else {
			ASSERT_EQ(SYSCALL_SIG, trace_wait(self->t.pid));
			ASSERT_LT(0, trace(PTRACE_GET_SYSCALL_INFO, self->t.pid,
					   sizeof(info), (unsigned long)&info));
			child = info.exit.rval;
		}

		/* Nobody has asked for stops of the child yet. */
		ASSERT_EQ(SIGSTOP, trace_wait(child));
		if (request == PTRACE_SYSCALL) {
			NEXT_OF(child, PTRACE_SYSCALL, 0, SYSCALL_SIG,
				PTRACE_SYSCALL_INFO_ENTRY, SYS_getppid);
			NEXT_OF(child, PTRACE_SYSCALL, 0, SYSCALL_SIG,
				PTRACE_SYSCALL_INFO_EXIT,
				how->flags == THREAD ? getpid() :
							   self->t.pid);
			NEXT_OF(child, PTRACE_SYSCALL, 0, SYSCALL_SIG,
				PTRACE_SYSCALL_INFO_ENTRY, SYS_exit);
		}
		NEXT_OF(child, request, 0, -1, -1, 0);

		/* The parent still has its own. */
		if (how->event)
			NEXT_EXIT(PTRACE_SYSCALL, 0, (long)child);
		if (how->flags != THREAD)
			NEXT_OTHER(PTRACE_SYSCALL, 0, SIGCHLD);
		NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_exit_group);
		NEXT_END(PTRACE_CONT, 0, 0);
		tracee_close(&self->t);
	}
}

TEST_HARNESS_MAIN
