// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the calls of one processor slow down those of another: getppid() on 1, 2,
 * 4 and more of them, with empty probes in C on both events, beside raw_syscalls.
 *
 * A line for each figure: processors, what, who, calls in a second of all together,
 * separated by tabs; the most of some rounds.  For a machine whose processors run at
 * once.
 */
#include <pthread.h>

#include "bench.h"

#define ROUNDS		5
#define DURATION	300000	/* microseconds */
#define MAX_CPUS	64

static const struct tracer {
	const char *who;
	const char *entry;
	const char *exit;
} tracers[] = {
	{ "-", "\n", "\n" },
	{ "raw_syscalls", "sys_enter", "sys_exit" },
	{ "tracehook", "tracehook_entry", "tracehook_exit" },
};

static pthread_barrier_t ready;
static bool stop;

static void *call(void *cpu)
{
	long calls = 0;
	int i;

	stay_on((long)cpu);
	pthread_barrier_wait(&ready);
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		for (i = 0; i < 100; i++)
			syscall(__NR_getppid);
		calls += 100;
	}
	return (void *)calls;
}

static long calls_per_second(long cpus)
{
	pthread_t threads[MAX_CPUS];
	long sum = 0, i;
	long long t;
	void *calls;

	stop = false;
	pthread_barrier_init(&ready, NULL, cpus + 1);
	for (i = 0; i < cpus; i++) {
		errno = pthread_create(&threads[i], NULL, call, (void *)i);
		if (errno)
			fail("pthread_create");
	}
	pthread_barrier_wait(&ready);
	t = now();
	usleep(DURATION);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	t = now() - t;
	for (i = 0; i < cpus; i++) {
		pthread_join(threads[i], &calls);
		sum += (long)calls;
	}
	pthread_barrier_destroy(&ready);
	return sum * 1000000000LL / t;
}

int main(void)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN), cpus, rate;
	long best[ARRAY_SIZE(tracers)];
	size_t i, j;

	for (cpus = 1; cpus <= online && cpus <= MAX_CPUS; cpus *= 2) {
		memset(best, 0, sizeof(best));
		for (i = 0; i < ROUNDS; i++) {
			for (j = 0; j < ARRAY_SIZE(tracers); j++) {
				if (th_write(PROBE, tracers[j].entry) ||
				    th_write(PROBE, tracers[j].exit))
					fail(PROBE);
				rate = calls_per_second(cpus);
				if (rate > best[j])
					best[j] = rate;
				if (th_write(PROBE, "\n"))
					fail(PROBE);
			}
		}
		for (j = 0; j < ARRAY_SIZE(tracers); j++)
			printf("%ld\tgetppid\t%s\t%ld\n", cpus,
			       tracers[j].who, best[j]);
		fflush(stdout);
	}
	return 0;
}
