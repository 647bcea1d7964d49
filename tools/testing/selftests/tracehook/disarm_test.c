// SPDX-License-Identifier: GPL-2.0
/*
 * Disarming clears no marks: each thread loses its own at its next call, and not
 * before.
 *
 * The marks are counted to the last one.  So everybody else is frozen, and what
 * is not marked for certain is the test itself: its own next call, that which
 * opens the status file, unmarks it.
 *
 * - disarm.at_the_next_call: threads in a call, in user mode and stopped
 * - disarm.then_armed_again: a mark outlives this, and is lost only once
 * - disarm.many_times: repeated arming and disarming leaves nothing
 * - disarm.newcomer: a child of whoever is still marked is not
 */
#include <pthread.h>

#include "parked.h"

#define PARKED	5

FIXTURE(disarm)
{
	struct parked *p;
	pid_t pid[PARKED];
};

FIXTURE_SETUP(disarm)
{
	TH_REQUIRE();
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	ASSERT_EQ(0, th_freeze_others());
	self->p = parked_alloc(PARKED, -1);
	ASSERT_NE(NULL, self->p);
}

FIXTURE_TEARDOWN_PARENT(disarm)
{
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

static void *parked_thread(void *p)
{
	parked_main(p);
}

/* A process with two parked threads, and a leader that is never heard of. */
static void two_threads(struct parked *p)
{
	pthread_t thread[2];

	if (pthread_create(&thread[0], NULL, parked_thread, p) ||
	    pthread_create(&thread[1], NULL, parked_thread, p + 1))
		_exit(1);
	for (;;)
		pause();
}

TEST_F(disarm, at_the_next_call)
{
	/* 0: blocked, 1: spinning, 2: spinning but stopped, 3 and 4: threads */
	static const int n_processes = 4;
	struct parked *p = self->p;
	int i, marked, status;
	pid_t pid;

	for (i = 0; i < 3; i++) {
		self->pid[i] = parked_fork(&p[i], i ? PARK_SPIN : PARK_READ);
		ASSERT_LE(0, self->pid[i]);
	}
	/* The fixture is shared: the child must not write there. */
	pid = th_fork();
	ASSERT_LE(0, pid);
	if (!pid)
		two_threads(&p[3]);
	self->pid[3] = pid;
	for (i = 0; i < PARKED; i++)
		ASSERT_EQ(0, parked_wait(&p[i]));
	ASSERT_EQ(0, kill(self->pid[2], SIGSTOP));
	ASSERT_EQ(self->pid[2], waitpid(self->pid[2], &status, WUNTRACED));

	marked = th_arm_and_disarm(_metadata);
	for (i = 0; i < PARKED; i++) {
		if (i == 2)
			ASSERT_EQ(0, kill(self->pid[2], SIGCONT));
		ASSERT_EQ(0, parked_wake(&p[i]));
		/* Out of its call, into which it went before: still marked. */
		TH_ASSERT_MARKED(marked);
		ASSERT_EQ(0, parked_call(&p[i]));
		TH_ASSERT_MARKED(--marked);
		ASSERT_EQ(0, parked_rest(&p[i]));
		TH_ASSERT_MARKED(marked);
	}
	for (i = 0; i < n_processes; i++)
		parked_kill(_metadata, self->pid[i]);
}

TEST_F(disarm, then_armed_again)
{
	struct parked *p = self->p;
	int marked;

	self->pid[0] = parked_fork(p, PARK_READ);
	ASSERT_EQ(0, parked_wait(p));

	marked = th_arm_and_disarm(_metadata);
	ASSERT_EQ(marked, th_arm_and_disarm(_metadata));
	ASSERT_EQ(0, parked_wake(p));
	ASSERT_EQ(marked, th_arm_and_disarm(_metadata));
	ASSERT_EQ(0, parked_call(p));
	TH_ASSERT_MARKED(marked - 1);

	/* And marked anew by the next arming, in user mode. */
	ASSERT_EQ(marked, th_arm_and_disarm(_metadata));
	ASSERT_EQ(0, parked_rest(p));
	TH_ASSERT_MARKED(marked - 1);
	parked_kill(_metadata, self->pid[0]);
}

TEST_F(disarm, many_times)
{
	struct parked *p = self->p;
	int i, marked;

	for (i = 0; i < 2; i++) {
		self->pid[i] = parked_fork(&p[i], i ? PARK_READ : PARK_SPIN);
		ASSERT_EQ(0, parked_wait(&p[i]));
	}
	for (i = 0; i < 50; i++) {
		ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
		ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	}
	marked = th_arm_and_disarm(_metadata);
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, parked_wake(&p[i]));
		ASSERT_EQ(0, parked_call(&p[i]));
		ASSERT_EQ(0, parked_rest(&p[i]));
		TH_ASSERT_MARKED(--marked);
		parked_kill(_metadata, self->pid[i]);
		TH_ASSERT_MARKED(marked);
	}
}

TEST_F(disarm, newcomer)
{
	struct parked *p = self->p;
	int marked;

	marked = th_arm_and_disarm(_metadata);
	/* This thread too is marked again, until the call that forks. */
	ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	self->pid[0] = parked_bear(p);
	ASSERT_LE(0, self->pid[0]);
	ASSERT_EQ(0, parked_wait(p));
	TH_ASSERT_MARKED(marked);
	parked_kill(_metadata, self->pid[0]);
}

TEST_HARNESS_MAIN
