// SPDX-License-Identifier: GPL-2.0
/*
 * What the event records is one call, whatever probes are there before it.
 *
 *  record.probe_first	the new number with the new arguments
 *  record.event_first	the old number with the old arguments
 *  record.any_order	a thread makes calls while probe and event come and go:
 *			each record is one or the other
 */

#include "rewrite.h"

/* Neither call looks at its arguments. */
#define OLD_NR		SYS_getppid
#define NEW_NR		TH_NR_UNKNOWN
#define OLD_ARG(i)	TH_POISON(i)
#define NEW_ARG(i)	TH_POISON(0x100 + (i))

enum { NEITHER, OLD, NEW };

FIXTURE(record) {
	struct th_event *ev;
	int n;
};

#define MAX_EVENTS	65536

FIXTURE_SETUP(record)
{
	TH_REQUIRE_PROBE();
	self->ev = calloc(MAX_EVENTS, sizeof(*self->ev));
	ASSERT_NE(NULL, self->ev);
	ASSERT_EQ(0, th_write(TH_ATTACH, "0"));
	ASSERT_EQ(0, th_instance_create());
}

FIXTURE_TEARDOWN(record)
{
	rewrite_restore(_metadata);
}

static long call_old(void)
{
	const unsigned long args[6] = {
		OLD_ARG(0), OLD_ARG(1), OLD_ARG(2),
		OLD_ARG(3), OLD_ARG(4), OLD_ARG(5),
	};

	return th_syscall(OLD_NR, args);
}

static int rule_for(pid_t pid)
{
	return rewrite_rule(pid, OLD_NR,
			    "set_nr=%d arg0=%#lx arg1=%#lx arg2=%#lx arg3=%#lx arg4=%#lx arg5=%#lx",
			    NEW_NR, NEW_ARG(0), NEW_ARG(1), NEW_ARG(2),
			    NEW_ARG(3), NEW_ARG(4), NEW_ARG(5));
}

/* Which of the two calls an entry is. */
static int which(const struct th_event *ev)
{
	int i, olds = ev->nr == OLD_NR, news = ev->nr == NEW_NR;

	for (i = 0; i < 6; i++) {
		olds += ev->args[i] == OLD_ARG(i);
		news += ev->args[i] == NEW_ARG(i);
	}
	return olds == 7 ? OLD : news == 7 ? NEW : NEITHER;
}

/* One call of a thread is recorded, and is made with the new number. */
static void check_one(struct __test_metadata *_metadata, struct th_event *ev,
		      long nr, int expected)
{
	struct th_event *entry, *exit;
	int n;

	EXPECT_EQ(-ENOSYS, call_old());
	ASSERT_EQ(0, th_write(TH_INSTANCE "tracing_on", "0"));
	n = th_events(getpid(), ev, MAX_EVENTS);
	ASSERT_GE(MAX_EVENTS, n);
	entry = th_find(ev, n, 0, true, nr);
	ASSERT_NE(NULL, entry);
	EXPECT_EQ(expected, which(entry));
	exit = entry + 1;
	EXPECT_FALSE(exit->entry);
	EXPECT_EQ(entry->id, exit->id);
	EXPECT_EQ(NEW_NR, exit->nr);
	EXPECT_EQ(-ENOSYS, exit->ret);
}

TEST_F(record, probe_first)
{
	ASSERT_EQ(0, rule_for(getpid()));
	ASSERT_EQ(0, th_write(TH_ATTACH, "1"));
	ASSERT_EQ(0, th_trace_on());
	check_one(_metadata, self->ev, NEW_NR, NEW);
}

TEST_F(record, event_first)
{
	ASSERT_EQ(0, rule_for(getpid()));
	ASSERT_EQ(0, th_trace_on());
	ASSERT_EQ(0, th_write(TH_ATTACH, "1"));
	check_one(_metadata, self->ev, OLD_NR, OLD);
}

static struct shared {
	unsigned long	calls;
	int		stop;
} *shared;

static void caller_main(void)
{
	int i;

	while (!th_load(shared->stop)) {
		call_old();
		__atomic_fetch_add(&shared->calls, 1, __ATOMIC_RELEASE);
		/* The buffer has to last. */
		for (i = 0; i < 50000; i++)
			asm volatile("");
	}
	_exit(0);
}

/* The thread makes some calls from their beginning on.  Return: 0 or -ETIMEDOUT. */
static int wait_calls(void)
{
	unsigned long from = th_load(shared->calls);

	return th_poll(th_load(shared->calls) - from > 5);
}

TEST_F(record, any_order)
{
	static const struct {
		const char *path, *text;
	} steps[] = {
		{ TH_ATTACH, "1" },
		{ TH_ENTRY "enable", "1" },
		{ TH_ATTACH, "0" },
		/* The event was first, from here on. */
		{ TH_ATTACH, "1" },
		{ TH_ENTRY "enable", "0" },
	};
	int i, seen[3] = {};
	size_t step;
	pid_t pid;

	shared = th_share(sizeof(*shared));
	ASSERT_NE(NULL, shared);
	ASSERT_EQ(0, th_write(TH_INSTANCE "buffer_size_kb", "8192"));
	ASSERT_EQ(0, th_writef(TH_ENTRY "filter", "nr == %d || nr == %d",
			       (int)OLD_NR, NEW_NR));
	pid = th_fork();
	if (!pid)
		caller_main();
	ASSERT_LT(0, pid);
	/* th_fork() makes the same call, and must get its result. */
	ASSERT_EQ(0, wait_calls());
	ASSERT_EQ(0, rule_for(pid));
	for (i = 0; i < 10; i++) {
		for (step = 0; step < ARRAY_SIZE(steps); step++) {
			ASSERT_EQ(0, th_write(steps[step].path, steps[step].text));
			ASSERT_EQ(0, wait_calls());
		}
	}
	th_store(shared->stop, 1);
	ASSERT_EQ(0, th_reap(pid));
	ASSERT_EQ(0, th_events_lost());

	self->n = th_events(pid, self->ev, MAX_EVENTS);
	ASSERT_GE(MAX_EVENTS, self->n);
	for (i = 0; i < self->n; i++) {
		if (self->ev[i].nr == OLD_NR || self->ev[i].nr == NEW_NR)
			seen[which(&self->ev[i])]++;
	}
	EXPECT_EQ(0, seen[NEITHER]);
	EXPECT_LE(10, seen[OLD]);
	EXPECT_LE(10, seen[NEW]);
}

TEST_HARNESS_MAIN
