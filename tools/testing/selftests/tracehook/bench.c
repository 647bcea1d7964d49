// SPDX-License-Identifier: GPL-2.0
/*
 * What system call tracing adds to getppid(), beside raw_syscalls.
 *
 * Reports, and never fails on a number.  Meant for a guest under QEMU's
 * "-icount shift=0", where a nanosecond is an instruction; elsewhere the unit
 * is what the clock says.  Each figure is the least of many short batches, so
 * that timer interrupts do not count.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../kselftest.h"

#define TRACING		"/sys/kernel/tracing/events/"
#define TOGGLE		"/sys/kernel/debug/tracehook/enable"
#define CALLS		100
#define BATCHES		300

static long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static long per_call(void)
{
	long long best = LLONG_MAX, t, empty = LLONG_MAX;
	int i, j;

	for (i = 0; i < BATCHES; i++) {
		t = now();
		t = now() - t;
		if (t < empty)
			empty = t;
		t = now();
		for (j = 0; j < CALLS; j++)
			syscall(__NR_getppid);
		t = now() - t;
		if (t < best)
			best = t;
	}
	return (best - empty + CALLS / 2) / CALLS;
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) > 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* An empty program on a raw tracepoint.  Return: the link's fd or -1. */
static int attach_bpf(const char *name)
{
	struct bpf_insn prog[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT,
		.insn_cnt = 2,
		.insns = (unsigned long)prog,
		.license = (unsigned long)"GPL",
	};
	int fd = syscall(__NR_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)), link;

	if (fd < 0)
		return -1;
	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.name = (unsigned long)name;
	attr.raw_tracepoint.prog_fd = fd;
	link = syscall(__NR_bpf, BPF_RAW_TRACEPOINT_OPEN, &attr, sizeof(attr));
	close(fd);
	return link;
}

static const struct tracer {
	const char *name;
	const char *entry;
	const char *exit;
} tracers[] = {
	{ "raw_syscalls", "sys_enter", "sys_exit" },
	{ "tracehook", "syscall_entry", "syscall_exit" },
};

#define ENTRY	1
#define EXIT	2

/* Return: what a call costs, or -1 if the tracer is not there. */
static long with_bpf(const struct tracer *t, int which)
{
	int entry = -1, exit = -1;
	long cost = -1;

	if (which & ENTRY)
		entry = attach_bpf(t->entry);
	if (which & EXIT)
		exit = attach_bpf(t->exit);
	if ((entry >= 0 || !(which & ENTRY)) && (exit >= 0 || !(which & EXIT)))
		cost = per_call();
	close(entry);
	close(exit);
	return cost;
}

static long with_ftrace(const struct tracer *t, int which)
{
	char path[128];
	long cost = -1;

	snprintf(path, sizeof(path), TRACING "%s/enable", t->name);
	if (write_file(path, "1"))
		cost = per_call();
	write_file(path, "0");
	return cost;
}

static const struct row {
	const char *what;
	long (*measure)(const struct tracer *t, int which);
	int which;
} rows[] = {
	{ "empty BPF probe on entry", with_bpf, ENTRY },
	{ "empty BPF probe on exit", with_bpf, EXIT },
	{ "empty BPF probes on both", with_bpf, ENTRY | EXIT },
	{ "both events into the ftrace buffer", with_ftrace, 0 },
};

int main(void)
{
	long idle = per_call(), cost[2];
	size_t i;
	int j;

	printf("instructions per getppid(), and added to idle\n");
	printf("%-36s %6ld\n", "nothing attached", idle);
	if (write_file(TOGGLE, "1")) {
		cost[1] = per_call();
		write_file(TOGGLE, "0");
		printf("%-36s %6ld (+%ld)\n", "armed by the toggle, no probe",
		       cost[1], cost[1] - idle);
	}

	printf("\n%-36s %15s %15s  ratio\n", "", tracers[0].name, tracers[1].name);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		printf("%-36s", rows[i].what);
		for (j = 0; j < 2; j++) {
			cost[j] = rows[i].measure(&tracers[j], rows[i].which);
			if (cost[j] < 0)
				printf(" %15s", "absent");
			else
				printf("  %6ld (+%4ld)", cost[j], cost[j] - idle);
		}
		if (cost[0] > idle && cost[1] > idle)
			printf("  %.2f", (double)(cost[1] - idle) / (cost[0] - idle));
		printf("\n");
	}
	printf("\n%-36s %6ld\n", "nothing attached, afterwards", per_call());
	return 0;
}
