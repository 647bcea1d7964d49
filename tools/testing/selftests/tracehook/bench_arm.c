// SPDX-License-Identifier: GPL-2.0
/*
 * What it costs to arm and to disarm a machine of many threads, beside
 * raw_syscalls.
 *
 *   bench_arm [[-l|-f] THREADS...]
 *
 * A line for each figure: threads, what, who, cost, separated by tabs; see
 * bench.c about the unit.  Each figure is the least of some rounds.  With -l it is
 * what the latency tracer that is on calls the maximum, in microseconds.  With -f
 * it is how long the slowest of processes on another processor took meanwhile to
 * fork, exit and be waited for, in microseconds; that needs processors that run at
 * once.  So it does without arguments, as init runs it where there is no shell.
 */
#include <pthread.h>
#include <sys/wait.h>

#include "bench.h"

#define ROUNDS		5
/* What arm64 takes as the least */
#define STACK		131072
#define MAX_LATENCY	"/sys/kernel/tracing/tracing_max_latency"

static void *wait_forever(void *unused)
{
	for (;;)
		pause();
	return NULL;
}

/* As many threads as there are to be in this process, itself included. */
static void have_threads(int want)
{
	static int have = 1;
	char *stacks = mmap(NULL, (size_t)(want - have) * STACK, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	pthread_attr_t attr;
	pthread_t thread;

	if (stacks == MAP_FAILED)
		fail("mmap");
	pthread_attr_init(&attr);
	for (; have < want; have++, stacks += STACK) {
		errno = pthread_attr_setstack(&attr, stacks, STACK) ?:
			pthread_create(&thread, &attr, wait_forever, NULL);
		if (errno)
			fail("pthread_create");
	}
}

static int toggle_fd, program, link_fd;

static void toggle(bool on, const char *unused)
{
	if (write(toggle_fd, on ? "1" : "0", 1) != 1)
		fail(TH_ENABLE);
}

static void bpf_link(bool on, const char *event)
{
	if (!on) {
		close(link_fd);
		return;
	}
	link_fd = bpf_attach(event, program);
	if (link_fd < 0)
		fail(event);
}

/* What the forks of who never touches the switches are held against */
static void nothing(bool on, const char *unused)
{
	usleep(20000);
}

static const struct user {
	const char *what;
	const char *who;
	void (*set)(bool on, const char *event);
	const char *event;
} users[] = {
	{ "nothing", "-", nothing, NULL },
	{ "toggle", "tracehook", toggle, NULL },
	{ "BPF on exit", "tracehook", bpf_link, "tracehook_exit" },
	{ "BPF on exit", "raw_syscalls", bpf_link, "sys_exit" },
};

static void report(int threads, const struct user *u, const char *part, long long cost)
{
	printf("%d\t%s, %s\t%s\t%lld\n", threads, u->what, part, u->who, cost);
}

static enum { INSTRUCTIONS, LATENCY, FORKS } unit;

/* Shared with the process that forks. */
static struct {
	long long worst;
	long forks;
} *forker;

/* A small process, born before there are many threads, forks all the time. */
static void start_forker(void)
{
	pid_t parent = getpid();
	long long t;
	pid_t pid;

	forker = mmap(NULL, sizeof(*forker), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (forker == MAP_FAILED)
		fail("mmap");
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid)
		return;
	stay_on(1);
	while (getppid() == parent) {
		t = now();
		pid = fork();
		if (!pid)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			fail("fork");
		t = now() - t;
		if (t > __atomic_load_n(&forker->worst, __ATOMIC_RELAXED))
			__atomic_store_n(&forker->worst, t, __ATOMIC_RELAXED);
		__atomic_add_fetch(&forker->forks, 1, __ATOMIC_RELEASE);
	}
	_exit(0);
}

/* The end of another two: one that begins now ends */
static void wait_for_forks(void)
{
	long end = __atomic_load_n(&forker->forks, __ATOMIC_ACQUIRE) + 2;

	while (__atomic_load_n(&forker->forks, __ATOMIC_ACQUIRE) < end)
		usleep(100);
}

/* What it costs to be on, or off: instructions, the latency, or the delay of forks */
static long long cost_of(const struct user *u, bool on)
{
	char text[24] = "";
	long long t;
	int fd;

	if (unit == LATENCY && th_write(MAX_LATENCY, "0"))
		fail(MAX_LATENCY);
	if (unit == FORKS) {
		wait_for_forks();
		__atomic_store_n(&forker->worst, 0, __ATOMIC_RELAXED);
	}
	t = now();
	u->set(on, u->event);
	t = now() - t;
	if (unit == INSTRUCTIONS)
		return t;
	if (unit == FORKS) {
		wait_for_forks();
		return __atomic_load_n(&forker->worst, __ATOMIC_RELAXED) / 1000;
	}
	fd = open(MAX_LATENCY, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		fail(MAX_LATENCY);
	close(fd);
	return atoll(text);
}

static void measure(int threads, const struct user *u)
{
	long long arm = LLONG_MAX, disarm = LLONG_MAX, cost;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		/* Who attaches soon after a detach waits for an RCU grace period. */
		usleep(100000);
		cost = cost_of(u, true);
		if (cost < arm)
			arm = cost;
		cost = cost_of(u, false);
		if (cost < disarm)
			disarm = cost;
	}
	report(threads, u, "on", arm);
	report(threads, u, "off", disarm);
}

static void measure_with(int threads)
{
	size_t i;

	have_threads(threads);
	/* The first tells what the forks of the others are held against. */
	for (i = unit != FORKS; i < ARRAY_SIZE(users); i++)
		measure(threads, &users[i]);
}

int main(int argc, char **argv)
{
	static const int sizes[] = { 10, 1000, 10000, 100000 };
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (th_write("/proc/sys/kernel/pid_max", "4194304") ||
	    th_write("/proc/sys/kernel/threads-max", "200000"))
		fail("sysctl");
	toggle_fd = open(TH_ENABLE, O_RDWR | O_CLOEXEC);
	program = bpf_load();
	if (toggle_fd < 0 || program < 0)
		fail("tracehook, or BPF");
	stay_on(0);

	if (argc > 1 && !strcmp(argv[1], "-l"))
		unit = LATENCY;
	if (argc == 1 || !strcmp(argv[1], "-f"))
		unit = FORKS;
	if (unit == FORKS)
		start_forker();
	for (i = 0; argc == 1 && i < ARRAY_SIZE(sizes); i++)
		measure_with(sizes[i]);
	for (i = unit == INSTRUCTIONS ? 1 : 2; i < (size_t)argc; i++)
		measure_with(atoi(argv[i]));
	/* The others end with it. */
	_exit(0);
}
