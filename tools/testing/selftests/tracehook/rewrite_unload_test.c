// SPDX-License-Identifier: GPL-2.0
/*
 * The module with the test probe goes, and comes back, while calls go through
 * its probes.
 *
 * unload		attached, and in the middle of rewriting
 */

#include "rewrite.h"

FIXTURE(rewrite) {
	struct storm {
		int	made;
		int	rewritten;
		int	wrong;
	} *storms;	/* shared with children */
};

FIXTURE_SETUP(rewrite)
{
	TH_REQUIRE_PROBE();
	self->storms = th_share(2 * sizeof(struct storm));
	ASSERT_NE(NULL, self->storms);
}

/* The guest has it in /modules. */
static int load_module(void)
{
	const char *path = getenv("TRACEHOOK_TEST_KO");
	int fd, err;

	fd = open(path ?: "/modules/tracehook_test.ko", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return err;
}

FIXTURE_TEARDOWN(rewrite)
{
	if (access(TH_ATTACH, F_OK))
		load_module();
	rewrite_restore(_metadata);
}

static void storm_main(struct storm *storm)
{
	pid_t ppid = getppid();
	long ret;

	for (;;) {
		ret = syscall(SYS_getppid);
		storm->rewritten += ret == 4711;
		storm->wrong += ret != 4711 && ret != ppid;
		__atomic_add_fetch(&storm->made, 1, __ATOMIC_RELAXED);
	}
}

/* Until it has gone on by 100. */
static int storm_wait(int *counter)
{
	int start = __atomic_load_n(counter, __ATOMIC_RELAXED);

	return th_poll(__atomic_load_n(counter, __ATOMIC_RELAXED) - start >= 100);
}

TEST_F(rewrite, unload)
{
	struct storm *storm = self->storms;
	struct th_status st;
	pid_t pid[2];
	int i, round;

	if (access("/sys/module/tracehook_test/initstate", F_OK))
		SKIP(return, "needs CONFIG_TRACEHOOK_TEST=m");
	/* Whether it is found: it is loaded already. */
	if (load_module() != -EEXIST)
		SKIP(return, "needs TRACEHOOK_TEST_KO=path of tracehook_test.ko");

	for (i = 0; i < 2; i++) {
		pid[i] = th_fork();
		ASSERT_LE(0, pid[i]);
		if (!pid[i])
			storm_main(&storm[i]);
		/* th_fork() calls getppid() too. */
		ASSERT_EQ(0, storm_wait(&storm[i].made));
	}
	for (round = 0; round < 5; round++) {
		ASSERT_EQ(0, th_write(TH_ATTACH, "3"));
		ASSERT_EQ(0, rewrite_rule(pid[0], SYS_getppid, "ret=4711"));
		ASSERT_EQ(0, storm_wait(&storm[0].made));
		/* One of the hundred may have been under way. */
		ASSERT_LE(99, th_value(TH_COUNTS, "rewrites"));

		/* Attached, and in the middle of it. */
		ASSERT_EQ(0, syscall(SYS_delete_module, "tracehook_test",
				     O_NONBLOCK));
		ASSERT_NE(0, access(TH_ATTACH, F_OK));
		ASSERT_EQ(0, th_status(&st));
		EXPECT_EQ(0, st.users);
		ASSERT_EQ(0, storm_wait(&storm[0].made));
		ASSERT_EQ(0, storm_wait(&storm[1].made));

		ASSERT_EQ(0, load_module());
		EXPECT_EQ(0, th_value(TH_COUNTS, "entries"));
		EXPECT_EQ(0, th_value(TH_COUNTS, "exits"));
	}
	for (i = 0; i < 2; i++) {
		kill(pid[i], SIGKILL);
		EXPECT_EQ(128 + SIGKILL, th_reap(pid[i]));
	}
	EXPECT_LT(0, storm[0].rewritten);
	EXPECT_EQ(0, storm[0].wrong);
	/* The rule was never for this one. */
	EXPECT_EQ(0, storm[1].rewritten);
	EXPECT_EQ(0, storm[1].wrong);
}

TEST_HARNESS_MAIN
