// SPDX-License-Identifier: GPL-2.0
/*
 * A mark can be the machine's, a tracer's, or of both.  All are counted, while
 * everybody else is frozen: see disarm_test.
 *
 * - tracee.keeps_its_mark: disarming leaves a tracer's mark alone, and the
 *   tracer's next request other than PTRACE_SYSCALL takes it away
 * - tracee.is_marked_under_cont: of an armed machine's it takes nothing away
 * - tracee.detached: to detach takes the mark away, if the machine is not armed
 * - tracee.child: a mark is not inherited
 * - tracer_death.*: the tracee of a tracer that dies is marked if the machine is
 *   armed, before, meanwhile or afterwards; otherwise until its next call.  It
 *   is not stopped again
 */
#include "parked.h"

/* A process that spins until it is told to make a call. */
struct tracee {
	struct parked *p;
	pid_t pid;
	/* How many marks there are but for its own. */
	int marked;
};

static void start_tracee(struct __test_metadata *_metadata, struct tracee *t)
{
	struct th_status st;

	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	ASSERT_EQ(0, th_freeze_others());
	t->p = parked_alloc(1, -1);
	ASSERT_NE(NULL, t->p);
	t->pid = parked_fork(t->p, PARK_SPIN);
	ASSERT_LE(0, t->pid);
	ASSERT_EQ(0, parked_wait(t->p));
	ASSERT_EQ(0, th_status(&st));
	t->marked = st.marked;
}

/* Stop a tracee that runs in user mode, with PTRACE_EVENT_STOP. */
static void interrupt(struct __test_metadata *_metadata, pid_t pid)
{
	int status;

	ASSERT_EQ(0, ptrace(PTRACE_INTERRUPT, pid, 0, 0));
	ASSERT_EQ(pid, waitpid(pid, &status, __WALL));
	ASSERT_TRUE(WIFSTOPPED(status));
	ASSERT_EQ(SIGTRAP | PTRACE_EVENT_STOP << 8, status >> 8);
}

static void attach(struct __test_metadata *_metadata, pid_t pid, int request)
{
	ASSERT_EQ(0, ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD));
	interrupt(_metadata, pid);
	ASSERT_EQ(0, ptrace(request, pid, 0, 0));
}

static void syscall_stop(struct __test_metadata *_metadata, pid_t pid)
{
	int status;

	ASSERT_EQ(pid, waitpid(pid, &status, __WALL));
	ASSERT_TRUE(WIFSTOPPED(status));
	ASSERT_EQ(SIGTRAP | 0x80, status >> 8);
}

FIXTURE(tracee)
{
	struct tracee t;
};

FIXTURE_SETUP(tracee)
{
	TH_REQUIRE();
	start_tracee(_metadata, &self->t);
}

