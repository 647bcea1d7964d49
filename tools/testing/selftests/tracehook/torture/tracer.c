// SPDX-License-Identifier: GPL-2.0
/*
 * torture: the tracers, who attach to children of their own and to strangers,
 * and resume them by any request.
 */
#include "tracer.h"

#define OPTIONS		(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC)

static long choose(struct worker *w, struct traced *t)
{
	uint32_t dice = below(w, 100);

	if (t->what == GROUP_STOP && dice < 50)
		return PTRACE_LISTEN;
	if (dice < 60)
		return PTRACE_SYSCALL;
	if (dice < 72)
		return PTRACE_CONT;
	if (dice < 86 && t->tagged)
		return dice < 82 || ((struct tracer *)w->data)->mortal ?
			PTRACE_SYSEMU : PTRACE_SYSEMU_SINGLESTEP;
	/* Who dies of a step that its tracer has not waited for is not our case. */
	if (((struct tracer *)w->data)->mortal)
		return PTRACE_SYSCALL;
	return dice < 95 ? PTRACE_SINGLESTEP : PTRACE_SINGLEBLOCK;
}

static void count_request(long request)
{
	count_n(request == PTRACE_SYSCALL ? C_syscall :
		request == PTRACE_CONT ? C_cont :
		request == PTRACE_SYSEMU ? C_sysemu :
		request == PTRACE_SYSEMU_SINGLESTEP ? C_sysemu_singlestep :
		request == PTRACE_SINGLESTEP ? C_singlestep :
		request == PTRACE_SINGLEBLOCK ? C_singleblock : C_listen, 1);
}

void traced_resume(struct worker *w, struct traced *t, long request)
{
	long err = trace_resume(request, t->pid,
				request == PTRACE_LISTEN ? 0 : t->signal);

	t->stopped = false;
	if (err == -ESRCH) {
		/* It is being killed, and its end is still to come. */
		t->exact = false;
		return;
	}
	if (err)
		return worker_fail(w, "stops: %s: %s", request_name(request),
				   strerror(-err));
	count_request(request);
	if (request == PTRACE_LISTEN) {
		t->listening = true;
		return;
	}
	/* The exit passes unseen, and with it whether the call is restarted. */
	if (t->in_call && emulates(request))
		t->restarts = true;
	if (t->in_call && request != PTRACE_SYSCALL)
		t->in_call = false;
	if (request != PTRACE_SYSCALL && !emulates(request))
		t->exact = false;
	if (steps(request))
		t->trap_due = true;
	t->request = request;
}

/* Let go of one that is stopped; one with a trap to come would die of it. */
void traced_detach(struct worker *w, struct traced *t)
{
	if (t->trap_due) {
		kill(t->pid, SIGKILL);
	} else if (!trace(PTRACE_DETACH, t->pid, 0,
			t->signal == SIGSTOP ? 0 : t->signal)) {
		count_one(detached);
		return traced_drop(t);
	}
	/* It is being killed, and its end is still to come. */
	t->stopped = false;
}

/* One that runs may do so for long. */
static void nudge(struct worker *w, struct traced *t)
{
	if (t->listening || one_in(w, 8))
		kill(t->pid, SIGCONT);
	if (t->seized && one_in(w, 2)) {
		/* ESRCH does not say that it is gone: see find_after_exec(). */
		trace(PTRACE_INTERRUPT, t->pid, 0, 0);
		count_one(interrupts);
	} else if (t->steady && (!t->tagged || one_in(w, 3))) {
		syscall(SYS_tkill, t->pid, SIGSTOP);
	} else if (t->tagged && !((struct tracer *)w->data)->mortal) {
		count_one(signals);
		syscall(SYS_tkill, t->pid, SIGUSR1);
	} else if (!t->seized) {
		syscall(SYS_tkill, t->pid, SIGSTOP);
	}
}

static unsigned long random_options(struct worker *w)
{
	unsigned long options = OPTIONS;

	if (!one_in(w, 4))
		options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			   PTRACE_O_TRACECLONE;
	if (one_in(w, 2))
		options |= PTRACE_O_TRACEVFORKDONE;
	if (one_in(w, 3))
		options |= PTRACE_O_TRACEEXIT;
	return options;
}

