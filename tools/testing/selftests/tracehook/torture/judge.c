// SPDX-License-Identifier: GPL-2.0
/*
 * torture: which stop a tracee may come to next.  A tracer knows what it asked
 * for last and where the tracee was then, and how many calls it has made since.
 */
#include "tracer.h"

#define STOPS_TEXT	"stops: tracee %d: %s, under %s, %sin a call, call %u, " \
			"code %x of %d, op %d at %llx, seized %d, steady %d; " \
			"request:stop, latest first:%s"

const char *request_name(long request)
{
	switch (request) {
	case PTRACE_CONT: return "PTRACE_CONT";
	case PTRACE_SYSCALL: return "PTRACE_SYSCALL";
	case PTRACE_SYSEMU: return "PTRACE_SYSEMU";
	case PTRACE_SYSEMU_SINGLESTEP: return "PTRACE_SYSEMU_SINGLESTEP";
	case PTRACE_SINGLESTEP: return "PTRACE_SINGLESTEP";
	case PTRACE_SINGLEBLOCK: return "PTRACE_SINGLEBLOCK";
	case PTRACE_LISTEN: return "PTRACE_LISTEN";
	}
	return "no request";
}

struct traced *traced_find(struct tracer *tr, pid_t pid)
{
	int i;

	for (i = 0; i < NR_TRACEES; i++) {
		if (tr->t[i].pid == pid)
			return &tr->t[i];
	}
	return NULL;
}

struct traced *traced_find_steady(struct tracer *tr, int steady)
{
	int i;

	for (i = 0; i < NR_TRACEES; i++) {
		if (tr->t[i].steady == steady)
			return &tr->t[i];
	}
	return NULL;
}

struct traced *traced_add(struct tracer *tr, pid_t pid, bool seized)
{
	struct traced *t = traced_find(tr, 0);

	if (!t)
		return NULL;
	memset(t, 0, sizeof(*t));
	t->pid = pid;
	t->group = getpgid(pid);
	t->seized = seized;
	t->request = PTRACE_CONT;
	return t;
}

void traced_drop(struct traced *t)
{
	memset(t, 0, sizeof(*t));
}

static void bad_stop(struct worker *w, struct traced *t, const char *text)
{
	struct ptrace_syscall_info info = { .op = 99 };
	char before[NR_BEFORE * 16] = "";
	siginfo_t si = {};
	int i;

	trace(PTRACE_GETSIGINFO, t->pid, 0, (unsigned long)&si);
	trace(PTRACE_GET_SYSCALL_INFO, t->pid, sizeof(info),
	      (unsigned long)&info);

	for (i = 0; i < NR_BEFORE; i++)
		sprintf(before + strlen(before), " %d:%x", t->before[i].request,
			t->before[i].what);
	worker_fail(w, STOPS_TEXT,
		    t->pid, text, request_name(t->request),
		    t->in_call ? "" : "not ", t->seq, si.si_code, si.si_pid,
		    info.op, (unsigned long long)info.instruction_pointer,
		    t->seized, t->steady, before);
}

/* Killed in the stop that was waited for, and in the last one already? */
static bool left_to_die(struct traced *t)
{
	siginfo_t si = {};

	return !trace(PTRACE_GETSIGINFO, t->pid, 0, (unsigned long)&si) &&
	       si.si_code == EVENT_STOP(PTRACE_EVENT_EXIT);
}

/* A system call stop: asked for, and none was left out before it? */
static void judge_syscall_stop(struct worker *w, struct traced *t)
{
	struct ptrace_syscall_info info = {};
	unsigned long tag;
	char text[80];
	uint32_t seq;
	int op;

	/* EINTR, ESRCH: it is being killed. */
	if (trace(PTRACE_GET_SYSCALL_INFO, t->pid, sizeof(info),
		  (unsigned long)&info) < 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_NONE && left_to_die(t))
		return;
	op = t->in_call && t->request == PTRACE_SYSCALL ?
		PTRACE_SYSCALL_INFO_EXIT : PTRACE_SYSCALL_INFO_ENTRY;
	if (t->request != PTRACE_SYSCALL && !emulates(t->request))
		return bad_stop(w, t, "a stop at a system call");
	if (info.op != op)
		return bad_stop(w, t, op == PTRACE_SYSCALL_INFO_ENTRY ?
				"not at an entry" : "not at an exit");
	if (op == PTRACE_SYSCALL_INFO_EXIT) {
		count_one(exit_stops);
		t->in_call = false;
		if (is_restart(info.exit.rval))
			t->restarts = true;
		return;
	}

	count_one(entry_stops);
	t->in_call = true;
	tag = info.entry.args[5];
	if (info.arch != TH_ARCH || !IS_TAG(tag))
		return;
	seq = TAG_SEQ(tag);
	if (t->exact) {
		bool next = seq == t->seq + 1 && !t->emulated;
		bool again = seq == t->seq && (t->emulated || t->restarts);

		count_one(sequences);
		if (!next && !again) {
			snprintf(text, sizeof(text),
				 "call %u is not the next, emulated %d, restarts %d",
				 seq, t->emulated, t->restarts);
			return bad_stop(w, t, text);
		}
		if (next)
			t->restarts = false;
	} else {
		t->restarts = false;
	}
	t->seq = seq;
	t->tagged = true;
	t->exact = true;
	t->emulated = emulates(t->request);
	if (t->emulated)
		count_one(emulated);
}

