// SPDX-License-Identifier: GPL-2.0
/*
 * An exit is reported if its entry was, whatever is switched meanwhile.
 *
 *  script.pair		a thread sleeps in a call while events and toggle go on
 *			and off, by a script; is its entry seen, is its exit?
 *			The next call is seen by the events that are on.
 *
 * The promise: a call that is entered while the machine is armed is reported to
 * whoever listens at its entry, and to whoever listens at its exit.  Both carry
 * its id, so a reader that missed the entry can tell.  A call that was entered
 * while the machine was not armed has no exit either.
 *
 * See also pairing_calls_test.c and pairing_storm_test.c.
 */
#include <sched.h>
#include <sys/ptrace.h>

#include "tracehook.h"

enum { START, IDLE, CALL, CALLED, NEXT };

FIXTURE(script) {
	struct th_event ev[64];
	int n;
	/* One of the above */
	int *state;
	int pipe[2];
	pid_t child;
	pid_t tracer;
};

/*
 * E/e	entry event on/off
 * X/x	exit event on/off
 * T/t	toggle on/off
 * P	a tracer attaches, and stops the thread at all calls from now on
 * (	the thread makes a call, and is asleep in it
 * )	the call returns
 */
FIXTURE_VARIANT(script) {
	const char *steps;
	bool entry;
	bool exit;
};

/* Nothing happens in mid-flight */
FIXTURE_VARIANT_ADD(script, both_on) {
	.steps = "EX()", .entry = true, .exit = true,
};

FIXTURE_VARIANT_ADD(script, both_on_exit_first) {
	.steps = "XE()", .entry = true, .exit = true,
};

FIXTURE_VARIANT_ADD(script, only_entry) {
	.steps = "E()", .entry = true, .exit = false,
};

FIXTURE_VARIANT_ADD(script, only_exit) {
	.steps = "X()", .entry = false, .exit = true,
};

/* In flight at arming */
FIXTURE_VARIANT_ADD(script, armed_in_flight) {
	.steps = "(EX)", .entry = false, .exit = false,
};

FIXTURE_VARIANT_ADD(script, armed_in_flight_exit_first) {
	.steps = "(XE)", .entry = false, .exit = false,
};

FIXTURE_VARIANT_ADD(script, armed_in_flight_only_exit) {
	.steps = "(X)", .entry = false, .exit = false,
};

FIXTURE_VARIANT_ADD(script, armed_in_flight_by_toggle) {
	.steps = "(TX)", .entry = false, .exit = false,
};

FIXTURE_VARIANT_ADD(script, armed_in_flight_traced) {
	.steps = "P(EX)", .entry = false, .exit = false,
};

/* Either event is first, the call is between */
FIXTURE_VARIANT_ADD(script, entry_then_exit_in_flight) {
	.steps = "E(X)", .entry = true, .exit = true,
};

FIXTURE_VARIANT_ADD(script, exit_then_entry_in_flight) {
	.steps = "X(E)", .entry = false, .exit = true,
};

FIXTURE_VARIANT_ADD(script, toggle_then_exit_in_flight) {
	.steps = "T(X)", .entry = false, .exit = true,
};

FIXTURE_VARIANT_ADD(script, toggle_then_both_in_flight) {
	.steps = "T(EX)", .entry = false, .exit = true,
};

FIXTURE_VARIANT_ADD(script, toggle_then_both_in_flight_exit_first) {
	.steps = "T(XE)", .entry = false, .exit = true,
};

FIXTURE_VARIANT_ADD(script, toggle_then_both_in_flight_traced) {
	.steps = "TP(EX)", .entry = false, .exit = true,
};

/* In flight at disarm */
FIXTURE_VARIANT_ADD(script, disarmed_in_flight) {
	.steps = "EX(xe)", .entry = true, .exit = false,
};

FIXTURE_VARIANT_ADD(script, disarmed_in_flight_traced) {
	.steps = "PEX(xe)", .entry = true, .exit = false,
};

