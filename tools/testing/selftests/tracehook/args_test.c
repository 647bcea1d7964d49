// SPDX-License-Identifier: GPL-2.0
/*
 * The arguments of a call are fields: arg0 to arg5, each for all that ftrace does
 * with a field.
 *
 *  args.filter			comparisons with each of them
 *  args.hist			each as the key of a histogram
 *  args.hist_two_keys		number and argument
 *  args.eprobe			each in an event probe, of 32 and of all its bits
 *  args.eprobe_string		the name that an argument points to
 *  args.latency		a synthetic event for each pair, found by its id
 *  args.like_sys_enter		what syscalls:sys_enter_openat has, call by call
 */
#include <stdarg.h>

#include "tracehook.h"

#define TRACEFS		"/sys/kernel/tracing/"
#define DYNAMIC		TRACEFS "dynamic_events"
#define SYS_OPENAT	TH_INSTANCE "events/syscalls/sys_enter_openat/"

#define EVENT		"tracehook.tracehook_entry"
#define PROBE		TH_INSTANCE "events/tracehook_args/probe/"
/* The kernel takes a name that begins with "trace" for the action trace(). */
#define LATENCY		TH_INSTANCE "events/synthetic/th_latency/"
#define HIST_ENTRY	"hist:keys=id:ts0=common_timestamp.usecs if nr == " TH_NR_UNKNOWN_TEXT
#define HIST_EXIT								\
	"hist:keys=id:lat=common_timestamp.usecs-$ts0:"			\
	"onmatch(tracehook.tracehook_entry).th_latency(id,$lat,nr)" \
	" if nr == " TH_NR_UNKNOWN_TEXT

/* Calls of a child, told apart by any of their arguments. */
#define VECTORS		5

