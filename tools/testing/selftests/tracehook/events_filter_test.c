// SPDX-License-Identifier: GPL-2.0
/*
 * The fields of the two events in filters and triggers.
 *
 *  filter.select		filters on the fields select the right calls
 *  events.refuse_bad_filters	filters that make no sense are EINVAL
 *  events.hist_trigger		a trigger alone arms the machine, and counts
 *  events.traceoff_trigger	a trigger with a filter acts on its call only
 *  events.event_pid		set_event_pid limits the events to one thread
 */
#include "tracehook.h"

FIXTURE(events) {
	struct th_event ev[128];
	int n;
};

FIXTURE_SETUP(events)
{
	TH_REQUIRE();
	ASSERT_EQ(0, th_instance_create());
}

FIXTURE_TEARDOWN(events)
{
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/*
 * Filters
 */
#define SEES_GETPPID	1
#define SEES_CLOSE	2
#define SEES_UNKNOWN	4
#define SEES_ALL	(SEES_GETPPID | SEES_CLOSE | SEES_UNKNOWN)

FIXTURE(filter) {
	struct th_event ev[128];
	int n;
};

FIXTURE_VARIANT(filter) {
	bool entry;
	/* With a value for the %u in it */
	const char *filter;
	unsigned int value;
	int sees;
};

FIXTURE_VARIANT_ADD(filter, entry_nr) {
	.entry = true, .filter = "nr == %u", .value = __NR_close,
	.sees = SEES_CLOSE,
};

FIXTURE_VARIANT_ADD(filter, entry_nr_not) {
	.entry = true, .filter = "nr != %u", .value = __NR_close,
	.sees = SEES_GETPPID | SEES_UNKNOWN,
};

FIXTURE_VARIANT_ADD(filter, entry_arch) {
	.entry = true, .filter = "arch == %u", .value = TH_ARCH,
	.sees = SEES_ALL,
};

FIXTURE_VARIANT_ADD(filter, entry_arch_not) {
	.entry = true, .filter = "arch != %u", .value = TH_ARCH,
};

FIXTURE_VARIANT_ADD(filter, exit_nr_and_arch) {
	.entry = false, .filter = "nr == %u && arch > 0", .value = __NR_close,
	.sees = SEES_CLOSE,
};

FIXTURE_VARIANT_ADD(filter, exit_failed) {
	.entry = false, .filter = "ret < 0",
	.sees = SEES_CLOSE | SEES_UNKNOWN,
};

FIXTURE_VARIANT_ADD(filter, exit_ret) {
	.entry = false, .filter = "ret == -%u", .value = EBADF,
	.sees = SEES_CLOSE,
};

FIXTURE_VARIANT_ADD(filter, exit_succeeded) {
	.entry = false, .filter = "ret >= 0",
	.sees = SEES_GETPPID,
};

FIXTURE_SETUP(filter)
{
	TH_REQUIRE();
	ASSERT_EQ(0, th_instance_create());
}

FIXTURE_TEARDOWN(filter)
{
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/* What the one event, switched on, sees of a child's calls: SEES_*, or -1. */
static int watch_child(struct __test_metadata *_metadata,
		       struct _test_data_filter *self, bool entry)
{
	const char *enable = entry ? TH_ENTRY "enable" : TH_EXIT "enable";
	int sees = 0, i;
	pid_t pid;

	if (th_write(enable, "1"))
		return -1;
	pid = th_fork();
	if (!pid) {
		th_syscall_poisoned(__NR_getppid);
		close(-1);
		th_syscall_poisoned(TH_NR_UNKNOWN);
		_exit(0);
	}
	if (th_reap(pid) || th_write(enable, "0"))
		return -1;
	self->n = th_events(pid, self->ev, ARRAY_SIZE(self->ev));
	if (self->n < 0 || self->n > (int)ARRAY_SIZE(self->ev))
		return -1;
	for (i = 0; i < self->n; i++) {
		EXPECT_EQ(entry, self->ev[i].entry);
		switch (self->ev[i].nr) {
		case __NR_getppid:
			sees |= SEES_GETPPID;
			break;
		case __NR_close:
			sees |= SEES_CLOSE;
			break;
		case TH_NR_UNKNOWN:
			sees |= SEES_UNKNOWN;
			break;
		}
	}
	return sees;
}

TEST_F(filter, select)
{
	const char *path = variant->entry ? TH_ENTRY "filter" : TH_EXIT "filter";

	/* The other event stays off, its filter is not tested. */
	ASSERT_EQ(0, th_writef(path, variant->filter, variant->value));
	EXPECT_EQ(variant->sees,
		  watch_child(_metadata, self, variant->entry));

	/* It is the filter that kept the others out. */
	ASSERT_EQ(0, th_write(path, "0"));
	EXPECT_EQ(SEES_ALL, watch_child(_metadata, self, variant->entry));
}

TEST_F(events, refuse_bad_filters)
{
	static const struct {
		const char *path;
		const char *filter;
	} bad[] = {
		{ TH_ENTRY "filter", "number == 1" },
		{ TH_ENTRY "filter", "nr ==" },
		{ TH_ENTRY "filter", "nr == getppid" },
		/* A field of the other event */
		{ TH_ENTRY "filter", "ret < 0" },
		{ TH_EXIT "filter", "arg0 == 0" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-EINVAL, th_write(bad[i].path, bad[i].filter))
			TH_LOG("%s", bad[i].filter);
	}
}

/*
 * Triggers
 */
TEST_F(events, hist_trigger)
{
	char buf[4096], want[64];
	struct th_status st;
	int i;
	pid_t pid;
	char *p;

	if (!th_has_hist())
		SKIP(return, "needs CONFIG_HIST_TRIGGERS");
	ASSERT_EQ(0, th_write(TH_ENTRY "trigger", "hist:keys=nr"));
	ASSERT_EQ(0, th_status(&st));
	EXPECT_EQ(1, st.armed);
	EXPECT_EQ(TH_ENTRY_USER, st.users);

	pid = th_fork();
	if (!pid) {
		for (i = 0; i < 3; i++)
			th_syscall_poisoned(TH_NR_UNKNOWN);
		_exit(0);
	}
	ASSERT_EQ(0, th_reap(pid));
	ASSERT_LT(0, th_read(TH_ENTRY "hist", buf, sizeof(buf)));
	ASSERT_EQ(0, th_write(TH_ENTRY "trigger", "!hist:keys=nr"));

	snprintf(want, sizeof(want), "%d }", TH_NR_UNKNOWN);
	p = strstr(buf, want);
	ASSERT_NE(NULL, p);
	p = strstr(p, "hitcount:");
	ASSERT_NE(NULL, p);
	EXPECT_EQ(3, atoi(p + strlen("hitcount:")));

	ASSERT_EQ(0, th_status(&st));
	EXPECT_EQ(0, st.armed);
	EXPECT_EQ(0, st.users);
}

TEST_F(events, traceoff_trigger)
{
	char trigger[64], undo[66], on[4];
	pid_t pid;
	int i;

	snprintf(trigger, sizeof(trigger), "traceoff if nr == %d && ret < 0",
		 TH_NR_UNKNOWN);
	snprintf(undo, sizeof(undo), "!%s", trigger);
	ASSERT_EQ(0, th_write(TH_EXIT "trigger", trigger));

	/* A call of the wrong number first, then one of the right one */
	for (i = 0; i < 2; i++) {
		pid = th_fork();
		if (!pid) {
			th_syscall_poisoned(TH_NR_UNKNOWN + !i);
			_exit(0);
		}
		ASSERT_EQ(0, th_reap(pid));
		ASSERT_LT(0, th_read(TH_INSTANCE "tracing_on", on, sizeof(on)));
		EXPECT_STREQ(i ? "0\n" : "1\n", on);
	}
	EXPECT_EQ(0, th_write(TH_EXIT "trigger", undo));
}

TEST_F(events, event_pid)
{
	int gate[2], i, n[2];
	pid_t pid[2];
	char c;

	ASSERT_EQ(0, pipe(gate));
	for (i = 0; i < 2; i++) {
		pid[i] = th_fork();
		if (!pid[i]) {
			close(gate[1]);
			if (read(gate[0], &c, 1))
				_exit(1);
			th_syscall_poisoned(TH_NR_UNKNOWN);
			_exit(0);
		}
		ASSERT_LT(0, pid[i]);
	}
	ASSERT_EQ(0, th_writef(TH_INSTANCE "set_event_pid", "%d", pid[1]));
	ASSERT_EQ(0, th_trace_on());
	close(gate[1]);
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, th_reap(pid[i]));
	ASSERT_EQ(0, th_trace_off());

	for (i = 0; i < 2; i++)
		n[i] = th_events(pid[i], self->ev, ARRAY_SIZE(self->ev));
	EXPECT_EQ(0, n[0]);
	EXPECT_LE(3, n[1]);
	self->n = n[1];
	EXPECT_NE(NULL, th_find(self->ev, self->n, 0, true, TH_NR_UNKNOWN));
	EXPECT_NE(NULL, th_find(self->ev, self->n, 0, false, TH_NR_UNKNOWN));
}

TEST_HARNESS_MAIN
