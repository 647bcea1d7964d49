/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the tracer share. */
#ifndef SELFTEST_TRACEHOOK_TORTURE_TRACER_H
#define SELFTEST_TRACEHOOK_TORTURE_TRACER_H

#include "torture.h"
#include "../tracee.h"

#define NR_TRACEES	32
#define NR_FAMILIES	3
#define NR_BEFORE	6

struct traced {
	pid_t		pid;
	pid_t		group;
	int		steady;		/* index from 1 */
	bool		seized;
	bool		stopped;
	bool		listening;
	bool		in_call;	/* at or after the entry, before the exit */
	bool		tagged;		/* makes tagged calls */
	bool		exact;		/* has stopped at each call since @seq */
	bool		emulated;	/* the call @seq */
	bool		restarts;	/* the call @seq may */
	bool		trap_due;	/* of a step, before or after another stop */
	bool		trap_left;	/* of an execve() that attaching met */
	uint32_t	seq;		/* of the last tagged call seen */
	long		request;
	int		signal;		/* to inject with the next request */
	int		what;		/* as from trace_wait() */
	/* The last requests and the stops that came, latest first */
	struct {
		int	request;
		int	what;
	} before[NR_BEFORE];
};

struct tracer {
	struct traced	t[NR_TRACEES];
	/* Steady ones that are not traced at present */
	pid_t		let_go[NR_STEADY];
	pid_t		family[NR_FAMILIES];
	bool		mortal;		/* will die and leave its tracees alone */
};

static inline bool emulates(long request)
{
	return request == PTRACE_SYSEMU || request == PTRACE_SYSEMU_SINGLESTEP;
}

static inline bool steps(long request)
{
	return request == PTRACE_SINGLESTEP || request == PTRACE_SINGLEBLOCK ||
	       request == PTRACE_SYSEMU_SINGLESTEP;
}

/* judge.c */
struct traced *traced_find(struct tracer *tr, pid_t pid);
struct traced *traced_find_steady(struct tracer *tr, int steady);
struct traced *traced_add(struct tracer *tr, pid_t pid, bool seized);
void traced_drop(struct traced *t);
const char *request_name(long request);
bool collect(struct worker *w);
bool next_stop(struct worker *w, struct traced *t);
void end_family(struct worker *w, pid_t group);

/* tracer.c */
void traced_resume(struct worker *w, struct traced *t, long request);
void traced_detach(struct worker *w, struct traced *t);
void have_steady(struct worker *w, int steady);

#endif /* SELFTEST_TRACEHOOK_TORTURE_TRACER_H */
