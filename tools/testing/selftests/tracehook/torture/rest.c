// SPDX-License-Identifier: GPL-2.0
/*
 * torture: how tracers come to rest, and send the tracees that they keep through
 * a call, to states in which it is known whether they are marked.
 */
#include "tracer.h"

/*
 * Everything but the steady ones goes, to leave nothing that starts or ends.
 */
static void come_to_rest(struct worker *w)
{
	struct tracer *tr = w->data;
	int i, left, rounds;
	struct traced *t;

	for (i = 0; i < NR_FAMILIES; i++) {
		if (tr->family[i])
			end_family(w, tr->family[i]);
	}
	for (rounds = 0; rounds < 300000; rounds++) {
		while (collect(w))
			;
		left = 0;
		for (t = tr->t; t < tr->t + NR_TRACEES; t++) {
			if (!t->pid || t->steady)
				continue;
			left++;
			if (t->stopped)
				traced_detach(w, t);
			else if (trace(PTRACE_INTERRUPT, t->pid, 0, 0) == -ESRCH)
				traced_drop(t);
		}
		if (!left)
			return;
		pause_us(100);
	}
	for (t = tr->t; t->steady || !t->pid; t++)
		;
	worker_fail(w, "rest: %d strangers do not stop: %d, stop %x, under %s",
		    left, t->pid, t->what, request_name(t->request));
}

/*
 * Let it go, and wait until it has made a call in which nobody traced it.
 * Return: false if it is being killed.
 */
static bool let_go(struct worker *w, struct traced *t)
{
	int steady = t->steady - 1, i;
	pid_t pid = t->pid;
	uint32_t beat;

	traced_detach(w, t);
	if (t->pid)
		return false;
	((struct tracer *)w->data)->let_go[steady] = pid;
	kill(pid, SIGCONT);
	beat = th_load(shared->beat[w->index][steady]);
	/* The one that it was in, and a whole one */
	for (i = 0; th_load(shared->beat[w->index][steady]) - beat < 2; i++) {
		if (i == 300000) {
			worker_fail(w, "steady %d makes no call", pid);
			break;
		}
		feed_gate(w);
		pause_us(100);
	}
	return true;
}

/*
 * Send a steady one through a call, and leave it in one of many states.
 * Return: whether it is under PTRACE_SYSCALL then; -1 if it has ended.
 */
static int send_through_call(struct worker *w, struct traced *t)
{
	static const long requests[] = {
		PTRACE_SYSCALL, PTRACE_SYSEMU, PTRACE_SINGLESTEP, PTRACE_CONT,
		PTRACE_SYSCALL,
	};
	uint32_t dice = below(w, 7);

	kill(t->pid, SIGCONT);
	if (!t->stopped) {
		if (!t->seized)
			syscall(SYS_tkill, t->pid, SIGSTOP);
		else
			trace(PTRACE_INTERRUPT, t->pid, 0, 0);
		if (!next_stop(w, t))
			return -1;
	}
	do {
		if (t->signal == SIGSTOP)
			t->signal = 0;
		traced_resume(w, t, PTRACE_SYSCALL);
		if (!next_stop(w, t))
			return -1;
	} while (t->what != SYSCALL_SIG || !t->in_call);
	/* It is at the entry of a call now. */
	if (dice == 6 && !t->trap_due) {
		if (let_go(w, t))
			return 0;
		while (next_stop(w, t))
			traced_resume(w, t, PTRACE_SYSCALL);
		return -1;
	}
	if (dice >= ARRAY_SIZE(requests) || (dice == 1 && !t->tagged))
		return 1;
	traced_resume(w, t, requests[dice]);
	if (dice < 3 && !next_stop(w, t))
		return -1;
	return requests[dice] == PTRACE_SYSCALL;
}

void tracer_order(struct worker *w, enum order order)
{
	struct tracer *tr = w->data;
	int under = 0, steady, ret = 0;
	struct traced *t;

	if (order == REST || order == QUIT)
		come_to_rest(w);
	for (steady = 1; steady <= NR_STEADY; steady++) {
		t = traced_find_steady(tr, steady);
		if (order == QUIT && (t || tr->let_go[steady - 1]))
			end_family(w, t ? t->pid : tr->let_go[steady - 1]);
		if (order != CALL)
			continue;
		do {
			/* One that was killed before: the next takes its place. */
			have_steady(w, steady);
			t = traced_find_steady(tr, steady);
			ret = t ? send_through_call(w, t) : -1;
		} while (ret < 0 && !th_load(shared->failed));
		under += ret;
	}
	shared->slot[w->id].syscalls = under;
}
