// SPDX-License-Identifier: GPL-2.0
/*
 * Where changed arguments go: the registers, of 64 and of 32 bits.
 *
 * registers		they stay in the caller's
 * int80		a 32-bit call of a 64-bit program gets 32 bits of them
 * program32		and so does a 32-bit program
 */
#include "rewrite.h"

FIXTURE(rewrite) {
};

FIXTURE_SETUP(rewrite)
{
	TH_REQUIRE_PROBE();
	ASSERT_EQ(0, th_write(TH_ATTACH, "3"));
}

FIXTURE_TEARDOWN(rewrite)
{
	rewrite_restore(_metadata);
}

TEST_F(rewrite, registers)
{
	unsigned long args[6], want[6];
	int i;

	for (i = 0; i < 6; i++) {
		args[i] = TH_POISON(i);
		want[i] = i & 1 ? ~TH_POISON(i) : args[i];
	}
	ASSERT_EQ(0, rewrite_rule(getpid(), SYS_getppid,
				  "arg1=%#lx arg3=%#lx arg5=%#lx",
				  want[1], want[3], want[5]));
	ASSERT_EQ(getpid(), th_syscall_regs(SYS_getpid, args));
	for (i = 0; i < 6; i++) {
		if (TH_KEPT & 1 << i)
			EXPECT_EQ(TH_POISON(i), args[i]);
		args[i] = TH_POISON(i);
	}
	ASSERT_EQ(getppid(), th_syscall_regs(SYS_getppid, args));
	for (i = 0; i < 6; i++) {
		if (TH_KEPT & 1 << i)
			EXPECT_EQ(want[i], args[i]);
	}
}

#ifdef __x86_64__
#define HIGH	0x1234567800000000UL

TEST_F(rewrite, int80)
{
	struct th_event ev[64];
	unsigned long args[6];
	char rule[256] = "";
	int i, n;

	for (i = 0; i < 6; i++)
		args[i] = TH_POISON(i);
	if (!th_has_int80())
		SKIP(return, "needs CONFIG_IA32_EMULATION");

	for (i = 0; i < 6; i++)
		sprintf(rule + strlen(rule), " arg%d=%#lx", i,
			HIGH | TH_POISON(8 + i));
	ASSERT_EQ(0, rewrite_rule(getpid(), NR32_GETPPID, "set_nr=%d%s",
				  NR32_GETPID, rule));
	ASSERT_EQ(0, th_record(getpid()));
	EXPECT_EQ(getpid(), th_int80(NR32_GETPPID, args));
	for (i = 0; i < 6; i++)
		EXPECT_EQ(TH_POISON(8 + i), args[i]);
	ASSERT_EQ(0, th_write(TH_INSTANCE "tracing_on", "0"));

	n = th_events(getpid(), ev, ARRAY_SIZE(ev));
	ASSERT_GE((int)ARRAY_SIZE(ev), n);
	for (i = 0; i < n; i++) {
		if (ev[i].entry && ev[i].arch == TH_ARCH_COMPAT)
			break;
	}
	ASSERT_GT(n - 1, i);
	/* The probe came before the event. */
	EXPECT_EQ(NR32_GETPID, ev[i].nr);
	EXPECT_FALSE(ev[i + 1].entry);
	EXPECT_EQ((unsigned int)TH_ARCH_COMPAT, ev[i + 1].arch);
	EXPECT_EQ(NR32_GETPID, ev[i + 1].nr);
	EXPECT_EQ(getpid(), ev[i + 1].ret);
}

/* Deny 32-bit calls: getpid() for its argument, getppid() for what is above. */
static struct sock_filter high_filter[] = {
	FILTER_LOAD(arch),
	FILTER_UNLESS(TH_ARCH_COMPAT, 9),
	FILTER_LOAD(nr),
	FILTER_UNLESS(NR32_GETPID, 2),
	FILTER_LOAD_ARG(0, 0),
	BPF_JUMP(BPF_JMP | BPF_JA, 2, 0, 0),
	FILTER_UNLESS(NR32_GETPPID, 4),
	FILTER_LOAD_ARG(0, 1),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xfff),
	BPF_STMT(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO),
	BPF_STMT(BPF_RET | BPF_A, 0),
	FILTER_RET(SECCOMP_RET_ALLOW),
};