/* Add a line to the dynamic events; "-:" takes away. */
static int dynamic(const char *fmt, ...)
{
	char text[512];
	int fd = open(DYNAMIC, O_WRONLY | O_APPEND | O_CLOEXEC), err = 0;
	va_list ap;

	if (fd < 0)
		return -errno;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

FIXTURE(args) {
	struct th_event ev[256];
	int n;
};

FIXTURE_SETUP(args)
{
	TH_REQUIRE();
	ASSERT_EQ(0, th_instance_create());
}

FIXTURE_TEARDOWN(args)
{
	/* What a test that failed has left behind */
	th_write(PROBE "enable", "0");
	dynamic("-:tracehook_args/probe");
	th_write(LATENCY "enable", "0");
	th_write(TH_EXIT "trigger", "!" HIST_EXIT);
	th_write(TH_ENTRY "trigger", "!" HIST_ENTRY);
	dynamic("-:synthetic/th_latency");

	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/* The last one has the highest bit set, and is no negative number. */
static unsigned long vector(int k, int arg)
{
	return k == VECTORS - 1 ? -1UL - arg : 0x1000UL * (arg + 1) + 0x10 * k;
}

/* A child makes @times[k] calls of vector k.  Return: its id. */
static pid_t run_calls(const int *times)
{
	unsigned long args[6];
	int k, i;
	pid_t pid;

	pid = th_fork();
	if (!pid) {
		for (k = 0; k < VECTORS; k++) {
			for (i = 0; i < 6; i++)
				args[i] = vector(k, i);
			for (i = 0; i < times[k]; i++)
				th_syscall(TH_NR_UNKNOWN, args);
		}
		_exit(0);
	}
	return pid > 0 && !th_reap(pid) ? pid : -1;
}

static const int once[VECTORS] = { 1, 1, 1, 1, 1 };

/*
 * Filters
 */
#define A_BIT		0x20UL

TEST_F(args, filter)
{
	static const struct {
		const char	*op;
		int		than;
		int		sees;	/* bits of vectors */
	} cases[] = {
		{ "==", 1, 0x02 },
		{ "==", 4, 0x10 },
		{ "!=", 1, 0x1d },
		{ "<", 2, 0x03 },
		{ ">=", 2, 0x1c },
		{ ">", 4, 0x00 },
		/* A bit that the first two do not have */
		{ "&", -1, 0x1c },
	};
	char filter[128];
	unsigned long than;
	int arg, i, k, seen;
	size_t c;
	pid_t pid;

	for (arg = 0; arg < 6; arg++) {
		for (c = 0; c < ARRAY_SIZE(cases); c++) {
			than = A_BIT;
			if (cases[c].than >= 0)
				than = vector(cases[c].than, arg);
			snprintf(filter, sizeof(filter), "nr == %d && arg%d %s %#lx",
				 TH_NR_UNKNOWN, arg, cases[c].op, than);
			ASSERT_EQ(0, th_write(TH_ENTRY "filter", filter));
			ASSERT_EQ(0, th_events_clear());
			ASSERT_EQ(0, th_write(TH_ENTRY "enable", "1"));
			pid = run_calls(once);
			ASSERT_LT(0, pid);
			ASSERT_EQ(0, th_write(TH_ENTRY "enable", "0"));

			self->n = th_events(0, self->ev, ARRAY_SIZE(self->ev));
			for (i = seen = 0; i < self->n; i++) {
				for (k = 0; k < VECTORS; k++) {
					if (self->ev[i].args[arg] == vector(k, arg))
						seen |= 1 << k;
				}
				EXPECT_EQ(pid, self->ev[i].pid);
			}
			EXPECT_EQ(cases[c].sees, seen)
				TH_LOG("%s", filter);
			EXPECT_EQ(__builtin_popcount(seen), self->n)
				TH_LOG("%s", filter);
		}
	}
}

/*
 * Histograms
 */
static const int counted[VECTORS] = { 1, 2, 3, 4, 5 };

/* Vector k has come k + 1 times, and nothing else has. */
static void check_hist(struct __test_metadata *_metadata, int arg,
		       const char *format)
{
	char buf[8192], *line;
	unsigned long value;
	int k, hits, seen = 0;

	ASSERT_LT(0, th_read(TH_ENTRY "hist", buf, sizeof(buf)));
	for (line = strtok(buf, "\n"); line; line = strtok(NULL, "\n")) {
		if (sscanf(line, format, &value, &hits) != 2)
			continue;
		for (k = 0; k < VECTORS && vector(k, arg) != value; k++)
			;
		ASSERT_GT(VECTORS, k)
			TH_LOG("%s", line);
		EXPECT_EQ(counted[k], hits)
			TH_LOG("%s", line);
		seen |= 1 << k;
	}
	EXPECT_EQ((1 << VECTORS) - 1, seen)
		TH_LOG("arg%d", arg);
}

TEST_F(args, hist)
{
	char trigger[128], undo[130], format[64];
	int arg;

	if (!th_has_hist())
		SKIP(return, "needs CONFIG_HIST_TRIGGERS");
	for (arg = 0; arg < 6; arg++) {
		snprintf(trigger, sizeof(trigger), "hist:keys=arg%d if nr == %d",
			 arg, TH_NR_UNKNOWN);
		snprintf(undo, sizeof(undo), "!%s", trigger);
		snprintf(format, sizeof(format), "{ arg%d: %%lu } hitcount: %%d",
			 arg);
		ASSERT_EQ(0, th_write(TH_ENTRY "trigger", trigger));
		ASSERT_LT(0, run_calls(counted));
		check_hist(_metadata, arg, format);
		ASSERT_EQ(0, th_write(TH_ENTRY "trigger", undo));
	}
}

TEST_F(args, hist_two_keys)
{
	char trigger[128], undo[130];

	if (!th_has_hist())
		SKIP(return, "needs CONFIG_HIST_TRIGGERS");
	snprintf(trigger, sizeof(trigger), "hist:keys=nr,arg1 if nr == %d",
		 TH_NR_UNKNOWN);
	snprintf(undo, sizeof(undo), "!%s", trigger);
	ASSERT_EQ(0, th_write(TH_ENTRY "trigger", trigger));
	ASSERT_LT(0, run_calls(counted));
	check_hist(_metadata, 1, "{ nr: " TH_NR_UNKNOWN_TEXT ", arg1: %lu } hitcount: %d");
	ASSERT_EQ(0, th_write(TH_ENTRY "trigger", undo));
}

/*
 * Event probes
 */
/* CONFIG_PROBE_EVENTS, which nothing can choose that does not have them: -EINVAL */
static bool has_eprobes(void)
{
	int err;

	/* Of another event: then it is not for ours that they are refused. */
	err = dynamic("e:tracehook_args/probe sched.sched_process_exit");
	if (!err)
		err = dynamic("-:tracehook_args/probe");
	return err != -EINVAL && err != -ENOENT;
}

/*
 * The lines of the trace that a probe wrote of a thread, from what is after the
 * name on.  Return: how many, or -errno.
 */
static int probe_lines(pid_t pid, const char *name, char (*lines)[256], int max)
{
	FILE *f = fopen(TH_INSTANCE "trace", "re");
	char line[1024], who[32], *p;
	int n = 0;

	if (!f)
		return -errno;
	snprintf(who, sizeof(who), "-%d ", pid);
	while (n < max && fgets(line, sizeof(line), f)) {
		p = strstr(line, name);
		if (!p || !strstr(line, who))
			continue;
		snprintf(lines[n++], sizeof(*lines), "%s", p + strlen(name));
	}
	fclose(f);
	return n;
}

/* Read the @n fields of @fmt, from where the line has the first of them. */
static void scan_fields(struct __test_metadata *_metadata, const char *line, int n,
			const char *fmt, ...)
{
	char first[16];
	const char *p;
	va_list ap;
	int fields;

	snprintf(first, sizeof(first), "%.*s", (int)strcspn(fmt, "%"), fmt);
	p = strstr(line, first);
	ASSERT_NE(NULL, p);
	va_start(ap, fmt);
	fields = vsscanf(p, fmt, ap);
	va_end(ap);
	ASSERT_EQ(n, fields)
		TH_LOG("%s", line);
}

TEST_F(args, eprobe)
{
	unsigned long long all;
	int arg, nr, low, n, k;
	char lines[16][256];
	pid_t pid;

	if (!has_eprobes())
		SKIP(return, "needs CONFIG_PROBE_EVENTS");
	for (arg = 0; arg < 6; arg++) {
		ASSERT_EQ(0, dynamic("e:tracehook_args/probe " EVENT
				     " nr=$nr:s32 low=$arg%d:s32 all=$arg%d:x%zu",
				     arg, arg, 8 * sizeof(long)));
		ASSERT_EQ(0, th_write(PROBE "filter", "nr == " TH_NR_UNKNOWN_TEXT));
		ASSERT_EQ(0, th_events_clear());
		ASSERT_EQ(0, th_write(PROBE "enable", "1"));
		EXPECT_EQ(TH_STATE(0, 1, TH_ENTRY_USER), th_state());
		pid = run_calls(once);
		ASSERT_LT(0, pid);
		ASSERT_EQ(0, th_write(PROBE "enable", "0"));
		n = probe_lines(pid, "probe: ", lines, ARRAY_SIZE(lines));
		ASSERT_EQ(0, dynamic("-:tracehook_args/probe"));
		EXPECT_EQ(TH_STATE(0, 0, 0), th_state());

		EXPECT_EQ(VECTORS, n);
		for (k = 0; k < n && k < VECTORS; k++) {
			scan_fields(_metadata, lines[k], 3,
				    "nr=%d low=%d all=%llx", &nr, &low, &all);
			EXPECT_EQ(TH_NR_UNKNOWN, nr);
			EXPECT_EQ((int)vector(k, arg), low);
			EXPECT_EQ(vector(k, arg), all);
		}
	}
}

/* The ways to open that this test knows by their names and flags. */
static const struct {
	const char	*name;
	int		flags, mode;
} files[] = {
	{ "/tracehook-mine-1", O_RDONLY | O_CLOEXEC, 0 },
	{ "/tracehook-other", O_RDWR, 0600 },
	{ "/tracehook-mine-2", O_WRONLY | O_NONBLOCK, 0640 },
	{ "/tracehook-other", O_RDONLY, 0 },
};

static pid_t run_opens(void)
{
	char name[64];
	pid_t pid;
	size_t i;

	pid = th_fork();
	if (!pid) {
		for (i = 0; i < ARRAY_SIZE(files); i++) {
			snprintf(name, sizeof(name), "%s", files[i].name);
			syscall(__NR_openat, AT_FDCWD, name, files[i].flags,
				files[i].mode);
		}
		_exit(0);
	}
	return pid > 0 && !th_reap(pid) ? pid : -1;
}

TEST_F(args, eprobe_string)
{
	char lines[16][256], filter[128];
	int n;
	pid_t pid;

	if (!has_eprobes())
		SKIP(return, "needs CONFIG_PROBE_EVENTS");
	ASSERT_EQ(0, dynamic("e:tracehook_args/probe " EVENT
			     " nr=$nr:s32 dfd=$arg0:s32 name=+0($arg1):ustring flags=$arg2:x32"));
	snprintf(filter, sizeof(filter),
		 "nr == %d && dfd == %d && name ~ \"*hook-mine*\"", __NR_openat,
		 AT_FDCWD);
	ASSERT_EQ(0, th_write(PROBE "filter", filter));
	ASSERT_EQ(0, th_write(PROBE "enable", "1"));
	pid = run_opens();
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, th_write(PROBE "enable", "0"));
	n = probe_lines(pid, "probe: ", lines, ARRAY_SIZE(lines));
	ASSERT_EQ(0, dynamic("-:tracehook_args/probe"));

	ASSERT_EQ(2, n);
	snprintf(filter, sizeof(filter), "name=\"%s\" flags=%#x", files[0].name,
		 files[0].flags);
	EXPECT_NE(NULL, strstr(lines[0], filter))
		TH_LOG("%s: %s", filter, lines[0]);
	EXPECT_NE(NULL, strstr(lines[1], files[2].name))
		TH_LOG("%s", lines[1]);
}

/*
 * Synthetic events
 */
TEST_F(args, latency)
{
	unsigned long long id, lat;
	char lines[64][256];
	int n, nr, i, j;
	pid_t pid;

	if (!th_has_hist())
		SKIP(return, "needs CONFIG_HIST_TRIGGERS");
	ASSERT_EQ(0, dynamic("s:th_latency u64 id; u64 lat; int nr"));
	ASSERT_EQ(0, th_write(TH_ENTRY "trigger", HIST_ENTRY));
	ASSERT_EQ(0, th_write(TH_EXIT "trigger", HIST_EXIT));
	ASSERT_EQ(0, th_write(LATENCY "enable", "1"));
	ASSERT_EQ(0, th_trace_on());
	pid = run_calls(counted);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, th_trace_off());
	ASSERT_EQ(0, th_write(LATENCY "enable", "0"));
	ASSERT_EQ(0, th_write(TH_EXIT "trigger", "!" HIST_EXIT));
	ASSERT_EQ(0, th_write(TH_ENTRY "trigger", "!" HIST_ENTRY));
	n = probe_lines(pid, "th_latency: ", lines, ARRAY_SIZE(lines));
	self->n = th_events(pid, self->ev, ARRAY_SIZE(self->ev));
	ASSERT_EQ(0, dynamic("-:synthetic/th_latency"));
	ASSERT_GE((int)ARRAY_SIZE(self->ev), self->n);

	/* One for each call, in their order, and of that call */
	EXPECT_EQ(15, n);
	for (i = j = 0; i < n; i++, j++) {
		scan_fields(_metadata, lines[i], 3, "id=%llu lat=%llu nr=%d",
			    &id, &lat, &nr);
		EXPECT_EQ(TH_NR_UNKNOWN, nr);
		EXPECT_GT(30000000ULL * TH_PATIENCE, lat);
		while (j < self->n && (self->ev[j].entry ||
				       self->ev[j].nr != TH_NR_UNKNOWN))
			j++;
		ASSERT_GT(self->n, j);
		EXPECT_EQ(self->ev[j].id, id);
	}
}