static void judge_event_stop(struct worker *w, struct traced *t, int event)
{
	count_one(event_stops);
	switch (event) {
	case PTRACE_EVENT_EXEC:
		/* The C library starts, and does not expect emulation. */
		t->tagged = false;
		t->exact = false;
		t->in_call = true;
		break;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
	case PTRACE_EVENT_VFORK_DONE:
		t->in_call = true;
		break;
	case PTRACE_EVENT_EXIT:
		/* Nothing is to come, and to kill it would not move it. */
		t->trap_due = false;
		break;
	default:
		bad_stop(w, t, "an unknown event");
	}
}

static void judge_stop(struct worker *w, struct traced *t)
{
	int what = t->what;

	memmove(t->before + 1, t->before,
		sizeof(t->before) - sizeof(t->before[0]));
	t->before[0].request = t->listening ? PTRACE_LISTEN : t->request;
	t->before[0].what = what;
	t->stopped = true;
	t->listening = false;
	t->signal = 0;
	if (what == SYSCALL_SIG)
		return judge_syscall_stop(w, t);
	if (what >> 8 && what >> 8 != PTRACE_EVENT_STOP)
		return judge_event_stop(w, t, what >> 8);

	/* All others come on the way to user mode. */
	t->in_call = false;
	if (what == SIGTRAP) {
		count_one(trap_stops);
		if (!t->trap_due && !t->trap_left)
			bad_stop(w, t, "a SIGTRAP");
		t->trap_due = false;
		t->trap_left = false;
		return;
	}
	if (what >> 8) {
		count_n(what == GROUP_STOP ? C_group_stops : C_signal_stops, 1);
		return;
	}
	count_one(signal_stops);
	if (what == SIGUSR1 || what == SIGCHLD)
		t->signal = what;
	else if (what != SIGSTOP && what != SIGCONT)
		bad_stop(w, t, "a signal");
	/* To inject this one leads to a group stop that others would end in. */
	if (what == SIGSTOP && t->seized && t->steady && one_in(w, 2))
		t->signal = what;
}

void end_family(struct worker *w, pid_t group)
{
	struct tracer *tr = w->data;
	int status, i;
	pid_t pid;

	kill(-group, SIGKILL);
	/* The stop on its way out, if it has been waited for, has to be left too. */
	for (i = 0; i < NR_TRACEES; i++) {
		if (tr->t[i].pid && tr->t[i].group == group)
			trace_resume(PTRACE_CONT, tr->t[i].pid, 0);
	}
	while ((pid = waitpid(-group, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status))
			trace_resume(PTRACE_CONT, pid, 0);
		else
			judge_end(w, pid, status);
	}
	for (i = 0; i < NR_TRACEES; i++) {
		if (tr->t[i].pid && tr->t[i].group == group)
			traced_drop(&tr->t[i]);
	}
	for (i = 0; i < NR_FAMILIES; i++) {
		if (tr->family[i] == group)
			tr->family[i] = 0;
	}
}

/* A thread that executes becomes the leader, whom nobody sees die. */
static struct traced *find_after_exec(struct tracer *tr, pid_t pid)
{
	struct traced *t = traced_find(tr, pid), *thread;
	unsigned long former = 0;

	trace(PTRACE_GETEVENTMSG, pid, 0, (unsigned long)&former);
	thread = former ? traced_find(tr, former) : NULL;
	if (!thread || thread == t)
		return t ?: traced_add(tr, pid, true);
	if (t)
		traced_drop(t);
	thread->pid = pid;
	return thread;
}

/* Take one stop or end.  Return: false if there is none. */
bool collect(struct worker *w)
{
	struct tracer *tr = w->data;
	struct traced *t;
	int status, i;
	pid_t pid;

	pid = waitpid(-1, &status, WNOHANG | __WALL);
	if (pid <= 0)
		return false;
	t = traced_find(tr, pid);
	if (!WIFSTOPPED(status)) {
		if (t)
			traced_drop(t);
		judge_end(w, pid, status);
		for (i = 0; i < NR_FAMILIES; i++) {
			if (tr->family[i] == pid)
				end_family(w, pid);
		}
		return true;
	}
	if (status >> 8 == EVENT_STOP(PTRACE_EVENT_EXEC))
		t = find_after_exec(tr, pid);
	if (!t) {
		/*
		 * Its first stop can be any but that of a call: a SIGCONT for its
		 * process removes the SIGSTOP that it starts with, prepare_signal().
		 */
		count_one(auto_attached);
		t = traced_add(tr, pid, true);
		if (!t) {
			trace(PTRACE_DETACH, pid, 0, 0);
			return true;
		}
		t->seized = status >> 16 == PTRACE_EVENT_STOP;
	}
	t->what = status >> 8;
	judge_stop(w, t);
	return true;
}

/* Wait for the next stop of one tracee.  Return: false if it has ended. */
bool next_stop(struct worker *w, struct traced *t)
{
	int status, i;
	pid_t pid;

	for (i = 0; i < 300000; i++) {
		pid = waitpid(t->pid, &status, WNOHANG | __WALL);
		if (pid && (pid < 0 || !WIFSTOPPED(status))) {
			if (pid > 0)
				judge_end(w, pid, status);
			traced_drop(t);
			return false;
		}
		if (pid) {
			t->what = status >> 8;
			judge_stop(w, t);
			return true;
		}
		feed_gate(w);
		pause_us(100);
	}
	bad_stop(w, t, "no stop in half a minute");
	return false;
}
