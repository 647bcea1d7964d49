// SPDX-License-Identifier: GPL-2.0
/*
 * Calls of a tracee whose tracer dies after PTRACE_SYSEMU.
 *
 *  sysemu.tracer_dies	those that are made are reported, those that are emulated
 *			are not
 *
 * In every other round the tracer dies when the tracee has stopped at its call,
 * so what must come of each call is known.  In the rounds between, both go at
 * once: the death takes back the request first, and a moment later that there is
 * a tracer.  A tracee that comes to its call in that moment makes it.  No way is
 * known to bring this about for certain, so these rounds are many, and other
 * threads of the tracee keep busy a lock that the death has to take in between.  The
 * judgement does not depend on who wins: what has a result of the kernel must have
 * been reported.  On one processor that moment never comes: it is spent with
 * interrupts off.
 */
#include <pthread.h>
#include <sys/eventfd.h>

#include "tracee.h"

#define ROUNDS		400
#define CALLS		3
#define MAX_EVENTS	(4 * ROUNDS * CALLS)

/* Not a number that is the result of anything here */
#define EVENT_FD	100

static struct shared {
	int	go, done;		/* rounds, from 1 on */
	int	delay[ROUNDS];
	long	ret[ROUNDS * CALLS];
} *shared;

static void *busy_with_signals(void *unused)
{
	sigset_t mask[2];
	int i;

	sigemptyset(&mask[0]);
	sigfillset(&mask[1]);
	for (i = 0; th_load(shared->done) <= ROUNDS; i++)
		sigprocmask(SIG_SETMASK, &mask[i & 1], NULL);
	return NULL;
}

static void tracee_rounds(int fd)
{
	const unsigned long long one = 1;
	unsigned long args[6] = { EVENT_FD, (unsigned long)&one, sizeof(one) };
	pthread_t thread;
	int round, c, i;

	if (dup2(fd, EVENT_FD) < 0 ||
	    pthread_create(&thread, NULL, busy_with_signals, NULL))
		_exit(1);
	th_store(shared->done, 1);
	for (round = 1; round <= ROUNDS; round++) {
		/* It makes no call that is not asked for. */
		while (th_load(shared->go) < round)
			;
		for (i = 0; i < shared->delay[round - 1]; i++)
			asm volatile("");
		for (c = 0; c < CALLS; c++) {
			args[3] = (round - 1) * CALLS + c;
			shared->ret[args[3]] = th_syscall(__NR_write, args);
		}
		th_store(shared->done, round + 1);
	}
	_exit(0);
}

static void tracer_main(pid_t tid, int ready)
{
	/* Else the stop that the tracer leaves behind becomes a SIGTRAP. */
	if (trace(PTRACE_SEIZE, tid, 0, PTRACE_O_TRACESYSGOOD) ||
	    trace(PTRACE_INTERRUPT, tid, 0, 0) || trace_wait(tid) < 0 ||
	    trace(PTRACE_SYSEMU, tid, 0, 0) || write(ready, "x", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

/* The tracee has made the calls of a round; 0 is what comes before them. */
static int wait_done(int round)
{
	return th_poll(th_load(shared->done) > round);
}

/* Return: 0 or -errno. */
static int one_round(pid_t tid, int round)
{
	int ready[2], err = 0;
	pid_t tracer;
	char c;

	if (pipe(ready))
		return -errno;
	tracer = th_fork();
	if (!tracer)
		tracer_main(tid, ready[1]);
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		err = -EPROTO;
	close(ready[0]);

	th_store(shared->go, round + 1);
	if (!err && !(round & 1))
		err = th_poll(th_task_state(tid) == 't');
	kill(tracer, SIGKILL);
	if (th_reap(tracer) != 128 + SIGKILL)
		err = err ?: -ECHILD;
	return err ?: wait_done(round + 1);
}

FIXTURE(sysemu) {
	struct th_event *ev;
	int n;
};

FIXTURE_SETUP(sysemu)
{
	TH_REQUIRE();
	if (trace_try(PTRACE_SYSEMU) == -EIO)
		SKIP(return, "this architecture does not have PTRACE_SYSEMU");
	self->ev = calloc(MAX_EVENTS, sizeof(*self->ev));
	ASSERT_NE(NULL, self->ev);
	shared = th_share(sizeof(*shared));
	ASSERT_NE(NULL, shared);
	ASSERT_EQ(0, th_instance_create());
}

FIXTURE_TEARDOWN(sysemu)
{
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/* The entry of a call of the tracee, by what it has as its fourth argument */
static struct th_event *find_call(struct th_event *ev, int n, unsigned long seq)
{
	int i;

	for (i = 0; i < n; i++) {
		if (ev[i].entry && ev[i].nr == __NR_write &&
		    ev[i].args[0] == EVENT_FD && ev[i].args[3] == seq)
			return &ev[i];
	}
	return NULL;
}

TEST_F(sysemu, tracer_dies)
{
	int fd, round, i, made = 0, emulated = 0, died_first = 0;
	unsigned long long total;
	struct th_event *entry;
	pid_t pid;

	fd = eventfd(0, 0);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, th_writef(TH_ENTRY "filter", "nr == %d", __NR_write));
	ASSERT_EQ(0, th_writef(TH_EXIT "filter", "nr == %d", __NR_write));
	ASSERT_EQ(0, th_trace_on());
	/* From short to long */
	for (round = 0; round < ROUNDS; round++)
		shared->delay[round] = round & 1 ? round * round : 0;
	pid = th_fork();
	if (!pid)
		tracee_rounds(fd);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, wait_done(0));
	for (round = 0; round < ROUNDS; round++) {
		ASSERT_EQ(0, one_round(pid, round))
			TH_LOG("round %d", round);
	}
	ASSERT_EQ(0, th_reap(pid));
	ASSERT_EQ(0, th_trace_off());
	ASSERT_EQ(0, th_events_lost());

	self->n = th_events(pid, self->ev, MAX_EVENTS);
	ASSERT_GE(MAX_EVENTS, self->n);
	for (i = 0; i < ROUNDS * CALLS; i++) {
		bool first = i % CALLS == 0, stopped = !(i / CALLS & 1);

		entry = find_call(self->ev, self->n, i);
		if (shared->ret[i] == sizeof(total)) {
			made++;
			died_first += first;
			ASSERT_NE(NULL, entry)
				TH_LOG("call %d was made and not reported", i);
			ASSERT_GT(self->ev + self->n, entry + 1);
			EXPECT_FALSE(entry[1].entry);
			EXPECT_EQ(entry->id, entry[1].id);
			EXPECT_EQ((long)sizeof(total), entry[1].ret);
		} else {
			emulated++;
			/* Nothing but the first one is, and it was stopped for that. */
			EXPECT_TRUE(first);
			if (stopped)
				EXPECT_EQ(NULL, entry);
		}
		if (first && stopped)
			EXPECT_NE((long)sizeof(total), shared->ret[i]);
	}
	ASSERT_EQ((ssize_t)sizeof(total), read(fd, &total, sizeof(total)));
	EXPECT_EQ(total, (unsigned long long)made);
	EXPECT_LE(ROUNDS / 2, emulated);
	ksft_print_msg("%d calls made, %d emulated; %d of %d tracers died in time\n",
		       made, emulated, died_first, ROUNDS / 2);
}

TEST_HARNESS_MAIN
