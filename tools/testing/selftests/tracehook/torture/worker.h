/* SPDX-License-Identifier: GPL-2.0 */
/*
 * torture: what its parts share, and what every worker does.
 *
 * Every system call of the little programs that are tortured carries a tag as
 * its sixth argument: how many calls this thread has made that the kernel did
 * attempt.  A tracer and a reader of the events can both tell from it whether a
 * call went past them.
 */
#ifndef SELFTEST_TRACEHOOK_TORTURE_WORKER_H
#define SELFTEST_TRACEHOOK_TORTURE_WORKER_H

#include <linux/futex.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mman.h>

#define TH_NO_HARNESS
#include "../tracehook.h"

#define MAGIC		0x7ace5eedUL
#define TAG(seq)	(MAGIC << 32 | (seq))
#define IS_TAG(v)	((v) >> 32 == MAGIC)
#define TAG_SEQ(v)	((uint32_t)(v))

/* The shared memory, which tracees inherit and map again after execve(). */
#define SHARED_FD	100

/* What a tracee returns if a call returned what it never does. */
#define CODE_BAD	99

#define NR_TRACERS	3
#define NR_CROWDS	2
#define NR_SWITCHERS	5
#define NR_WORKERS	(NR_TRACERS + NR_CROWDS + NR_SWITCHERS + 1)
#define PER_CROWD	3
#define NR_TARGETS	(NR_CROWDS * PER_CROWD)
/* Tracees of each tracer that live through the times of rest */
#define NR_STEADY	2

/* What the coordinator wants of the workers, in the low bits of the order. */
enum order {
	RUN,
	REST,		/* threads come and go no more */
	SILENT,		/* the users of the events let go of them */
	CALL,		/* everybody makes a call */
	ARM,		/* the recorder begins, while all others sleep */
	STORM,		/* all but the users run, and the recorder begins */
	QUIT,
};

#define ORDER_BITS	3
#define ORDER_OF(o)	((enum order)((o) & ((1 << ORDER_BITS) - 1)))

/* Whether threads come and go, by a shared::order */
static inline bool runs(unsigned int order)
{
	return ORDER_OF(order) == RUN || ORDER_OF(order) == STORM;
}

#define COUNTS(X)							\
	X(processes) X(threads) X(vforks) X(execs) X(signals)		\
	X(compat_calls) X(calls) X(killed) X(ended)			\
	X(seized) X(attached) X(traceme) X(auto_attached) X(detached)	\
	X(tracers_died) X(interrupts) X(group_stops)			\
	X(cont) X(syscall) X(sysemu) X(sysemu_singlestep)		\
	X(singlestep) X(singleblock) X(listen)				\
	X(entry_stops) X(exit_stops) X(event_stops) X(trap_stops)	\
	X(signal_stops) X(sequences) X(emulated)			\
	X(toggles) X(probes_bpf) X(probes_perf) X(probes_ftrace)	\
	X(probes_module) X(filters) X(triggers)				\
	X(recordings) X(recorded) X(pairs) X(holes_judged) X(born)	\
	X(ids_judged) X(orphans) X(armed_in_sleep) X(armed_in_storm)	\
	X(judged_in_sleep) X(judged_in_storm)

#define COUNT_NAME(x)	C_##x,
enum count { COUNTS(COUNT_NAME) NR_COUNTS };

struct slot {
	pid_t		pid;
	unsigned int	ack;
	/* Tracees that are under PTRACE_SYSCALL, when all is at rest */
	int		syscalls;
	bool		failed;
	char		why[300];
};

struct shared {
	unsigned int	order;
	/* Somebody has failed. */
	bool		failed;
	pid_t		target[NR_TARGETS];
	uint32_t	beat[NR_TRACERS][NR_STEADY];
	unsigned long	count[NR_COUNTS];
	struct slot	slot[NR_WORKERS];
};

extern struct shared *shared;

#define count_one(what)	count_n(C_##what, 1)

static inline void count_n(enum count what, unsigned long n)
{
	__atomic_fetch_add(&shared->count[what], n, __ATOMIC_RELAXED);
}

/* ERESTARTSYS to ERESTART_RESTARTBLOCK: the call may come again. */
static inline bool is_restart(long ret)
{
	return ret <= -512 && ret >= -516;
}

struct worker {
	int		id;
	int		index;		/* among those of its kind */
	const char	*name;
	uint64_t	rnd;
	/* Runs until it is told to quit, and calls obey() where it can rest. */
	void		(*main)(struct worker *w);
	/* Carries out an order, before obey() says that it is done. */
	void		(*order)(struct worker *w, enum order order);
	bool		sits_out_storms;
	void		*data;
	/* Tracees read from the first, and their worker writes to the second. */
	int		gate[2];
};

/* xorshift64*: the schedule is that of the seed, as far as it is ours. */
static inline uint32_t rnd_next(uint64_t *rnd)
{
	*rnd ^= *rnd >> 12;
	*rnd ^= *rnd << 25;
	*rnd ^= *rnd >> 27;
	return (*rnd * 0x2545f4914f6cdd1dULL) >> 32;
}

static inline uint64_t rnd_seed(uint64_t seed, int id)
{
	uint64_t z = seed + (id + 1) * 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	return (z ^ (z >> 27)) | 1;
}

static inline uint32_t below(struct worker *w, uint32_t n)
{
	return rnd_next(&w->rnd) % n;
}

static inline bool one_in(struct worker *w, uint32_t n)
{
	return !below(w, n);
}

static inline void pause_us(unsigned int us)
{
	const struct timespec ts = {
		.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000,
	};

	nanosleep(&ts, NULL);
}

/* The first failure of each worker is reported, and ends the run. */
void __printf(2, 3) worker_fail(struct worker *w, const char *fmt, ...);

/* At rest for as long as it takes.  Does not return if the worker is to end. */
void obey(struct worker *w);

/* How a process may end: by itself, or by a signal that we send. */
bool judge_end(struct worker *w, pid_t pid, int status);

/* Some tracee may wait for a byte. */
void feed_gate(struct worker *w);

#endif /* SELFTEST_TRACEHOOK_TORTURE_WORKER_H */