/* The call itself ignores what is above 32 bits, but seccomp does not. */
TEST_F(rewrite, int80_seccomp)
{
	unsigned long args[6] = {};
	pid_t child;

	if (!th_has_int80())
		SKIP(return, "needs CONFIG_IA32_EMULATION");

	child = th_fork();
	ASSERT_LE(0, child);
	if (child) {
		EXPECT_EQ(0, th_reap(child));
		return;
	}

	/* What fails here fails the test, as _metadata is shared. */
	child = getpid();
	EXPECT_EQ(0, filter_install(high_filter, ARRAY_SIZE(high_filter)));
	EXPECT_EQ(0, rewrite_rule(child, NR32_GETPID, "arg0=%#lx", HIGH | 66));
	EXPECT_EQ(-66, th_int80(NR32_GETPID, args));
	EXPECT_EQ(0, rewrite_rule(child, NR32_GETPPID, "arg0=%#lx", HIGH | 66));
	EXPECT_EQ(0, th_int80(NR32_GETPPID, args));
	_exit(0);
}

#endif

#ifdef TH_COMPAT
#define ARG_CODE	((unsigned long)(0x123456780000002aULL))

/* The program exits with 0 if its close() fails with EBADF, else with 1. */
static void check_program(struct __test_metadata *_metadata,
			  const struct th_compat *c)
{
	char makes_getpid[32], fails[32], exit_code[32];
	const struct {
		int		nr;
		const char	*rule;
		int		code;
	} cases[] = {
		{ c->close, "", 0 },
		{ c->close, makes_getpid, 1 },
		{ c->close, fails, 0 },
		{ c->close, "ret=0", 1 },
		{ c->exit, exit_code, 42 },
	};
	struct th_event ev[64], *found;
	int go[2], n;
	pid_t pid;
	size_t i;
	char ch;

	sprintf(makes_getpid, "set_nr=%d", c->getpid);
	sprintf(fails, "set_nr=%d ret=%d", c->getpid, -EBADF);
	sprintf(exit_code, "arg0=%#lx", ARG_CODE);
	ASSERT_EQ(0, pipe2(go, O_CLOEXEC));
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		pid = th_fork();
		ASSERT_LE(0, pid);
		if (!pid) {
			if (read(go[0], &ch, 1) != 1 ||
			    rewrite_rule(getpid(), cases[i].nr, "%s",
					 cases[i].rule))
				_exit(2);
			execl(c->program, c->program, NULL);
			_exit(3);
		}
		ASSERT_EQ(0, th_record(pid));
		ASSERT_EQ(1, write(go[1], "g", 1));
		EXPECT_EQ(cases[i].code, th_reap(pid)) {
			TH_LOG("%s: %d %s", c->program, cases[i].nr,
			       cases[i].rule);
		}
	}

	/* Of the last one. */
	n = th_events(pid, ev, ARRAY_SIZE(ev));
	ASSERT_GE((int)ARRAY_SIZE(ev), n);
	found = th_find(ev, n, n - 1, true, c->exit);
	ASSERT_NE(NULL, found);
	EXPECT_EQ(c->arch, found->arch);
	EXPECT_EQ(c->wide ? ARG_CODE : 42UL, found->args[0]);
}

TEST_F(rewrite, program32)
{
	const char *why = NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(th_compat); i++) {
		why = th_compat_lacks(&th_compat[i]);
		if (why)
			break;
		check_program(_metadata, &th_compat[i]);
	}
	/* What has failed before stays failed. */
	if (why && __test_passed(_metadata))
		SKIP(return, "%s: %s", th_compat[i].program, why);
}
#endif

TEST_HARNESS_MAIN
