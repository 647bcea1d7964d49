// SPDX-License-Identifier: GPL-2.0
/*
 * The status, and the users of system call tracing that it names.
 *
 * - refuses_writes, format: what the file is
 * - users: toggle, entry event and exit event in all combinations and orders
 * - probe: the test module is a user of the tracepoints it attaches to
 * - threads: threads and processes come and go
 */
#include <pthread.h>

#include "tracehook.h"

FIXTURE(status)
{
};

FIXTURE_SETUP(status)
{
	TH_REQUIRE();
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	ASSERT_EQ(TH_STATE(0, 0, 0), th_state());
}

FIXTURE_TEARDOWN_PARENT(status)
{
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	if (!access(TH_ATTACH, F_OK))
		EXPECT_EQ(0, th_write(TH_ATTACH, "0"));
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/* CAP_DAC_OVERRIDE opens it, but there is nothing to write to. */
TEST_F(status, refuses_writes)
{
	EXPECT_EQ(-EINVAL, th_write(TH_STATUS, "1"));
	EXPECT_EQ(-EINVAL, th_write(TH_STATUS, "armed: 1\n"));
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

TEST_F(status, format)
{
	static const char * const on_off[] = { "0", "1" };
	char buf[256], c;
	struct th_status st;
	unsigned int len;
	int fd, i;

	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, th_write(TH_ENABLE, on_off[i]));
		ASSERT_EQ(0, th_status(&st));
		EXPECT_LT(1, st.threads);
		EXPECT_GE(st.threads, st.marked);

		/* One byte at a time, in case it is made anew for each read. */
		fd = open(TH_STATUS, O_RDONLY);
		ASSERT_LE(0, fd);
		for (len = 0; len < sizeof(buf) - 1; len++) {
			if (read(fd, buf + len, 1) != 1)
				break;
		}
		buf[len] = '\0';
		EXPECT_EQ(0, read(fd, &c, 1));
		close(fd);

		ASSERT_EQ(0, th_status_parse(buf, &st))
			TH_LOG("%s", buf);
		EXPECT_EQ(i, st.armed);
		EXPECT_EQ(i ? TH_TOGGLE_USER : 0, st.users);
	}
}

/* From every set of users to every other one, in all orders. */
TEST_F(status, users)
{
	static const char * const files[] = {
		TH_ENABLE, TH_ENTRY "enable", TH_EXIT "enable",
	};
	static const int orders[][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
		{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	unsigned int from, to, now, i, bit, order;
	int expected;

	ASSERT_EQ(0, th_instance_create());
	for (from = 0; from < 8; from++) {
		for (to = 0; to < 8; to++) {
			now = from;
			for (i = 0; i < 3; i++)
				ASSERT_EQ(0, th_write(files[i],
						      from & 1 << i ? "1" : "0"));
			order = (from * 8 + to) % ARRAY_SIZE(orders);
			for (i = 0; i < 3; i++) {
				bit = 1 << orders[order][i];
				ASSERT_EQ(0, th_write(files[orders[order][i]],
						      to & bit ? "1" : "0"));
				now = (now & ~bit) | (to & bit);
				/* The bits of TH_*_USER */
				expected = TH_STATE(now & 1, now > 0, now);
				ASSERT_EQ(expected, th_state())
					TH_LOG("%u to %u at %u", from, to, now);
			}
		}
	}
}

TEST_F(status, probe)
{
	TH_REQUIRE_PROBE();
	ASSERT_EQ(0, th_instance_create());

	ASSERT_EQ(0, th_write(TH_ATTACH, "1"));
	EXPECT_EQ(TH_STATE(0, 1, TH_ENTRY_USER), th_state());
	ASSERT_EQ(0, th_write(TH_ATTACH, "2"));
	EXPECT_EQ(TH_STATE(0, 1, TH_EXIT_USER), th_state());
	ASSERT_EQ(0, th_write(TH_ATTACH, "3"));
	EXPECT_EQ(TH_STATE(0, 1, TH_ENTRY_USER | TH_EXIT_USER), th_state());

	/* A second probe on a tracepoint is not a second user. */
	ASSERT_EQ(0, th_write(TH_ENTRY "enable", "1"));
	EXPECT_EQ(TH_STATE(0, 1, TH_ENTRY_USER | TH_EXIT_USER), th_state());
	ASSERT_EQ(0, th_write(TH_EXIT "enable", "1"));
	EXPECT_EQ(TH_STATE(0, 1, TH_ENTRY_USER | TH_EXIT_USER), th_state());
	ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	EXPECT_EQ(TH_STATE(1, 1, 7), th_state());

	/* And the first that goes does not take it away. */
	ASSERT_EQ(0, th_write(TH_ATTACH, "0"));
	EXPECT_EQ(TH_STATE(1, 1, 7), th_state());
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	ASSERT_EQ(0, th_write(TH_ENTRY "enable", "0"));
	EXPECT_EQ(TH_STATE(0, 1, TH_EXIT_USER), th_state());
	ASSERT_EQ(0, th_write(TH_EXIT "enable", "0"));
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

static void *pause_thread(void *unused)
{
	for (;;)
		pause();
	return NULL;
}

TEST_F(status, threads)
{
	struct th_status before, st;
	int fd[2], i;
	pid_t pid;
	char c;

	ASSERT_EQ(0, pipe(fd));
	ASSERT_EQ(0, th_status(&before));
	pid = th_fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		pthread_t thread;

		for (i = 0; i < 3; i++) {
			if (pthread_create(&thread, NULL, pause_thread, NULL))
				_exit(1);
		}
		if (write(fd[1], "x", 1) != 1)
			_exit(1);
		pause_thread(NULL);
	}
	close(fd[1]);
	ASSERT_EQ(1, read(fd[0], &c, 1));
	ASSERT_EQ(0, th_status(&st));
	EXPECT_EQ(before.threads + 4, st.threads);

	/* Once the leader has been reaped all are gone. */
	ASSERT_EQ(0, kill(pid, SIGKILL));
	EXPECT_EQ(128 + SIGKILL, th_reap(pid));
	ASSERT_EQ(0, th_status(&st));
	EXPECT_EQ(before.threads, st.threads);
}

TEST_HARNESS_MAIN
