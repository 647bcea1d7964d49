// SPDX-License-Identifier: GPL-2.0
/*
 * Who can arm the machine by perf: whoever has CAP_PERFMON, or anybody if
 * kernel.perf_event_paranoid is -1.  See also security_test.c.
 *
 *  perf.open		counting and sampling, of a thread and of a processor, at
 *			each level; what is denied does not arm the machine
 *  perf.inherited	the children of a thread that is being counted are counted
 *			too, whatever they may do themselves
 */
#include <linux/perf_event.h>

#include "security.h"

#define PARANOID	"/proc/sys/kernel/perf_event_paranoid"
#define EVENTS		"/sys/kernel/tracing/events/tracehook/"

/* perf_event_open() in the ways that have permissions of their own */
static const struct perf_way {
	bool sample, cpu, exclude_kernel, inherit;
} perf_ways[] = {
	{ .exclude_kernel = true },
	{ .exclude_kernel = true, .inherit = true },
	{ .exclude_kernel = true, .sample = true },
	{ .exclude_kernel = true, .cpu = true },
	{ .exclude_kernel = true, .cpu = true, .sample = true },
	{ },
	{ .inherit = true },
	{ .sample = true },
	{ .cpu = true },
};

static int open_perf(int id, const struct perf_way *way)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_TRACEPOINT,
		.config = id,
		.sample_period = way->sample,
		.sample_type = way->sample ? PERF_SAMPLE_RAW : 0,
		.exclude_kernel = way->exclude_kernel,
		.inherit = way->inherit,
	};
	int fd = syscall(__NR_perf_event_open, &attr, way->cpu ? -1 : 0,
			 way->cpu ? 0 : -1, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

FIXTURE(perf) {
	int status, id[2];
	char paranoid[16];
};

FIXTURE_VARIANT(perf) {
	uid_t uid;
	unsigned long long caps;
	enum userns userns;
	bool may;
};

FIXTURE_VARIANT_ADD(perf, nobody) { .uid = NOBODY };

FIXTURE_VARIANT_ADD(perf, nobody_in_userns) { .uid = NOBODY, .userns = USERNS_OWN };

FIXTURE_VARIANT_ADD(perf, root_without_capabilities) { };

FIXTURE_VARIANT_ADD(perf, cap_bpf) { .uid = NOBODY, .caps = CAP(BPF) };

FIXTURE_VARIANT_ADD(perf, cap_perfmon) {
	.uid = NOBODY, .caps = CAP(PERFMON), .may = true,
};

FIXTURE_VARIANT_ADD(perf, cap_sys_admin) {
	.uid = NOBODY, .caps = CAP(SYS_ADMIN), .may = true,
};

FIXTURE_SETUP(perf)
{
	static const char * const events[] = {
		EVENTS "tracehook_entry/id", EVENTS "tracehook_exit/id",
	};
	char buf[16];
	int i;

	TH_REQUIRE();
	if (syscall(__NR_perf_event_open, NULL, 0, -1, -1, 0) == -1 &&
	    errno == ENOSYS)
		SKIP(return, "needs CONFIG_PERF_EVENTS");
	ASSERT_LT(0, th_read(PARANOID, self->paranoid, sizeof(self->paranoid)));
	for (i = 0; i < 2; i++) {
		ASSERT_LT(0, th_read(events[i], buf, sizeof(buf)));
		self->id[i] = atoi(buf);
	}
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	self->status = open(TH_STATUS, O_RDONLY);
	ASSERT_LE(0, self->status);
	ASSERT_EQ(0, unmarked());
}

FIXTURE_TEARDOWN(perf)
{
	EXPECT_EQ(0, th_write(PARANOID, self->paranoid));
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

TEST_F(perf, open)
{
	/* The one that allows everything last, as it leaves marks behind. */
	static const char * const levels[] = { "2", "1", "0", "-1" };
	int i, l, level, expected;
	pid_t pid;

	for (l = 0; l < (int)ARRAY_SIZE(levels); l++) {
		ASSERT_EQ(0, th_write(PARANOID, levels[l]));
		pid = th_fork();
		ASSERT_LE(0, pid);
		if (pid) {
			ASSERT_EQ(0, th_reap(pid))
				TH_LOG("level %s", levels[l]);
			continue;
		}
		ASSERT_EQ(0, become(variant->uid, variant->caps, variant->userns));
		level = atoi(levels[l]);
		for (i = 0; i < 2 * (int)ARRAY_SIZE(perf_ways); i++) {
			const struct perf_way *way = perf_ways + i / 2;

			expected = variant->may || level < 0 ? 0 :
				   level > 1 && !way->exclude_kernel ? -EACCES : -EPERM;
			check_attempt(_metadata, self->status,
				      open_perf(self->id[i & 1], way),
				      expected, i & 1 ? TH_EXIT_USER : TH_ENTRY_USER,
				      level * 100 + i);
		}
		_exit(0);
	}
}

/* An event of a parent's is on its children too, who could not have it. */
TEST_F(perf, inherited)
{
	static const struct perf_way way = { .inherit = true };
	unsigned long long before, after;
	int i, fd, marked;
	pid_t pid;

	pid = th_fork();
	ASSERT_LE(0, pid);
	if (pid) {
		ASSERT_EQ(0, th_reap(pid));
		return;
	}
	fd = open_perf(self->id[0], &way);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, become(variant->uid, variant->caps, variant->userns));
	ASSERT_EQ(8, read(fd, &before, 8));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		for (i = 0; i < 100; i++)
			getppid();
		_exit(0);
	}
	EXPECT_EQ(0, th_reap(pid));
	ASSERT_EQ(8, read(fd, &after, 8));
	EXPECT_LE(before + 100, after);
	EXPECT_EQ(TH_STATE(0, 1, TH_ENTRY_USER), armed_users(self->status, &marked));
	close(fd);
	EXPECT_EQ(TH_STATE(0, 0, 0), armed_users(self->status, &marked));
	_exit(0);
}

TEST_HARNESS_MAIN
