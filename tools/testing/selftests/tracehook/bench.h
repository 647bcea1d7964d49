/* SPDX-License-Identifier: GPL-2.0 */
/* What bench, bench_arm and bench_scale share. */
#ifndef SELFTEST_TRACEHOOK_BENCH_H
#define SELFTEST_TRACEHOOK_BENCH_H

#define TH_NO_HARNESS
#include "tracehook.h"
#include "bpf.h"

#define PROBE		"/sys/module/bench_probe/parameters/attach"

static inline void fail(const char *what)
{
	perror(what);
	exit(1);
}

static inline void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		fail("sched_setaffinity");
}

static inline long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

#endif /* SELFTEST_TRACEHOOK_BENCH_H */
