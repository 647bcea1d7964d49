// SPDX-License-Identifier: GPL-2.0
/*
 * No tracee sees a stop more or less because the machine is armed: the requests
 * that resume a tracee.
 *
 * A variant is a list of resume requests.  Under them a little tracee makes its
 * calls, and all its stops are recorded, down to si_code and address:
 *
 * not_armed		which stops there are, and which calls are executed
 * armed		the same stops; the events are those of the executed calls
 * toggled_in_call	the same stops if armed or disarmed while a call blocks
 * toggled_once		the same stops if armed or disarmed at any one of them
 * toggled_at_each	the same stops if armed or disarmed at each of them
 * toggled_at_random	the same stops while somebody else toggles all the time
 */

#include "tracee.h"

#define MAX_STOPS	2048
#define MAX_REQUESTS	4

/* Any number of steps but none. */
#define SOME		-1

/* When a run begins armed, and when it is toggled. */
struct plan {
	bool	armed;
	bool	events;		/* record them, which arms as well */
	bool	in_call;	/* toggle in read(), while it blocks if it can */
	bool	each;		/* toggle at each stop */
	bool	once;		/* toggle at one stop ... */
	int	at;		/* ... this one */
};

struct run {
	/* From the variant. */
	const long	*requests;
	bool		not_sysgood;
	const char	*executed;
	/* What comes out. */
	struct tracee	t;
	struct stop	stops[MAX_STOPS];
	int		nr_stops;
	int		written;
	int		toggled_in_call;
};

FIXTURE(resume) {
	struct run	base;	/* not armed */
	struct run	run;
	int		*flips;	/* by another process */
};

FIXTURE_VARIANT(resume) {
	/* One for each resume; the last one is repeated until the end. */
	long		requests[MAX_REQUESTS];
	bool		not_sysgood;
	/* E0 is a stop at the entry of tracee_calls[0], X0 at its exit. */
	const char	*stops;
	/* How many stops by SIGTRAP there are besides: a number, or SOME. */
	int		steps;
	/* Calls that are executed and reported, by index. */
	const char	*executed;
};

FIXTURE_VARIANT_ADD(resume, cont) {
	.requests	= { PTRACE_CONT },
	.stops		= "",
	.executed	= "01234",
};

FIXTURE_VARIANT_ADD(resume, syscall) {
	.requests	= { PTRACE_SYSCALL },
	.stops		= "E0X0E1X1E2X2E3X3E4",
	.executed	= "01234",
};

FIXTURE_VARIANT_ADD(resume, syscall_without_sysgood) {
	.requests	= { PTRACE_SYSCALL },
	.not_sysgood	= true,
	.stops		= "",
	.steps		= 9,
	.executed	= "01234",
};

/* exit_group() is emulated as well, but then repeated under PTRACE_CONT. */
FIXTURE_VARIANT_ADD(resume, sysemu) {
	.requests	= { PTRACE_SYSEMU },
	.stops		= "E0E1E2E3E4",
	.executed	= "4",
};

FIXTURE_VARIANT_ADD(resume, sysemu_singlestep) {
	.requests	= { PTRACE_SYSEMU_SINGLESTEP },
	.stops		= "E0E1E2E3E4",
	.steps		= SOME,
	.executed	= "4",
};

FIXTURE_VARIANT_ADD(resume, singlestep) {
	.requests	= { PTRACE_SINGLESTEP },
	.stops		= "",
	.steps		= SOME,
	.executed	= "01234",
};

FIXTURE_VARIANT_ADD(resume, singleblock) {
	.requests	= { PTRACE_SINGLEBLOCK },
	.stops		= "",
	.steps		= SOME,
	.executed	= "01234",
};

FIXTURE_VARIANT_ADD(resume, syscall_then_cont_at_entry) {
	.requests	= { PTRACE_SYSCALL, PTRACE_CONT },
	.stops		= "E0",
	.executed	= "01234",
};

/* The step is reported at the exit of the call. */
FIXTURE_VARIANT_ADD(resume, syscall_then_singlestep_at_entry) {
	.requests	= { PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_CONT },
	.stops		= "E0",
	.steps		= 1,
	.executed	= "01234",
};

FIXTURE_VARIANT_ADD(resume, singlestep_then_syscall) {
	.requests	= { PTRACE_SINGLESTEP, PTRACE_SYSCALL },
	.stops		= "E0X0E1X1E2X2E3X3E4",
	.steps		= 1,
	.executed	= "01234",
};