/* Across disarm and re-arm */
FIXTURE_VARIANT_ADD(script, rearmed_in_flight) {
	.steps = "EX(xeEX)", .entry = true, .exit = true,
};

FIXTURE_VARIANT_ADD(script, rearmed_in_flight_only_exit) {
	.steps = "X(xX)", .entry = false, .exit = true,
};

FIXTURE_VARIANT_ADD(script, rearmed_in_flight_by_toggle) {
	.steps = "TX(xtTX)", .entry = false, .exit = true,
};

FIXTURE_VARIANT_ADD(script, rearmed_in_flight_traced) {
	.steps = "PEX(xeEX)", .entry = true, .exit = true,
};

FIXTURE_VARIANT_ADD(script, rearmed_in_flight_traced_only_exit) {
	.steps = "PX(xX)", .entry = false, .exit = true,
};

/* One event is switched while something else keeps the machine armed */
FIXTURE_VARIANT_ADD(script, exit_off_and_on) {
	.steps = "EX(xX)", .entry = true, .exit = true,
};

FIXTURE_VARIANT_ADD(script, exit_off_and_on_under_toggle) {
	.steps = "TX(xX)", .entry = false, .exit = true,
};

FIXTURE_VARIANT_ADD(script, entry_off) {
	.steps = "EX(e)", .entry = true, .exit = true,
};

FIXTURE_VARIANT_ADD(script, entry_off_and_on) {
	.steps = "EX(eE)", .entry = true, .exit = true,
};

FIXTURE_VARIANT_ADD(script, entry_off_and_on_under_toggle) {
	.steps = "TE(eEX)", .entry = true, .exit = true,
};

FIXTURE_VARIANT_ADD(script, both_off_and_on_under_toggle) {
	.steps = "TEX(xeEX)", .entry = true, .exit = true,
};

FIXTURE_VARIANT_ADD(script, both_off_and_exit_on_under_toggle) {
	.steps = "TEX(xeX)", .entry = true, .exit = true,
};

FIXTURE_VARIANT_ADD(script, entry_on_and_off_again) {
	.steps = "X(Ee)", .entry = false, .exit = true,
};

FIXTURE_VARIANT_ADD(script, toggle_off_and_on_under_events) {
	.steps = "TEX(tT)", .entry = true, .exit = true,
};

FIXTURE_VARIANT_ADD(script, toggle_takes_over) {
	.steps = "EX(TxetEX)", .entry = true, .exit = true,
};

FIXTURE_VARIANT_ADD(script, toggle_takes_over_exit_only) {
	.steps = "X(TxXt)", .entry = false, .exit = true,
};

FIXTURE_SETUP(script)
{
	TH_REQUIRE();
	self->state = th_setup(sizeof(*self->state), self->pipe, 0);
	ASSERT_NE(NULL, self->state);
}

FIXTURE_TEARDOWN(script)
{
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/* The child waits without a system call, so that it makes none but those asked for. */
static void child_wait(int *state, int value)
{
	while (th_load(*state) != value)
		;
}

static void child_main(int *state, int fd)
{
	long ret;
	char c;

	th_store(*state, IDLE);
	child_wait(state, CALL);
	ret = syscall(__NR_read, fd, &c, 1);
	th_store(*state, CALLED);
	child_wait(state, NEXT);
	th_syscall_poisoned(TH_NR_UNKNOWN);
	_exit(ret == 1 ? 0 : 1);
}

/* Lets a tracee run from stop to stop until it is gone. */
static int tracer_main(pid_t pid, int ready)
{
	int status, sig;

	if (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD) ||
	    ptrace(PTRACE_INTERRUPT, pid, 0, 0) ||
	    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SYSCALL, pid, 0, 0) || write(ready, "", 1) != 1)
		return 1;

	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		sig = WSTOPSIG(status);
		if (sig == (SIGTRAP | 0x80) || status >> 16)
			sig = 0;
		if (ptrace(PTRACE_SYSCALL, pid, 0, sig))
			return 2;
	}
	return WIFEXITED(status) ? 0 : 3;
}

