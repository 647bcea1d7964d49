// SPDX-License-Identifier: GPL-2.0
/*
 * The beginning of a trace of busy threads.
 *
 *  start.both_at_once	events/tracehook/enable switches one event after the other,
 *			and waits for nobody in between.  So there are no calls of
 *			which one event is recorded and the other is not.
 *
 * Who switches the events has a processor for itself until it sleeps: the busy
 * threads have to share that one, and come after it.  If it waits for a grace
 * period in between, they make calls, hundreds of them.
 *
 * A second switching on may have to wait for what the first one has left behind, as
 * all tracepoints do: so the best of some rounds counts.  The same of raw_syscalls is
 * printed beside it.
 */
#include <sched.h>

#include "parked.h"

#define THREADS		4
#define ROUNDS		5
/* Calls that each makes after the events are on */
#define CALLS		200
/* What the best round may have: the call that each is in */
#define HANDFUL		THREADS
#define MAX_EVENTS	131072

static struct shared {
	unsigned long	calls[THREADS];
	int		stop;
} *shared;

static void busy_main(int i)
{
	while (!th_load(shared->stop)) {
		syscall(__NR_getppid);
		__atomic_fetch_add(&shared->calls[i], 1, __ATOMIC_RELEASE);
	}
	_exit(0);
}

/* Each thread makes some more calls.  Return: 0 or -ETIMEDOUT. */
static int wait_calls(unsigned long n)
{
	unsigned long from[THREADS];
	int i, err = 0;

	for (i = 0; i < THREADS; i++)
		from[i] = th_load(shared->calls[i]);
	for (i = 0; i < THREADS && !err; i++)
		err = th_poll(th_load(shared->calls[i]) - from[i] >= n);
	return err;
}

/* One line of the trace of either kind of events. */
struct record {
	pid_t	pid;
	bool	entry;
};

FIXTURE(start) {
	struct record *rec;
	pid_t pid[THREADS];
	int n;
};

/* From now on only sleeping gives it to others. */
static int come_first(void)
{
	const struct sched_param first = { .sched_priority = 1 };

	return sched_setscheduler(0, SCHED_FIFO, &first) ? -errno : 0;
}

FIXTURE_SETUP(start)
{
	int i;

	TH_REQUIRE();
	self->rec = calloc(MAX_EVENTS, sizeof(*self->rec));
	ASSERT_NE(NULL, self->rec);
	shared = th_share(sizeof(*shared));
	ASSERT_NE(NULL, shared);
	ASSERT_EQ(0, th_instance_create());
	ASSERT_EQ(0, th_write(TH_INSTANCE "buffer_size_kb", "16384"));
	ASSERT_EQ(0, th_pin());
	for (i = 0; i < THREADS; i++) {
		self->pid[i] = th_fork();
		if (!self->pid[i])
			busy_main(i);
		ASSERT_LT(0, self->pid[i]);
	}
	ASSERT_EQ(0, come_first());
	ASSERT_EQ(0, wait_calls(1));
}

FIXTURE_TEARDOWN(start)
{
	int i;

	th_store(shared->stop, 1);
	for (i = 0; i < THREADS; i++)
		EXPECT_EQ(0, th_reap(self->pid[i]));
	EXPECT_EQ(0, th_write(TH_INSTANCE "events/enable", "0"));
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/* "   comm-17   [001] .....   1.234567: tracehook_exit: nr=" or ": sys_exit: NR " */
static int read_records(struct record *rec, int max)
{
	FILE *f = fopen(TH_INSTANCE "trace", "re");
	char line[1024];
	int n = 0;

	if (!f)
		return -errno;
	while (n < max && fgets(line, sizeof(line), f)) {
		bool entry = strstr(line, ": tracehook_entry: ") ||
			     strstr(line, ": sys_enter: ");

		if (!entry && !strstr(line, ": tracehook_exit: ") &&
		    !strstr(line, ": sys_exit: "))
			continue;
		rec[n].pid = th_line_pid(line);
		rec[n++].entry = entry;
	}
	fclose(f);
	return n;
}

/*
 * Events of these threads that are alone, but for the last one of each: its call
 * was in flight at the end.  Return: 0, or -EPROTO if a thread has no pair.
 */
static int count_alone(const pid_t *pid, const struct record *rec, int n,
		       int *entries, int *exits)
{
	int t, i, open, pairs;

	*entries = *exits = 0;
	for (t = 0; t < THREADS; t++) {
		for (i = open = pairs = 0; i < n; i++) {
			if (rec[i].pid != pid[t])
				continue;
			if (rec[i].entry) {
				*entries += open;
				open = 1;
			} else {
				*exits += !open;
				pairs += open;
				open = 0;
			}
		}
		if (pairs < CALLS)
			return -EPROTO;
	}
	return 0;
}

/* Return: how many are alone in the best round, or -errno. */
static int best_start(struct _test_data_start *self, const char *events)
{
	int round, err, entries, exits, best = INT_MAX;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), TH_INSTANCE "events/%s/enable", events);
	for (round = 0; round < ROUNDS; round++) {
		err = th_write(TH_INSTANCE "tracing_on", "1") ?:
		      th_write(path, "1") ?: wait_calls(CALLS + 2) ?:
		      th_write(TH_INSTANCE "tracing_on", "0") ?:
		      th_write(path, "0");
		if (err)
			return err;
		if (th_events_lost())
			return -EOVERFLOW;
		self->n = read_records(self->rec, MAX_EVENTS);
		if (self->n < 0 || self->n == MAX_EVENTS)
			return -E2BIG;
		err = count_alone(self->pid, self->rec, self->n, &entries, &exits);
		if (err)
			return err;
		ksft_print_msg("%s: %d entries and %d exits alone, of %d events\n", events,
			       entries, exits, self->n);
		if (entries + exits < best)
			best = entries + exits;
		err = th_events_clear();
		if (err)
			return err;
	}
	return best;
}

TEST_F(start, both_at_once)
{
	int best;

	if (!access(TH_INSTANCE "events/raw_syscalls", F_OK)) {
		best = best_start(self, "raw_syscalls");
		EXPECT_LE(0, best);
		ksft_print_msg("raw_syscalls: best %d\n", best);
	}
	best = best_start(self, "tracehook");
	ASSERT_LE(0, best);
	ksft_print_msg("tracehook: best %d\n", best);
	EXPECT_GE(HANDFUL, best);
}

TEST_HARNESS_MAIN
