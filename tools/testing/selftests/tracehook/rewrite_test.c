// SPDX-License-Identifier: GPL-2.0
/*
 * What a probe may change: the test probe rewrites calls of one thread.
 *
 * number		another call is made; the exit event has its number
 * arguments		each of the six alone, and all of them
 * result		values and errors, in place of either
 * skip			number -1: no call is made; the result is set at exit
 * one_thread		other threads and children keep their calls
 * attached		which probe does what, and nothing once detached
 * malformed		a rule that is refused changes nothing
 */
#include <pthread.h>
#include <sys/mman.h>

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

TEST_F(rewrite, number)
{
	pid_t pid = getpid(), ppid = getppid();
	struct th_event ev[64];
	int i, n, found = 0;
	long rewrites;

	ASSERT_EQ(0, th_record(pid));
	rewrites = th_value(TH_COUNTS, "rewrites");
	ASSERT_LE(0, rewrites);
	ASSERT_EQ(0, rewrite_rule(pid, SYS_getppid, "set_nr=%d", SYS_getpid));
	EXPECT_EQ(pid, syscall(SYS_getppid));
	EXPECT_EQ(pid, syscall(SYS_getppid));
	EXPECT_EQ(pid, syscall(SYS_getpid));
	ASSERT_EQ(0, th_write(TH_INSTANCE "tracing_on", "0"));
	EXPECT_EQ(rewrites + 2, th_value(TH_COUNTS, "rewrites"));

	ASSERT_EQ(0, rewrite_rule(pid, SYS_getpid, "set_nr=%d", SYS_getppid));
	EXPECT_EQ(ppid, syscall(SYS_getpid));
	EXPECT_EQ(ppid, syscall(SYS_getppid));
	ASSERT_EQ(0, th_write(TH_REWRITE, "\n"));
	EXPECT_EQ(pid, syscall(SYS_getpid));

	/* The probe came first, so the events tell what it has made of the calls. */
	n = th_events(pid, ev, ARRAY_SIZE(ev));
	ASSERT_GE((int)ARRAY_SIZE(ev), n);
	EXPECT_EQ(NULL, th_find(ev, n, 0, true, SYS_getppid));
	for (i = 0; i < n - 1; i++) {
		if (!ev[i].entry || ev[i].nr != SYS_getpid)
			continue;
		EXPECT_FALSE(ev[i + 1].entry);
		EXPECT_EQ(SYS_getpid, ev[i + 1].nr);
		EXPECT_EQ(pid, ev[i + 1].ret);
		EXPECT_EQ(ev[i].id, ev[i + 1].id);
		found++;
	}
	EXPECT_EQ(3, found);
}

/* A new file with this text. */
static int make_file(const char *text)
{
	int fd = memfd_create("rewrite", MFD_CLOEXEC);
	ssize_t len = strlen(text);

	return fd >= 0 && pwrite(fd, text, len, 0) == len ? fd : -1;
}

/* copy_file_range() has six arguments, and shows what became of each. */
enum { IN, IN_OFF, OUT, OUT_OFF, LEN, FLAGS };

TEST_F(rewrite, arguments)
{
	static const struct {
		unsigned int	what;
		long		result;
		const char	*out[2];
	} cases[] = {
		{ 0,		2, { "ab------", "--------" } },
		{ 1 << IN,	2, { "01------", "--------" } },
		{ 1 << IN_OFF,	2, { "ef------", "--------" } },
		{ 1 << OUT,	2, { "--------", "ab------" } },
		{ 1 << OUT_OFF,	2, { "---ab---", "--------" } },
		{ 1 << LEN,	3, { "abc-----", "--------" } },
		{ 1 << FLAGS,	-EINVAL, { "--------", "--------" } },
		{ 0x1f,		3, { "--------", "---456--" } },
		{ 0x3f,		-EINVAL, { "--------", "--------" } },
	};
	unsigned long args[6], set[6];
	char text[9] = "", rule[256];
	long long offs[4];
	int in[2], out[2];
	size_t c, i;

	for (c = 0; c < ARRAY_SIZE(cases); c++) {
		in[0] = make_file("abcdefgh");
		in[1] = make_file("01234567");
		for (i = 0; i < 2; i++)
			out[i] = make_file("--------");
		offs[0] = 0;
		offs[1] = 4;
		offs[2] = 0;
		offs[3] = 3;
		args[IN] = in[0];
		args[IN_OFF] = (unsigned long)&offs[0];
		args[OUT] = out[0];
		args[OUT_OFF] = (unsigned long)&offs[2];
		args[LEN] = 2;
		args[FLAGS] = 0;
		set[IN] = in[1];
		set[IN_OFF] = (unsigned long)&offs[1];
		set[OUT] = out[1];
		set[OUT_OFF] = (unsigned long)&offs[3];
		set[LEN] = 3;
		set[FLAGS] = 1;

		rule[0] = '\0';
		for (i = 0; i < 6; i++) {
			if (cases[c].what & 1 << i)
				sprintf(rule + strlen(rule), " arg%zu=%#lx", i,
					set[i]);
		}
		ASSERT_EQ(0, rewrite_rule(getpid(), SYS_copy_file_range, "%s",
					  rule));
		EXPECT_EQ(cases[c].result,
			  th_syscall(SYS_copy_file_range, args)) {
			TH_LOG("case %zu", c);
		}
		for (i = 0; i < 2; i++) {
			ASSERT_EQ(8, pread(out[i], text, 8, 0));
			EXPECT_STREQ(cases[c].out[i], text);
			close(in[i]);
			close(out[i]);
		}
	}
}