static int attach_tracer(struct _test_data_script *self)
{
	int ready[2];
	char c;

	if (pipe(ready))
		return -errno;
	self->tracer = th_fork();
	if (!self->tracer)
		_exit(tracer_main(self->child, ready[1]));
	close(ready[1]);
	return read(ready[0], &c, 1) == 1 ? 0 : -EPROTO;
}

/* Until the child is there.  Return: 0 or -ETIMEDOUT. */
static int wait_state(struct _test_data_script *self, int value)
{
	return th_poll(th_load(*self->state) == value);
}

static int do_step(struct _test_data_script *self, char step)
{
	switch (step) {
	case 'E':
		return th_write(TH_ENTRY "enable", "1");
	case 'e':
		return th_write(TH_ENTRY "enable", "0");
	case 'X':
		return th_write(TH_EXIT "enable", "1");
	case 'x':
		return th_write(TH_EXIT "enable", "0");
	case 'T':
		return th_write(TH_ENABLE, "1");
	case 't':
		return th_write(TH_ENABLE, "0");
	case 'P':
		return attach_tracer(self);
	case '(':
		th_store(*self->state, CALL);
		return th_wait_blocked(self->child, __NR_read);
	case ')':
		if (write(self->pipe[1], "", 1) != 1)
			return -errno;
		return wait_state(self, CALLED);
	}
	return -EINVAL;
}

TEST_F(script, pair)
{
	bool entry_on = false, exit_on = false;
	unsigned long long id[2] = {}, next_id[2] = {};
	int seen[2] = {}, next[2] = {}, i;
	const char *step;

	self->child = th_fork();
	if (!self->child)
		child_main(self->state, self->pipe[0]);
	ASSERT_LT(0, self->child);
	ASSERT_EQ(0, wait_state(self, IDLE));

	for (step = variant->steps; *step; step++) {
		ASSERT_EQ(0, do_step(self, *step))
			TH_LOG("step %c at %zd", *step, step - variant->steps);
		if (*step == 'E' || *step == 'e')
			entry_on = *step == 'E';
		if (*step == 'X' || *step == 'x')
			exit_on = *step == 'X';
	}
	th_store(*self->state, NEXT);
	ASSERT_EQ(0, th_reap(self->child));
	if (self->tracer)
		ASSERT_EQ(0, th_reap(self->tracer));
	ASSERT_EQ(0, th_trace_off());
	ASSERT_EQ(0, th_events_lost());

	self->n = th_events(self->child, self->ev, ARRAY_SIZE(self->ev));
	ASSERT_LE(0, self->n);
	for (i = 0; i < self->n; i++) {
		if (self->ev[i].nr == __NR_read) {
			seen[self->ev[i].entry]++;
			id[self->ev[i].entry] = self->ev[i].id;
		}
		if (self->ev[i].nr == TH_NR_UNKNOWN) {
			next[self->ev[i].entry]++;
			next_id[self->ev[i].entry] = self->ev[i].id;
		}
	}
	EXPECT_EQ(variant->entry, seen[true]);
	EXPECT_EQ(variant->exit, seen[false]);
	EXPECT_EQ(entry_on, next[true]);
	EXPECT_EQ(exit_on, next[false]);
	/* One id for the two events of a call, another for another call */
	if (variant->entry && variant->exit)
		EXPECT_EQ(id[true], id[false]);
	if (entry_on && exit_on)
		EXPECT_EQ(next_id[true], next_id[false]);
	if (variant->exit && entry_on)
		EXPECT_NE(id[false], next_id[true]);
	/* Nothing else, but for the entry of exit_group() */
	EXPECT_EQ(variant->entry + variant->exit + 2 * entry_on + exit_on,
		  self->n);
}

TEST_HARNESS_MAIN