/* A child of one's own, which is attached to in one of three ways. */
static void adopt(struct worker *w, int steady)
{
	uint32_t *beat = steady ? &shared->beat[w->index][steady - 1] : NULL;
	int left = steady ? INT_MAX : 20 + (int)below(w, 300);
	struct tracer *tr = w->data;
	int how = below(w, 3), i;
	struct traced *t;
	pid_t pid;

	for (i = 0; i < NR_FAMILIES && tr->family[i]; i++)
		;
	if (!traced_find(tr, 0) || (!steady && i == NR_FAMILIES))
		return;
	pid = family_start(w, left, beat, -1, how == 0);
	if (pid < 0)
		return;
	if (!steady)
		tr->family[i] = pid;
	t = traced_add(tr, pid, how == 1);
	t->steady = steady;
	t->group = pid;
	switch (how) {
	case 0:
		count_one(traceme);
		break;
	case 1:
		count_one(seized);
		trace(PTRACE_SEIZE, pid, 0, random_options(w));
		trace(PTRACE_INTERRUPT, pid, 0, 0);
		break;
	case 2:
		count_one(attached);
		trace(PTRACE_ATTACH, pid, 0, 0);
		/* It may be in an execve(), which then sends a SIGTRAP. */
		t->trap_left = true;
		break;
	}
	if (!next_stop(w, t))
		end_family(w, pid);
	else if (how != 1)
		trace(PTRACE_SETOPTIONS, pid, 0, random_options(w));
}

/* A steady one is there, and traced. */
void have_steady(struct worker *w, int steady)
{
	struct tracer *tr = w->data;
	pid_t pid = tr->let_go[steady - 1];
	struct traced *t;

	if (traced_find_steady(tr, steady))
		return;
	if (!pid)
		return adopt(w, steady);
	t = traced_add(tr, pid, true);
	if (!t)
		return;
	t->steady = steady;
	tr->let_go[steady - 1] = 0;
	trace(PTRACE_SEIZE, pid, 0, random_options(w));
	trace(PTRACE_INTERRUPT, pid, 0, 0);
	if (!next_stop(w, t))
		worker_fail(w, "steady %d has ended", pid);
}

/* One of the crowd, which does not know of it. */
static void seize_stranger(struct worker *w)
{
	pid_t pid = th_load(shared->target[below(w, NR_TARGETS)]);
	struct tracer *tr = w->data;

	if (!pid || traced_find(tr, pid) || !traced_find(tr, 0))
		return;
	if (trace(PTRACE_SEIZE, pid, 0, random_options(w)))
		return;
	count_one(seized);
	traced_add(tr, pid, true);
	if (one_in(w, 2))
		trace(PTRACE_INTERRUPT, pid, 0, 0);
}

static struct traced *pick(struct worker *w, bool stopped)
{
	struct tracer *tr = w->data;
	int i, at = below(w, NR_TRACEES);
	struct traced *t;

	for (i = 0; i < NR_TRACEES; i++) {
		t = &tr->t[(at + i) % NR_TRACEES];
		if (t->pid && t->stopped == stopped)
			return t;
	}
	return NULL;
}

static void step(struct worker *w)
{
	struct tracer *tr = w->data;
	struct traced *t;
	uint32_t dice;

	while (collect(w))
		;
	t = pick(w, false);
	if (t && one_in(w, 8))
		nudge(w, t);
	t = pick(w, true);
	if (!t) {
		feed_gate(w);
		pause_us(100);
		return;
	}
	dice = below(w, 200);
	if (dice < 3 && !t->steady) {
		traced_detach(w, t);
	} else if (dice < 5 && !tr->mortal &&
		   t->what != EVENT_STOP(PTRACE_EVENT_EXIT)) {
		count_one(killed);
		kill(t->pid, SIGKILL);
		t->stopped = false;
	} else {
		traced_resume(w, t, choose(w, t));
	}
}

/* Somebody attaches to strangers, and is gone. */
static void die_tracing(struct worker *w)
{
	struct tracer tr = { .mortal = true };
	int n = 20 + below(w, 200), status;
	pid_t pid = fork();

	count_one(tracers_died);
	if (!pid) {
		w->data = &tr;
		seize_stranger(w);
		seize_stranger(w);
		while (n-- && traced_find(&tr, 0) && runs(th_load(shared->order)))
			step(w);
		_exit(0);
	}
	pause_us(below(w, 20000));
	if (one_in(w, 2))
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) != pid)
		;
}

void tracer_main(struct worker *w)
{
	struct tracer tr = {};
	int steady;

	w->data = &tr;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (;;) {
		obey(w);
		for (steady = 1; steady <= NR_STEADY; steady++)
			have_steady(w, steady);
		if (one_in(w, 20))
			seize_stranger(w);
		if (one_in(w, 30))
			adopt(w, 0);
		if (one_in(w, 300))
			die_tracing(w);
		step(w);
	}
}