TEST_F(rewrite, result)
{
	static const struct {
		int	nr;
		long	ret;
	} cases[] = {
		{ SYS_getppid, 4711 },
		{ SYS_getppid, 0 },
		{ SYS_getppid, -1 },
		{ SYS_getppid, -EXDEV },
		{ SYS_getppid, -4095 },
		{ SYS_getppid, LONG_MIN },
		{ SYS_close, 0 },
		{ SYS_close, 7 },
		{ SYS_close, -ENOTTY },
	};
	unsigned long args[6] = { -1 };
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ASSERT_EQ(0, rewrite_rule(getpid(), cases[i].nr, "ret=%ld",
					  cases[i].ret));
		EXPECT_EQ(cases[i].ret, th_syscall(cases[i].nr, args));
	}
	ASSERT_EQ(0, th_write(TH_REWRITE, "\n"));
	EXPECT_EQ(-EBADF, th_syscall(SYS_close, args));

	/* The call was made all the same. */
	fd = make_file("");
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, rewrite_rule(getpid(), SYS_close, "ret=%d", -EIO));
	args[0] = fd;
	EXPECT_EQ(-EIO, th_syscall(SYS_close, args));
	ASSERT_EQ(0, th_write(TH_REWRITE, "\n"));
	EXPECT_EQ(-EBADF, th_syscall(SYS_close, args));
}

TEST_F(rewrite, skip)
{
	struct th_event ev[64], *found;
	unsigned long args[6] = {};
	int fd, n;

	fd = make_file("");
	ASSERT_LE(0, fd);
	args[0] = fd;
	ASSERT_EQ(0, rewrite_rule(getpid(), SYS_close, "set_nr=%d", TH_NR_NONE));
	EXPECT_EQ(th_syscall(TH_NR_UNKNOWN, args), th_syscall(SYS_close, args));
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
	/* This file stays open, as do those that hold the rules. */
	ASSERT_EQ(0, th_write(TH_REWRITE, "\n"));
	ASSERT_EQ(0, th_record(getpid()));
	ASSERT_EQ(0, rewrite_rule(getpid(), SYS_close, "set_nr=%d ret=55",
				  TH_NR_NONE));
	EXPECT_EQ(55, th_syscall(SYS_close, args));
	ASSERT_EQ(0, th_write(TH_REWRITE, "\n"));
	ASSERT_EQ(0, th_write(TH_INSTANCE "tracing_on", "0"));
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
	ASSERT_EQ(0, rewrite_rule(getpid(), SYS_close, "set_nr=%d ret=%d",
				  TH_NR_NONE, -EXDEV));
	EXPECT_EQ(-EXDEV, th_syscall(SYS_close, args));
	ASSERT_EQ(0, th_write(TH_REWRITE, "\n"));
	EXPECT_EQ(0, th_syscall(SYS_close, args));

	n = th_events(getpid(), ev, ARRAY_SIZE(ev));
	ASSERT_GE((int)ARRAY_SIZE(ev), n);
	found = th_find(ev, n, 0, false, TH_NR_NONE);
	ASSERT_NE(NULL, found);
	EXPECT_EQ(TH_ARCH, found->arch);
	EXPECT_EQ(55, found->ret);
}

/* How many of 1000 calls have another result than they should. */
static int count_wrong(pid_t ppid)
{
	int i, wrong = 0;

	for (i = 0; i < 1000; i++)
		wrong += syscall(SYS_getppid) != ppid;
	return wrong;
}

struct counter {
	bool			own_rule;
	pid_t			ppid;
	pthread_barrier_t	start;
	int			wrong;
};

static void *counter_main(void *arg)
{
	struct counter *c = arg;
	int err = 0;

	if (c->own_rule)
		err = rewrite_rule(gettid(), SYS_getppid, "set_nr=%d",
				   SYS_getpid);
	pthread_barrier_wait(&c->start);
	c->wrong = err ?: count_wrong(c->ppid);
	return NULL;
}