/* Whether a call is emulated is decided before the stop at its entry. */
FIXTURE_VARIANT_ADD(resume, sysemu_then_cont_at_entry) {
	.requests	= { PTRACE_SYSEMU, PTRACE_CONT },
	.stops		= "E0",
	.executed	= "1234",
};

FIXTURE_VARIANT_ADD(resume, sysemu_then_syscall_at_entry) {
	.requests	= { PTRACE_SYSEMU, PTRACE_SYSCALL, PTRACE_CONT },
	.stops		= "E0X0",
	.executed	= "1234",
};

FIXTURE_VARIANT_ADD(resume, syscall_then_sysemu_at_entry) {
	.requests	= { PTRACE_SYSCALL, PTRACE_SYSEMU, PTRACE_CONT },
	.stops		= "E0E1",
	.executed	= "0234",
};

FIXTURE_SETUP(resume)
{
	long ret;

	TH_REQUIRE();
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	self->base.requests = variant->requests;
	self->base.not_sysgood = variant->not_sysgood;
	self->base.executed = variant->executed;
	self->run = self->base;
	self->flips = th_share(sizeof(*self->flips));
	ASSERT_NE(NULL, self->flips);

	ret = trace_try_all(variant->requests, MAX_REQUESTS);
	if (ret == -EIO)
		SKIP(return, "this machine does not have the request");
	if (ret == -ENODEV)
		SKIP(return, "this processor takes no such steps");
	ASSERT_EQ(0, ret);
}

