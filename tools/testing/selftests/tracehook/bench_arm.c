// SPDX-License-Identifier: GPL-2.0
/*
 * What it costs to arm and to disarm a machine of many threads, beside
 * raw_syscalls.
 *
 *   bench_arm [-l] THREADS...
 *
 * A line for each figure: threads, what, who, cost, separated by tabs; see
 * bench.c about the unit.  Each figure is the least of some rounds.  With -l it is
 * what the latency tracer that is on calls the maximum, in microseconds.
 */
#include <pthread.h>
#include <sched.h>

#include "bench.h"

#define ROUNDS		5
#define STACK		16384
#define MAX_LATENCY	"/sys/kernel/tracing/tracing_max_latency"

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		fail("sched_setaffinity");
}

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
		pthread_attr_setstack(&attr, stacks, STACK);
		errno = pthread_create(&thread, &attr, wait_forever, NULL);
		if (errno)
			fail("pthread_create");
	}
}

static int toggle_fd, program, link_fd;

static void toggle(bool on, const char *unused)
{
	if (write(toggle_fd, on ? "1" : "0", 1) != 1)
		fail(TOGGLE);
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

static const struct user {
	const char *what;
	const char *who;
	void (*set)(bool on, const char *event);
	const char *event;
} users[] = {
	{ "toggle", "tracehook", toggle, NULL },
	{ "BPF on exit", "tracehook", bpf_link, "syscall_exit" },
	{ "BPF on exit", "raw_syscalls", bpf_link, "sys_exit" },
};

static void report(int threads, const struct user *u, const char *part, long long cost)
{
	printf("%d\t%s, %s\t%s\t%lld\n", threads, u->what, part, u->who, cost);
}

static bool latency;

/* What it costs to be on, or off: instructions, or the latency they brought */
static long long cost_of(const struct user *u, bool on)
{
	char text[24] = "";
	long long t;
	int fd;

	if (latency && !write_file(MAX_LATENCY, "0"))
		fail(MAX_LATENCY);
	t = now();
	u->set(on, u->event);
	t = now() - t;
	if (!latency)
		return t;
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

int main(int argc, char **argv)
{
	int threads;
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!write_file("/proc/sys/kernel/pid_max", "4194304") ||
	    !write_file("/proc/sys/kernel/threads-max", "200000"))
		fail("sysctl");
	toggle_fd = open(TOGGLE, O_RDWR | O_CLOEXEC);
	program = bpf_load();
	if (toggle_fd < 0 || program < 0)
		fail("tracehook, or BPF");
	stay_on(0);

	latency = argc > 1 && !strcmp(argv[1], "-l");
	argv += latency;
	while (*++argv) {
		threads = atoi(*argv);
		have_threads(threads);
		for (i = 0; i < ARRAY_SIZE(users); i++)
			measure(threads, &users[i]);
	}
	/* The others end with it. */
	_exit(0);
}
