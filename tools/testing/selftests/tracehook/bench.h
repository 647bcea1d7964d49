/* SPDX-License-Identifier: GPL-2.0 */
/* What bench, bench_arm and bench_scale share. */
#ifndef SELFTEST_TRACEHOOK_BENCH_H
#define SELFTEST_TRACEHOOK_BENCH_H

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "../kselftest.h"
#include "bpf.h"

#define TOGGLE		"/sys/kernel/debug/tracehook/enable"
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

static inline bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) > 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

#endif /* SELFTEST_TRACEHOOK_BENCH_H */