/*
 * The events of ftrace for each call by name
 */
TEST_F(args, like_sys_enter)
{
	unsigned long args[4];
	char lines[16][256];
	int n, n_args, i, j;
	pid_t pid;

	if (access(SYS_OPENAT, F_OK))
		SKIP(return, "needs CONFIG_FTRACE_SYSCALLS");
	ASSERT_EQ(0, th_write(SYS_OPENAT "enable", "1"));
	ASSERT_EQ(0, th_write(TH_ENTRY "enable", "1"));
	pid = run_opens();
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, th_write(TH_ENTRY "enable", "0"));
	ASSERT_EQ(0, th_write(SYS_OPENAT "enable", "0"));
	n = probe_lines(pid, "sys_openat(", lines, ARRAY_SIZE(lines));
	self->n = th_events(pid, self->ev, ARRAY_SIZE(self->ev));

	EXPECT_EQ((int)ARRAY_SIZE(files), n);
	for (i = j = 0; i < n; i++, j++) {
		n_args = sscanf(lines[i], "dfd: %lx, filename: %lx, flags: %lx, mode: %lx",
				&args[0], &args[1], &args[2], &args[3]);
		ASSERT_EQ(4, n_args)
			TH_LOG("%s", lines[i]);
		while (j < self->n && self->ev[j].nr != __NR_openat)
			j++;
		ASSERT_GT(self->n, j);
		EXPECT_EQ(0, memcmp(args, self->ev[j].args, sizeof(args)))
			TH_LOG("%s", lines[i]);
		EXPECT_EQ((unsigned long)files[i].flags, self->ev[j].args[2]);
		EXPECT_EQ((unsigned long)files[i].mode, self->ev[j].args[3]);
	}
}

TEST_HARNESS_MAIN