FIXTURE_TEARDOWN_PARENT(tracee)
{
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

TEST_F(tracee, keeps_its_mark)
{
	int marked = self->t.marked;

	attach(_metadata, self->t.pid, PTRACE_SYSCALL);
	TH_ASSERT_MARKED(marked + 1);

	/* In user mode, at the entry and at the exit of a call, and after it. */
	marked = th_arm_and_disarm(_metadata) - 1;
	th_store(self->t.p->go, 1);
	syscall_stop(_metadata, self->t.pid);
	TH_ASSERT_MARKED(marked + 1);
	ASSERT_EQ(marked + 1, th_arm_and_disarm(_metadata));
	ASSERT_EQ(0, ptrace(PTRACE_SYSCALL, self->t.pid, 0, 0));
	syscall_stop(_metadata, self->t.pid);
	TH_ASSERT_MARKED(marked + 1);
	ASSERT_EQ(0, ptrace(PTRACE_SYSCALL, self->t.pid, 0, 0));
	ASSERT_EQ(0, parked_call(self->t.p));
	TH_ASSERT_MARKED(marked + 1);

	/* It is the tracer's, who gives it up at once. */
	interrupt(_metadata, self->t.pid);
	ASSERT_EQ(0, ptrace(PTRACE_CONT, self->t.pid, 0, 0));
	TH_ASSERT_MARKED(marked);
	parked_kill(_metadata, self->t.pid);
}

TEST_F(tracee, is_marked_under_cont)
{
	int marked;

	ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	attach(_metadata, self->t.pid, PTRACE_CONT);
	th_check_armed(_metadata);
	interrupt(_metadata, self->t.pid);
	ASSERT_EQ(0, ptrace(PTRACE_SYSCALL, self->t.pid, 0, 0));
	interrupt(_metadata, self->t.pid);
	ASSERT_EQ(0, ptrace(PTRACE_CONT, self->t.pid, 0, 0));
	th_check_armed(_metadata);

	/* The mark of an armed machine, which no tracer has asked for. */
	marked = th_arm_and_disarm(_metadata);
	ASSERT_EQ(0, parked_call(self->t.p));
	TH_ASSERT_MARKED(marked - 1);
	parked_kill(_metadata, self->t.pid);
}

TEST_F(tracee, detached)
{
	attach(_metadata, self->t.pid, PTRACE_SYSCALL);
	interrupt(_metadata, self->t.pid);
	ASSERT_EQ(0, ptrace(PTRACE_DETACH, self->t.pid, 0, 0));
	TH_ASSERT_MARKED(self->t.marked);
	ASSERT_EQ(0, parked_call(self->t.p));
	TH_ASSERT_MARKED(self->t.marked);
	parked_kill(_metadata, self->t.pid);
}

TEST_F(tracee, detached_armed)
{
	ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	attach(_metadata, self->t.pid, PTRACE_SYSCALL);
	interrupt(_metadata, self->t.pid);
	ASSERT_EQ(0, ptrace(PTRACE_DETACH, self->t.pid, 0, 0));
	th_check_armed(_metadata);
	parked_kill(_metadata, self->t.pid);
}

/* The tracee spins until it is to fork, and from then on. */
static void __noreturn forking_tracee(struct parked *p)
{
	th_store(p[0].stage, STAGE_AWAKE);
	while (!th_load(p[0].go))
		;
	parked_bear(&p[1]);
	th_store(p[0].stage, STAGE_CALLED);
	for (;;)
		;
}

TEST_F(tracee, child)
{
	struct parked *p = parked_alloc(2, -1);
	pid_t pid;
	int i;

	ASSERT_NE(NULL, p);
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
	pid = th_fork();
	ASSERT_LE(0, pid);
	if (!pid)
		forking_tracee(p);
	ASSERT_EQ(0, th_poll(th_load(p[0].stage) == STAGE_AWAKE));

	/* setrlimit() and fork() */
	attach(_metadata, pid, PTRACE_SYSCALL);
	th_store(p[0].go, 1);
	for (i = 0; i < 4; i++) {
		syscall_stop(_metadata, pid);
		ASSERT_EQ(0, ptrace(PTRACE_SYSCALL, pid, 0, 0));
	}
	ASSERT_EQ(0, th_poll(th_load(p[0].stage) == STAGE_CALLED));
	ASSERT_EQ(0, parked_wait(&p[1]));
	TH_ASSERT_MARKED(self->t.marked + 1);
	ASSERT_EQ(0, parked_call(&p[1]));
	TH_ASSERT_MARKED(self->t.marked + 1);

	parked_kill(_metadata, pid);
	parked_kill(_metadata, p[1].tid);
	parked_kill(_metadata, self->t.pid);
}

FIXTURE(tracer_death)
{
	struct tracee t;
};

struct death {
	/* How the tracee has been resumed. */
	int request;
	/* Where it is when the tracer dies. */
	enum { RUNNING, INTERRUPTED, ENTERING } stop;
};

FIXTURE_VARIANT(tracer_death)
{
	struct death how;
};

FIXTURE_VARIANT_ADD(tracer_death, syscall_running)
{
	.how.request = PTRACE_SYSCALL,
	.how.stop = RUNNING,
};

FIXTURE_VARIANT_ADD(tracer_death, syscall_stopped)
{
	.how.request = PTRACE_SYSCALL,
	.how.stop = INTERRUPTED,
};

FIXTURE_VARIANT_ADD(tracer_death, syscall_at_entry)
{
	.how.request = PTRACE_SYSCALL,
	.how.stop = ENTERING,
};

FIXTURE_VARIANT_ADD(tracer_death, cont_running)
{
	.how.request = PTRACE_CONT,
	.how.stop = RUNNING,
};

FIXTURE_VARIANT_ADD(tracer_death, cont_stopped)
{
	.how.request = PTRACE_CONT,
	.how.stop = INTERRUPTED,
};

FIXTURE_SETUP(tracer_death)
{
	TH_REQUIRE();
	start_tracee(_metadata, &self->t);
}

FIXTURE_TEARDOWN_PARENT(tracer_death)
{
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/* Start a tracer that brings the tracee there, and does nothing more. */
static pid_t start_tracer(struct __test_metadata *_metadata,
			  const struct death *how, struct tracee *t)
{
	pid_t tracer;
	int fd[2];
	char c;

	ASSERT_EQ(0, pipe2(fd, O_CLOEXEC));
	tracer = th_fork();
	ASSERT_LE(0, tracer);
	if (!tracer) {
		attach(_metadata, t->pid, how->request);
		if (how->stop == INTERRUPTED) {
			interrupt(_metadata, t->pid);
		} else if (how->stop == ENTERING) {
			th_store(t->p->go, 1);
			syscall_stop(_metadata, t->pid);
		}
		ASSERT_EQ(1, write(fd[1], "x", 1));
		for (;;)
			pause();
	}
	close(fd[1]);
	ASSERT_EQ(1, read(fd[0], &c, 1));
	close(fd[0]);
	return tracer;
}

/* A mark that a dead tracer has left is lost at the next call, and that is made. */
static void check_lost(struct __test_metadata *_metadata,
		       const struct death *how, struct tracee *t)
{
	int marked = t->marked + (how->request == PTRACE_SYSCALL);
	pid_t tracer = start_tracer(_metadata, how, t);

	TH_ASSERT_MARKED(marked);
	parked_kill(_metadata, tracer);
	if (how->stop != ENTERING)
		TH_ASSERT_MARKED(marked);
	ASSERT_EQ(0, parked_call(t->p));
	TH_ASSERT_MARKED(t->marked);
	parked_kill(_metadata, t->pid);
	TH_ASSERT_MARKED(t->marked);
}

TEST_F(tracer_death, not_armed)
{
	check_lost(_metadata, &variant->how, &self->t);
}

/* The tracee is still marked from before. */
TEST_F(tracer_death, disarmed)
{
	self->t.marked = th_arm_and_disarm(_metadata) - 1;
	check_lost(_metadata, &variant->how, &self->t);
}

/* When the machine gets armed. */
#define BEFORE		0
#define MEANWHILE	1
#define AFTERWARDS	2

static void check_kept(struct __test_metadata *_metadata,
		       const struct death *how, struct tracee *t, int when)
{
	pid_t tracer;

	if (when == BEFORE)
		ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	tracer = start_tracer(_metadata, how, t);
	if (when == MEANWHILE)
		ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	if (when <= MEANWHILE)
		th_check_armed(_metadata);
	parked_kill(_metadata, tracer);
	if (when == AFTERWARDS)
		ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	th_check_armed(_metadata);
	ASSERT_EQ(0, parked_call(t->p));
	th_check_armed(_metadata);
	parked_kill(_metadata, t->pid);
}

TEST_F(tracer_death, armed_before)
{
	check_kept(_metadata, &variant->how, &self->t, BEFORE);
}

TEST_F(tracer_death, armed_meanwhile)
{
	check_kept(_metadata, &variant->how, &self->t, MEANWHILE);
}

TEST_F(tracer_death, armed_afterwards)
{
	check_kept(_metadata, &variant->how, &self->t, AFTERWARDS);
}

TEST_HARNESS_MAIN
