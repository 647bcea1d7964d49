// SPDX-License-Identifier: GPL-2.0
/*
 * What system call tracing adds to a call, beside raw_syscalls.
 *
 * Reports, and never fails on a number: a line for each figure, of call, what was
 * measured, who (of tracers[], or "-"), and the cost, separated by tabs.  Meant
 * for a guest under QEMU's "-icount shift=0", where a nanosecond is an
 * instruction; elsewhere the unit is what the clock says.  Each figure is the
 * least of many short batches, so that timer interrupts do not count.
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "bench.h"

#define EVENTS		"/sys/kernel/tracing/events/"
#define BATCHES		300
#define BUFFER		(9UL * sysconf(_SC_PAGESIZE))

static char byte;
static int zero;

static const struct call {
	const char *name;
	long nr;
	long args[4];
} calls[] = {
	{ "getppid", __NR_getppid, {} },
	{ "read", __NR_read, { 0, (long)&byte, 1 } },
	{ "openat", __NR_openat, { AT_FDCWD, (long)"/nowhere", O_RDONLY } },
};

static const struct tracer {
	const char *name;
	const char *event[2];
	const char *filter;
} tracers[] = {
	{ "raw_syscalls", { "sys_enter", "sys_exit" }, "id == -9" },
	{ "tracehook", { "tracehook_entry", "tracehook_exit" }, "nr == -9" },
	/* experiments/audit-route.patch of the repository of the series */
	{ "audit_call", { "audit_call_entry", "audit_call_exit" }, "nr == -9" },
};

#define ENTRY	1
#define EXIT	2
#define BOTH	(ENTRY | EXIT)

/* Calls in a batch: one where another processor is busy with what they cause. */
static int batch = 100;

static long per_call(const struct call *c)
{
	long long best = LLONG_MAX, empty = LLONG_MAX, t;
	long fd = c->nr == __NR_read ? zero : c->args[0];
	int i, j;

	for (i = 0; i < BATCHES; i++) {
		t = now();
		t = now() - t;
		if (t < empty)
			empty = t;
		t = now();
		for (j = 0; j < batch; j++)
			syscall(c->nr, fd, c->args[1], c->args[2], c->args[3]);
		t = now() - t;
		if (t < best)
			best = t;
	}
	return (best - empty + batch / 2) / batch;
}

static void report(const struct call *c, const char *what, const char *who, long cost)
{
	printf("%s\t%s\t%s\t%ld\n", c->name, what, who, cost);
	fflush(stdout);
}

/*
 * Ways to attach to one event, each with its way to let go.  They return a value
 * for that, or -1.
 */
static int bpf_on(const struct tracer *t, int which)
{
	return bpf_load_attach(t->event[which]);
}

static void fd_off(const struct tracer *t, int which, int fd)
{
	close(fd);
}

static int probe_on(const struct tracer *t, int which)
{
	return th_write(PROBE, t->event[which]);
}

static void probe_off(const struct tracer *t, int which, int unused)
{
	th_write(PROBE, "\n");
}

static bool event_write(const struct tracer *t, int which, const char *file,
			const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), EVENTS "%s/%s/%s", t->name, t->event[which],
		 file);
	return !th_write(path, text);
}

static int ftrace_on(const struct tracer *t, int which)
{
	return event_write(t, which, "enable", "1") ? 0 : -1;
}

static void ftrace_off(const struct tracer *t, int which, int unused)
{
	event_write(t, which, "enable", "0");
	event_write(t, which, "filter", "0");
}

static int filter_on(const struct tracer *t, int which)
{
	return event_write(t, which, "filter", t->filter) ? ftrace_on(t, which) : -1;
}

/* Buffers that cannot be written to are ones that the kernel overwrites. */
static void *buffers[2];