FIXTURE_TEARDOWN(resume)
{
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

static bool executed(const struct run *r, int call)
{
	return strchr(r->executed, '0' + call);
}

static void toggle_in_call(struct __test_metadata *_metadata, struct run *r)
{
	ASSERT_EQ(0, th_flip());
	r->toggled_in_call++;
}

/* Before the tracee is waited for: it may need a byte, and take long to. */
static void feed_if_blocked(struct __test_metadata *_metadata, struct run *r,
			    const struct plan *plan, bool *fed)
{
	int stopped;

	if (*fed)
		return;
	stopped = trace_await_stop(r->t.pid);
	ASSERT_LE(0, stopped);
	if (stopped)
		return;
	if (plan->in_call)
		toggle_in_call(_metadata, r);
	ASSERT_EQ(0, tracee_feed(&r->t));
	*fed = true;
}

static void run(struct __test_metadata *_metadata, const struct plan *plan,
		struct run *r)
{
	long next, request = 0;
	bool fed = false;
	struct stop *s;
	int i;

	r->nr_stops = 0;
	r->toggled_in_call = 0;
	if (plan->armed)
		ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	ASSERT_EQ(0, tracee_start(&r->t, true));
	if (r->not_sysgood)
		ASSERT_EQ(0, trace(PTRACE_SETOPTIONS, r->t.pid, 0,
				   PTRACE_O_EXITKILL));
	if (plan->events)
		ASSERT_EQ(0, th_record(r->t.pid));

	for (i = 0; ; i++) {
		if (plan->each || (plan->once && plan->at == i))
			ASSERT_EQ(0, th_flip());

		next = i < MAX_REQUESTS ? r->requests[i] : 0;
		if (next)
			request = next;
		ASSERT_EQ(0, trace_resume(request, r->t.pid, 0));
		feed_if_blocked(_metadata, r, plan, &fed);

		ASSERT_GT(MAX_STOPS, r->nr_stops);
		s = &r->stops[r->nr_stops++];
		*s = trace_stop(r->t.pid);
		if (s->what < 0)
			break;
		if (s->op != PTRACE_SYSCALL_INFO_ENTRY)
			continue;
		/* The tracee repeats it if it was emulated. */
		if (s->nr == SYS_exit_group)
			request = PTRACE_CONT;
		/* It will not block. */
		if (s->nr == SYS_read && !executed(r, 2) && plan->in_call)
			toggle_in_call(_metadata, r);
	}
	r->written = tracee_written(&r->t);
	tracee_close(&r->t);
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
}

static void run_base(struct __test_metadata *_metadata, struct run *r)
{
	static const struct plan not_armed;

	run(_metadata, &not_armed, r);
}

static void run_and_compare(struct __test_metadata *_metadata,
			    const struct plan *plan, const struct run *base,
			    struct run *r)
{
	const struct stop *a, *b;
	int i;

	run(_metadata, plan, r);
	for (i = 0; i < base->nr_stops && i < r->nr_stops; i++) {
		a = &base->stops[i];
		b = &r->stops[i];
		ASSERT_EQ(a->what, b->what) {
			TH_LOG("stop %d of %d", i, base->nr_stops);
		}
		ASSERT_EQ(a->code, b->code);
		ASSERT_EQ(a->op, b->op);
		ASSERT_EQ(a->nr, b->nr);
		ASSERT_EQ(a->pc, b->pc);
	}
	ASSERT_EQ(base->nr_stops, r->nr_stops);
	ASSERT_EQ(base->written, r->written);
}

TEST_F(resume, not_armed)
{
	const long results[] = { getpid(), 1, 1, -EBADF };
	int i, call = 0, steps = 0;
	char stops[64] = "";
	struct stop *s;

	run_base(_metadata, &self->base);
	for (i = 0; i < self->base.nr_stops - 1; i++) {
		s = &self->base.stops[i];
		if (s->what == SIGTRAP) {
			ASSERT_EQ(PTRACE_SYSCALL_INFO_NONE, s->op);
			steps++;
			continue;
		}
		ASSERT_EQ(SYSCALL_SIG, s->what);
		ASSERT_EQ(SYSCALL_SIG, s->code);
		if (s->op == PTRACE_SYSCALL_INFO_EXIT) {
			ASSERT_GT(ARRAY_SIZE(results), (size_t)call);
			if (executed(&self->base, call))
				EXPECT_EQ(results[call], s->nr);
			sprintf(stops + strlen(stops), "X%d", call);
			continue;
		}
		ASSERT_EQ(PTRACE_SYSCALL_INFO_ENTRY, s->op);
		for (call = 0; call < TRACEE_CALLS; call++) {
			if (s->nr == tracee_calls[call])
				break;
		}
		ASSERT_GT(TRACEE_CALLS, call);
		ASSERT_GT(sizeof(stops) - 8, strlen(stops));
		sprintf(stops + strlen(stops), "E%d", call);
	}

	EXPECT_STREQ(variant->stops, stops);
	if (variant->steps == SOME && steps)
		steps = SOME;
	EXPECT_EQ(variant->steps, steps);
	/* It made it to its end, and nothing killed it. */
	EXPECT_EQ(-1, self->base.stops[i].what);
	EXPECT_EQ(executed(&self->base, 1), self->base.written);
}

TEST_F(resume, armed)
{
	const struct plan plan = { .armed = true, .events = true };

	run_base(_metadata, &self->base);
	run_and_compare(_metadata, &plan, &self->base, &self->run);

	expect_events(_metadata, self->run.t.pid, 0, variant->executed);
}

TEST_F(resume, toggled_in_call)
{
	struct plan plan = { .in_call = true };

	run_base(_metadata, &self->base);
	run_and_compare(_metadata, &plan, &self->base, &self->run);
	EXPECT_EQ(1, self->run.toggled_in_call);
	plan.armed = true;
	run_and_compare(_metadata, &plan, &self->base, &self->run);
	EXPECT_EQ(1, self->run.toggled_in_call);
}

TEST_F(resume, toggled_once)
{
	/* A few hundred steps would take too long. */
	int stride, at;

	run_base(_metadata, &self->base);
	stride = 1 + self->base.nr_stops / 16;
	for (at = 0; at < self->base.nr_stops; at += stride) {
		struct plan plan = { .once = true, .at = at };

		run_and_compare(_metadata, &plan, &self->base, &self->run);
		plan.armed = true;
		run_and_compare(_metadata, &plan, &self->base, &self->run);
	}
}

TEST_F(resume, toggled_at_each)
{
	struct plan plan = { .each = true };

	run_base(_metadata, &self->base);
	run_and_compare(_metadata, &plan, &self->base, &self->run);
	plan.armed = true;
	run_and_compare(_metadata, &plan, &self->base, &self->run);
}

TEST_F(resume, toggled_at_random)
{
	const struct plan plan = {};
	int i, enough, runs = 0;
	pid_t pid;

	run_base(_metadata, &self->base);
	pid = th_fork();
	ASSERT_LE(0, pid);
	for (i = 0; !pid; i = !i) {
		if (th_write(TH_ENABLE, i ? "0" : "1"))
			_exit(1);
		__atomic_fetch_add(self->flips, 1, __ATOMIC_RELAXED);
	}

	enough = self->base.nr_stops < 32 ? 20 : 2;
	while (runs++ < enough ||
	       __atomic_load_n(self->flips, __ATOMIC_RELAXED) < 100)
		run_and_compare(_metadata, &plan, &self->base, &self->run);
	kill(pid, SIGKILL);
	EXPECT_EQ(128 + SIGKILL, th_reap(pid));
}

TEST_HARNESS_MAIN
