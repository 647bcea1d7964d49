// SPDX-License-Identifier: GPL-2.0
/*
 * What a probe changes is still judged by seccomp.
 *
 * seccomp_errno	number and arguments are judged as they are left
 * seccomp_kill		and may be killed for
 */
#include "rewrite.h"

FIXTURE(rewrite) {
};

FIXTURE_SETUP(rewrite)
{
	TH_REQUIRE_PROBE();
	if (!th_has_filters())
		SKIP(return, "needs CONFIG_SECCOMP_FILTER");
	ASSERT_EQ(0, th_write(TH_ATTACH, "3"));
}

FIXTURE_TEARDOWN(rewrite)
{
	rewrite_restore(_metadata);
}

#define DENIED	(SECCOMP_RET_ERRNO | 71)
#define SKIPPED	(SECCOMP_RET_ERRNO | 72)

/* getpid() and no call at all are denied, and getuid() for its argument. */
static struct sock_filter errno_filter[] = {
	FILTER_LOAD(nr),
	FILTER_UNLESS(SYS_getpid, 1),
	FILTER_RET(DENIED),
	FILTER_UNLESS((__u32)TH_NR_NONE, 1),
	FILTER_RET(SKIPPED),
	FILTER_UNLESS(SYS_getuid, 4),
	FILTER_LOAD_ARG(0, 0),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xfff),
	BPF_STMT(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO),
	BPF_STMT(BPF_RET | BPF_A, 0),
	FILTER_RET(SECCOMP_RET_ALLOW),
};

TEST_F(rewrite, seccomp_errno)
{
	unsigned long args[6] = { 0x321 };
	pid_t tid, child;

	child = th_fork();
	ASSERT_LE(0, child);
	if (child) {
		EXPECT_EQ(0, th_reap(child));
		return;
	}

	/* What fails here fails the test, as _metadata is shared. */
	tid = getpid();
	EXPECT_EQ(0, filter_install(errno_filter, ARRAY_SIZE(errno_filter)));
	EXPECT_EQ(-71, th_syscall(SYS_getpid, args));
	EXPECT_EQ(-0x321, th_syscall(SYS_getuid, args));
	EXPECT_LT(0, th_syscall(SYS_getppid, args));

	EXPECT_EQ(0, rewrite_rule(tid, SYS_getppid, "set_nr=%d", SYS_getpid));
	EXPECT_EQ(-71, th_syscall(SYS_getppid, args));
	EXPECT_EQ(0, rewrite_rule(tid, SYS_getppid, "set_nr=%d", TH_NR_NONE));
	EXPECT_EQ(-72, th_syscall(SYS_getppid, args));
	EXPECT_EQ(0, rewrite_rule(tid, SYS_getuid, "arg0=0x123"));
	EXPECT_EQ(-0x123, th_syscall(SYS_getuid, args));
	EXPECT_EQ(0, rewrite_rule(tid, SYS_getppid, "set_nr=%d arg0=0x234",
				  SYS_getuid));
	EXPECT_EQ(-0x234, th_syscall(SYS_getppid, args));

	/* The other way round: what is left is allowed. */
	EXPECT_EQ(0, rewrite_rule(tid, SYS_getpid, "set_nr=%d", SYS_gettid));
	EXPECT_EQ(tid, th_syscall(SYS_getpid, args));
	_exit(0);
}

TEST_F(rewrite, seccomp_kill)
{
	static const __u32 actions[] = {
		SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD,
		SECCOMP_RET_TRAP,
	};
	pid_t pid;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(actions); i++) {
		struct sock_filter filter[] = {
			FILTER_LOAD(nr),
			FILTER_UNLESS(SYS_getgid, 1),
			FILTER_RET(actions[i]),
			FILTER_RET(SECCOMP_RET_ALLOW),
		};

		pid = th_fork();
		ASSERT_LE(0, pid);
		if (!pid) {
			if (filter_install(filter, ARRAY_SIZE(filter)))
				_exit(1);
			syscall(SYS_getppid);
			if (rewrite_rule(getpid(), SYS_getppid, "set_nr=%d",
					 SYS_getgid))
				_exit(2);
			syscall(SYS_getppid);
			_exit(3);
		}
		EXPECT_EQ(128 + SIGSYS, th_reap(pid));
	}
}

TEST_HARNESS_MAIN