static int perf_on(const struct tracer *t, int which)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr),
		.sample_period = 1, .sample_type = PERF_SAMPLE_RAW,
		.write_backward = 1,
	};
	char path[128], text[16] = "";
	int fd;

	snprintf(path, sizeof(path), EVENTS "%s/%s/id", t->name, t->event[which]);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return -1;
	close(fd);
	attr.config = atoi(text);
	fd = syscall(__NR_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return -1;
	buffers[which] = mmap(NULL, BUFFER, PROT_READ, MAP_SHARED, fd, 0);
	if (buffers[which] == MAP_FAILED) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The buffer would keep the event. */
static void perf_off(const struct tracer *t, int which, int fd)
{
	munmap(buffers[which], BUFFER);
	close(fd);
}

static const struct way {
	const char *what;
	int (*on)(const struct tracer *t, int which);
	void (*off)(const struct tracer *t, int which, int fd);
	int which;
} ways[] = {
	{ "C probe, entry", probe_on, probe_off, ENTRY },
	{ "C probe, exit", probe_on, probe_off, EXIT },
	{ "C probe, both", probe_on, probe_off, BOTH },
	{ "BPF program, entry", bpf_on, fd_off, ENTRY },
	{ "BPF program, exit", bpf_on, fd_off, EXIT },
	{ "BPF program, both", bpf_on, fd_off, BOTH },
	{ "ftrace buffer, both", ftrace_on, ftrace_off, BOTH },
	{ "perf buffer, both", perf_on, perf_off, BOTH },
	{ "filtered out, both", filter_on, ftrace_off, BOTH },
};

static void measure_way(const struct call *c, const struct way *w,
			const struct tracer *t)
{
	int fd[2] = { -1, -1 }, i;
	bool ok = true;

	for (i = 0; i < 2 && ok; i++) {
		if (w->which & 1 << i) {
			fd[i] = w->on(t, i);
			ok = fd[i] >= 0;
		}
	}
	if (ok)
		report(c, w->what, t->name, per_call(c));
	else
		printf("# absent: %s, %s\n", w->what, t->name);
	for (i = 1; i >= 0; i--) {
		if (fd[i] >= 0)
			w->off(t, i, fd[i]);
	}
}

static bool tracer_exists(const struct tracer *t)
{
	char path[128];

	snprintf(path, sizeof(path), EVENTS "%s", t->name);
	return !access(path, F_OK);
}

/*
 * For scale: other tools, on a process of their own
 */
static bool seccomp_on(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog prog = { 1, &allow };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
}

static bool traceme(void)
{
	return !ptrace(PTRACE_TRACEME, 0, 0, 0) && !raise(SIGSTOP);
}

/* As strace -c does: at each stop, ask what it is. */
static void trace_child(pid_t pid)
{
	struct __ptrace_syscall_info info;
	int status;

	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info);
		ptrace(PTRACE_SYSCALL, pid, 0, 0);
	}
}

static bool audit_request(int type, const void *data, size_t size)
{
	struct {
		struct nlmsghdr head;
		char data[sizeof(struct audit_rule_data) + 16];
	} msg = {
		.head = {
			.nlmsg_len = NLMSG_LENGTH(size), .nlmsg_type = type,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		},
	};
	struct {
		struct nlmsghdr head;
		struct nlmsgerr err;
		char more[256];
	} ack = {};
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);
	bool ok;

	memcpy(msg.data, data, size);
	ok = fd >= 0 && send(fd, &msg, msg.head.nlmsg_len, 0) > 0 &&
	     recv(fd, &ack, sizeof(ack), 0) > 0 &&
	     ack.head.nlmsg_type == NLMSG_ERROR && !ack.err.error;
	close(fd);
	return ok;
}

static bool audit_set(bool on)
{
	struct audit_status status = {
		.mask = AUDIT_STATUS_ENABLED, .enabled = on,
	};

	return audit_request(AUDIT_SET, &status, sizeof(status));
}

/* Every exit of all that is measured */
static bool audit_rule(bool add)
{
	struct audit_rule_data rule = {
		.flags = AUDIT_FILTER_EXIT, .action = AUDIT_ALWAYS,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		rule.mask[AUDIT_WORD(calls[i].nr)] |= AUDIT_BIT(calls[i].nr);
	return audit_request(add ? AUDIT_ADD_RULE : AUDIT_DEL_RULE, &rule,
			     sizeof(rule));
}

static bool nothing(void)
{
	return true;
}

static const struct tool {
	const char *what;
	bool (*in_child)(void);
	bool audit;
	bool rule;
} tools[] = {
	{ "seccomp filter that allows all", seccomp_on, false, false },
	{ "tracer, PTRACE_SYSCALL", traceme, false, false },
	/* Last, as audit leaves its mark on who is born from then on. */
	{ "audit, no rules", nothing, true, false },
	{ "audit, one rule that matches", nothing, true, true },
};

static void measure_tool(const struct call *c, const struct tool *t)
{
	int status = 1;
	pid_t pid;

	batch = t->rule ? 1 : 100;
	if ((!t->audit || audit_set(true)) && (!t->rule || audit_rule(true))) {
		fflush(stdout);
		pid = fork();
		if (!pid) {
			if (!t->in_child())
				_exit(1);
			report(c, t->what, "-", per_call(c));
			_exit(0);
		}
		if (t->in_child == traceme)
			trace_child(pid);
		else
			waitpid(pid, &status, 0);
	}
	if (status && t->in_child != traceme)
		printf("# absent: %s\n", t->what);
	if (t->rule)
		audit_rule(false);
	if (t->audit)
		audit_set(false);
	batch = 100;
}

int main(void)
{
	const struct call *c;
	size_t i, j;

	zero = open("/dev/zero", O_RDONLY);
	for (c = calls; c < calls + ARRAY_SIZE(calls); c++) {
		report(c, "idle", "-", per_call(c));
		if (!th_write(TH_ENABLE, "1")) {
			report(c, "armed, no probe", "tracehook", per_call(c));
			th_write(TH_ENABLE, "0");
		}
		for (i = 0; i < ARRAY_SIZE(ways); i++) {
			for (j = 0; j < ARRAY_SIZE(tracers); j++) {
				if (tracer_exists(&tracers[j]))
					measure_way(c, &ways[i], &tracers[j]);
			}
		}
		report(c, "idle, afterwards", "-", per_call(c));
	}
	for (i = 0; i < ARRAY_SIZE(tools); i++) {
		for (c = calls; c < calls + ARRAY_SIZE(calls); c++)
			measure_tool(c, &tools[i]);
	}
	return 0;
}