TEST_F(rewrite, one_thread)
{
	struct counter c = { .ppid = getppid() };
	pid_t pid, parent = getpid();
	pthread_t thread;
	int i;

	ASSERT_EQ(0, pthread_barrier_init(&c.start, NULL, 2));
	ASSERT_EQ(0, rewrite_rule(getpid(), SYS_getppid, "ret=4711"));
	for (i = 0; i < 2; i++) {
		/* First, this thread's results; then, the other's numbers. */
		c.own_rule = i;
		c.wrong = -1;
		ASSERT_EQ(0, pthread_create(&thread, NULL, counter_main, &c));
		pthread_barrier_wait(&c.start);
		EXPECT_EQ(i ? 0 : 1000, count_wrong(c.ppid));
		ASSERT_EQ(0, pthread_join(thread, NULL));
		EXPECT_EQ(i ? 1000 : 0, c.wrong);
	}

	ASSERT_EQ(0, rewrite_rule(getpid(), SYS_getppid, "ret=4711"));
	pid = th_fork();
	ASSERT_LE(0, pid);
	if (!pid)
		_exit(count_wrong(parent) ? 1 : 0);
	EXPECT_EQ(4711, syscall(SYS_getppid));
	EXPECT_EQ(0, th_reap(pid));
}

TEST_F(rewrite, attached)
{
	static const struct {
		const char	*attach;
		int		entry;
		int		exit;
	} cases[] = {
		{ "0", 0, 0 }, { "1", 1, 0 }, { "2", 0, 1 }, { "3", 1, 1 },
		{ "0", 0, 0 },
	};
	const long pid = getpid(), ppid = getppid();
	/* By entry and exit: what the probes make of getppid(). */
	const long number[2][2] = { { ppid, ppid }, { pid, pid } };
	const long result[2][2] = { { ppid, 4711 }, { ppid, 4711 } };
	/* An exit of another number than the rule's is left alone. */
	const long both[2][2] = { { ppid, ppid }, { pid, 4711 } };
	int entry, exit;
	char state[8];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ASSERT_EQ(0, th_write(TH_ATTACH, cases[i].attach));
		ASSERT_EQ(2, th_read(TH_ATTACH, state, sizeof(state)));
		EXPECT_EQ(cases[i].attach[0], state[0]);

		entry = cases[i].entry;
		exit = cases[i].exit;
		ASSERT_EQ(0, rewrite_rule(pid, SYS_getppid, "set_nr=%d",
					  SYS_getpid));
		EXPECT_EQ(number[entry][exit], syscall(SYS_getppid));
		ASSERT_EQ(0, rewrite_rule(pid, SYS_getppid, "ret=4711"));
		EXPECT_EQ(result[entry][exit], syscall(SYS_getppid));
		ASSERT_EQ(0, rewrite_rule(pid, SYS_getppid, "set_nr=%d ret=4711",
					  SYS_getpid));
		EXPECT_EQ(both[entry][exit], syscall(SYS_getppid));
	}
}

TEST_F(rewrite, malformed)
{
	static const struct {
		const char	*rule;
		int		err;
	} cases[] = {
		{ "nr=1", -EINVAL },
		{ "pid=1", -EINVAL },
		{ "pid=1 nr", -EINVAL },
		{ "pid=1 nr=", -EINVAL },
		{ "pid=1 nr=one", -EINVAL },
		{ "pid=1 nr=1x", -EINVAL },
		{ "pid=1 nr=1 2", -EINVAL },
		{ "pid=1 nr=1 set_nr=", -EINVAL },
		{ "pid=1 nr=1 ret=x", -EINVAL },
		{ "pid=1 nr=1 arg=1", -EINVAL },
		{ "pid=1 nr=1 arg6=1", -EINVAL },
		{ "pid=1 nr=1 arg-1=1", -EINVAL },
		{ "pid=1 nr=1 arg0", -EINVAL },
		{ "pid=1 nr=1 args=1", -EINVAL },
		{ "pid=1 nr=1 set_pid=1", -EINVAL },
		{ "pid=1 nr=1 =1", -EINVAL },
		{ "pid=1,nr=1", -EINVAL },
		{ "pid=1 nr=99999999999", -ERANGE },
		{ "pid=99999999999 nr=1", -ERANGE },
	};
	char state[8];
	size_t i;

	ASSERT_EQ(0, rewrite_rule(getpid(), SYS_getppid, "ret=4711"));
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		EXPECT_EQ(cases[i].err, th_write(TH_REWRITE, cases[i].rule)) {
			TH_LOG("%s", cases[i].rule);
		}
		EXPECT_EQ(4711, syscall(SYS_getppid));
	}
	EXPECT_EQ(-EINVAL, th_write(TH_ATTACH, "4"));
	EXPECT_EQ(-EINVAL, th_write(TH_ATTACH, "x"));
	ASSERT_EQ(2, th_read(TH_ATTACH, state, sizeof(state)));
	EXPECT_EQ('3', state[0]);
	EXPECT_EQ(4711, syscall(SYS_getppid));
}

TEST_HARNESS_MAIN
