// SPDX-License-Identifier: GPL-2.0
/*
 * Who can arm a machine that is locked down.  As a machine stays locked down
 * until it is rebooted, this wants a boot of its own: it is not run with the
 * others, and qemu/run.sh runs it only if it is named.
 *
 *  lockdown.levels	what can be opened at the level of the boot and at all
 *			that are above, and whether that arms the machine; what
 *			was opened at one level works on at the next one, and an
 *			armed machine stays armed
 */
#include <linux/perf_event.h>
#include <sys/mount.h>

#include "security.h"

#define LOCKDOWN	"/sys/kernel/security/lockdown"
#define EVENT		"/sys/kernel/tracing/events/tracehook/tracehook_entry/"

enum level { NONE, INTEGRITY, CONFIDENTIALITY, LEVELS };
static const char * const level_names[] = { "none", "integrity", "confidentiality" };

/* Return: that of the machine, the one in brackets */
static int lockdown_level(void)
{
	char buf[64], name[32];
	int i;

	if (th_read(LOCKDOWN, buf, sizeof(buf)) < 0)
		return -errno;
	for (i = 0; i < LEVELS; i++) {
		snprintf(name, sizeof(name), "[%s]", level_names[i]);
		if (strstr(buf, name))
			return i;
	}
	return -EPROTO;
}

/* Ways to arm the machine, each with what it takes to do it at each level */
enum way { TOGGLE, EVENT_FILE, PERF, BPF, WAYS };

static const int arms[WAYS][LEVELS] = {
	[TOGGLE]	= { 0, -EPERM, -EPERM },
	[EVENT_FILE]	= { 0, 0, -EPERM },
	[PERF]		= { 0, 0, 0 },
	[BPF]		= { 0, 0, 0 },
};

/* The same if it was locked down before tracefs was made. */
static const int arms_after_boot[WAYS] = {
	[TOGGLE]	= -EPERM,
	[EVENT_FILE]	= -ENOENT,
	[PERF]		= 0,
	[BPF]		= 0,
};

static int try_open(const char *path, int flags)
{
	int fd = open(path, flags);

	return fd < 0 ? -errno : fd;
}

static int perf_open(int id)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_TRACEPOINT,
		.config = id,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
	};
	int fd = syscall(__NR_perf_event_open, &attr, -1, 0, -1, 0);

	return fd < 0 ? -errno : fd;
}

/* Nobody tells the number: try them all, until one arms the machine. */
static int perf_open_any(void)
{
	struct th_status st;
	int fd, id;

	for (id = 0; id < 4096; id++) {
		fd = perf_open(id);
		if (fd < 0)
			continue;
		if (!th_status(&st) && st.armed)
			return fd;
		close(fd);
	}
	return -ENOENT;
}

/* Return: a descriptor that can arm the machine, or does so already; or -errno */
static int way_open(enum way way, int id)
{
	switch (way) {
	case TOGGLE:
		return try_open(TH_ENABLE, O_RDWR);
	case EVENT_FILE:
		return try_open(EVENT "enable", O_RDWR);
	case PERF:
		return id ? perf_open(id) : perf_open_any();
	default:
		return bpf_load_attach("tracehook_entry");
	}
}

static bool by_writing(enum way way)
{
	return way == TOGGLE || way == EVENT_FILE;
}

/* What is open already arms and disarms the machine. */
static void check_opened(struct __test_metadata *_metadata, enum way way, int fd)
{
	struct th_status st;

	if (by_writing(way))
		EXPECT_EQ(1, write(fd, "1", 1));
	EXPECT_EQ(0, th_status(&st));
	EXPECT_EQ(1, st.armed)
		TH_LOG("by way %d", way);
	EXPECT_EQ(way == TOGGLE ? TH_TOGGLE_USER : way == PERF ? st.users & 6 : TH_ENTRY_USER,
		  st.users);
	if (by_writing(way))
		EXPECT_EQ(1, write(fd, "0", 1));
	close(fd);
	EXPECT_EQ(0, th_status(&st));
	EXPECT_EQ(0, st.armed)
		TH_LOG("by way %d", way);
}

static void check_level(struct __test_metadata *_metadata, enum level level,
			bool boot, int id)
{
	const int denied = level == NONE ? 0 : -EPERM;
	int fd, expected;
	enum way way;

	for (way = 0; way < WAYS; way++) {
		expected = boot && level == CONFIDENTIALITY ? arms_after_boot[way] :
							      arms[way][level];
		fd = way_open(way, id);
		EXPECT_EQ(expected, fd < 0 ? fd : 0)
			TH_LOG("%s: way %d", level_names[level], way);
		if (fd >= 0)
			check_opened(_metadata, way, fd);
	}

	/* Only what nobody could write to can be read. */
	fd = try_open(TH_ENABLE, O_RDONLY);
	EXPECT_EQ(denied, fd < 0 ? fd : 0);
	fd = try_open(TH_ENABLE, O_WRONLY);
	EXPECT_EQ(denied, fd < 0 ? fd : 0);
	fd = try_open(TH_STATUS, O_RDWR);
	EXPECT_EQ(denied, fd < 0 ? fd : 0);
	fd = try_open(TH_STATUS, O_RDONLY);
	EXPECT_LE(0, fd);
	EXPECT_EQ(denied, chmod(TH_ENABLE, 0600) ? -errno : 0);
}

TEST(levels)
{
	int fds[WAYS], level, id = 0;
	struct th_status st;
	char buf[16];
	enum way way;

	TH_REQUIRE();
	if (access(LOCKDOWN, F_OK) && mount("none", "/sys/kernel/security",
					    "securityfs", 0, NULL))
		SKIP(return, "needs CONFIG_SECURITY_LOCKDOWN_LSM, and a boot of its own");
	level = lockdown_level();
	ASSERT_LE(0, level);
	if (level < CONFIDENTIALITY) {
		ASSERT_LT(0, th_read(EVENT "id", buf, sizeof(buf)));
		id = atoi(buf);
	}
	check_level(_metadata, level, true, id);

	for (; level < CONFIDENTIALITY; level++) {
		for (way = 0; way < WAYS; way++)
			fds[way] = way_open(way, id);
		ASSERT_EQ(0, th_write(LOCKDOWN, level_names[level + 1]));
		ASSERT_EQ(level + 1, lockdown_level());

		/* By perf and BPF, and it stays so until they are gone. */
		ASSERT_EQ(0, th_status(&st));
		EXPECT_EQ(1, st.armed);
		close(fds[PERF]);
		close(fds[BPF]);
		for (way = 0; way < WAYS; way++) {
			if (fds[way] >= 0 && by_writing(way))
				check_opened(_metadata, way, fds[way]);
		}
		check_level(_metadata, level + 1, false, id);
	}
}

TEST_HARNESS_MAIN
