// SPDX-License-Identifier: GPL-2.0
/*
 * What tracehook:tracehook_entry and tracehook:tracehook_exit record.
 *
 *  format			the fields of both events, no more and no less
 *  call.record			number, arch, six arguments and result of a call,
 *				of native calls and of int80 in a 64-bit program
 *  events.compat_program	the same of a program of another ABI, and of the
 *				execve() that starts it
 *
 * See also events_filter_test.c and events_seccomp_test.c.
 */
#include <sys/mman.h>

#include "tracehook.h"

TEST(format)
{
	static const struct {
		const char *path;
		const char *fields;
	} events[] = {
		{ "/sys/kernel/tracing/events/tracehook/tracehook_entry/format",
		  "int nr;unsigned int arch;u64 id;unsigned long arg0;"
		  "unsigned long arg1;unsigned long arg2;unsigned long arg3;"
		  "unsigned long arg4;unsigned long arg5;" },
		{ "/sys/kernel/tracing/events/tracehook/tracehook_exit/format",
		  "int nr;unsigned int arch;u64 id;long ret;" },
	};
	char buf[4096], *line, *end;
	char seen[256];
	size_t i;

	TH_REQUIRE();

	for (i = 0; i < ARRAY_SIZE(events); i++) {
		seen[0] = '\0';
		ASSERT_LT(0, th_read(events[i].path, buf, sizeof(buf)));
		for (line = strstr(buf, "field:"); line;
		     line = strstr(end, "field:")) {
			line += strlen("field:");
			end = strchr(line, ';');
			ASSERT_NE(NULL, end);
			if (memmem(line, end - line, "common_", 7))
				continue;
			ASSERT_GT(sizeof(seen) - strlen(seen),
				  (size_t)(end - line) + 2);
			strncat(seen, line, end - line + 1);
		}
		EXPECT_STREQ(events[i].fields, seen);
	}
}

/*
 * call
 */
#if defined(__x86_64__)
static long int80(long nr, const unsigned long *args)
{
	unsigned long copy[6];

	memcpy(copy, args, sizeof(copy));
	return th_int80(nr, copy);
}
#endif

/* Results that are not known before. */
#define RET_PID		0x10001
#define RET_PPID	0x10002
#define RET_ADDRESS	0x10003
#define RET_NR_NONE	0x10004

/* Replaced by /proc/self/mem, which takes any offset. */
#define ARG_MEM_FD	0x10005UL

FIXTURE(call) {
	struct th_event ev[128];
	int n;
	long *result;
};

FIXTURE_VARIANT(call) {
	long (*make)(long nr, const unsigned long *args);
	unsigned int arch;
	long nr;
	unsigned long args[6];
	long ret;
};

FIXTURE_VARIANT_ADD(call, getpid) {
	.make = th_syscall, .arch = TH_ARCH, .nr = __NR_getpid,
	.args = TH_POISON_ARGS, .ret = RET_PID,
};

FIXTURE_VARIANT_ADD(call, getppid) {
	.make = th_syscall, .arch = TH_ARCH, .nr = __NR_getppid,
	.args = TH_POISON_ARGS, .ret = RET_PPID,
};

FIXTURE_VARIANT_ADD(call, close_fails) {
	.make = th_syscall, .arch = TH_ARCH, .nr = __NR_close,
	.args = { -1UL, TH_POISON(2), TH_POISON(3), TH_POISON(4), 0, -2UL },
	.ret = -EBADF,
};

FIXTURE_VARIANT_ADD(call, unknown_number) {
	.make = th_syscall, .arch = TH_ARCH, .nr = TH_NR_UNKNOWN,
	.args = TH_POISON_ARGS, .ret = -ENOSYS,
};

FIXTURE_VARIANT_ADD(call, minus_one) {
	.make = th_syscall, .arch = TH_ARCH, .nr = TH_NR_NONE,
	.args = TH_POISON_ARGS, .ret = RET_NR_NONE,
};

#ifdef __NR_mmap2
#define NR_MMAP		__NR_mmap2
#else
#define NR_MMAP		__NR_mmap
#endif

#define MMAP_ARGS	{ 0, 0x123000, PROT_NONE, \
			  MAP_PRIVATE | MAP_ANONYMOUS, -1UL, 0 }

#ifdef __s390x__
static const unsigned long mmap_args[6] = MMAP_ARGS;
#endif

FIXTURE_VARIANT_ADD(call, mmap_address) {
	.make = th_syscall, .arch = TH_ARCH, .nr = NR_MMAP,
#ifdef __s390x__
	/* All of them are in memory. */
	.args = { (unsigned long)mmap_args },
#else
	.args = MMAP_ARGS,
#endif
	.ret = RET_ADDRESS,
};

#if __SIZEOF_LONG__ == 8
/* Negative as a long, and no error. */
FIXTURE_VARIANT_ADD(call, lseek_beyond_long) {
	.make = th_syscall, .arch = TH_ARCH, .nr = __NR_lseek,
	.args = { ARG_MEM_FD, -0x100000UL, SEEK_SET,
		  TH_POISON(4), TH_POISON(5), TH_POISON(6) },
	.ret = -0x100000L,
};
#endif

#if defined(__x86_64__)
FIXTURE_VARIANT_ADD(call, int80_getppid) {
	.make = int80, .arch = TH_ARCH_COMPAT, .nr = NR32_GETPPID,
	.args = TH_POISON_ARGS, .ret = RET_PPID,
};

FIXTURE_VARIANT_ADD(call, int80_close_fails) {
	.make = int80, .arch = TH_ARCH_COMPAT, .nr = NR32_CLOSE,
	.args = { 0xffffffff, 0, TH_POISON(3), 0, TH_POISON(5), 0 },
	.ret = -EBADF,
};

/* mmap2(), above 2 GB: no error, though the sign bit is set. */
FIXTURE_VARIANT_ADD(call, int80_mmap_above_2g) {
	.make = int80, .arch = TH_ARCH_COMPAT, .nr = 192,
	.args = { 0x90000000, 0x1000, PROT_NONE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
		  0xffffffff, 0 },
	.ret = 0x90000000,
};
#endif

FIXTURE_SETUP(call)
{
	TH_REQUIRE();
	self->result = th_share(sizeof(*self->result));
	ASSERT_NE(NULL, self->result);
	ASSERT_EQ(0, th_instance_create());
}

FIXTURE_TEARDOWN(call)
{
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

TEST_F(call, record)
{
	struct th_event *entry, *exit;
	unsigned long args[6];
	long ret = variant->ret;
	pid_t pid;
	int i;

#ifdef __x86_64__
	if (variant->arch != TH_ARCH && !th_has_int80())
		SKIP(return, "needs CONFIG_IA32_EMULATION");
#endif
	memcpy(args, variant->args, sizeof(args));
	if (args[0] == ARG_MEM_FD) {
		args[0] = open("/proc/self/mem", O_RDONLY);
		ASSERT_LE(0, (int)args[0]);
	}

	ASSERT_EQ(0, th_trace_on());
	pid = th_fork();
	if (!pid) {
		*self->result = variant->make(variant->nr, args);
		_exit(0);
	}
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, th_reap(pid));
	ASSERT_EQ(0, th_trace_off());
	ASSERT_EQ(0, th_events_lost());
	self->n = th_events(pid, self->ev, ARRAY_SIZE(self->ev));
	ASSERT_GE((int)ARRAY_SIZE(self->ev), self->n);

	/* libc makes such calls, too, but not with these arguments */
	entry = self->ev - 1;
	do {
		i = entry + 1 - self->ev;
		entry = th_find(self->ev, self->n, i, true,
				variant->nr);
	} while (entry && (entry->arch != variant->arch ||
			   memcmp(entry->args, args, sizeof(args))));
	ASSERT_NE(NULL, entry) {
		for (i = 0; i < self->n; i++)
			TH_LOG("%s nr=%d arch=%x",
			       self->ev[i].entry ? "entry" : "exit",
			       self->ev[i].nr, self->ev[i].arch);
	}

	exit = entry + 1;
	ASSERT_LT(exit - self->ev, self->n);
	EXPECT_FALSE(exit->entry);
	EXPECT_EQ(variant->nr, exit->nr);
	EXPECT_EQ(variant->arch, exit->arch);

	if (ret == RET_PID)
		ret = pid;
	else if (ret == RET_PPID)
		ret = getpid();
	else if (ret == RET_ADDRESS)
		ret = *self->result;
	else if (ret == RET_NR_NONE)
		ret = th_nr_none_ret(variant->nr, args);
	EXPECT_EQ(ret, exit->ret);
	EXPECT_EQ(ret, *self->result);
}

/*
 * A program of another ABI
 */
#ifdef TH_COMPAT
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

static void check_program(struct __test_metadata *_metadata,
			  struct _test_data_events *self,
			  const struct th_compat *c)
{
	static const unsigned int args[6] = {
		0xb0b0b0b1, 0xb0b0b0b2, 0xb0b0b0b3,
		0xb0b0b0b4, 0xb0b0b0b5, 0xb0b0b0b6,
	};
	const struct th_event *ev;
	pid_t pid;
	int i;

	ASSERT_EQ(0, th_events_clear());
	ASSERT_EQ(0, th_trace_on());
	pid = th_fork();
	if (!pid) {
		execl(c->program, c->program, NULL);
		_exit(1);
	}
	ASSERT_EQ(0, th_reap(pid));
	ASSERT_EQ(0, th_trace_off());
	self->n = th_events(pid, self->ev, ARRAY_SIZE(self->ev));
	ASSERT_GE((int)ARRAY_SIZE(self->ev), self->n);

	/* The call that changes the ABI keeps its own */
	ev = th_find(self->ev, self->n, 0, true, __NR_execve);
	ASSERT_NE(NULL, ev);
	ASSERT_GT(self->n, ev + 6 - self->ev);
	EXPECT_EQ(TH_ARCH, ev->arch);
	ev++;
	EXPECT_FALSE(ev->entry);
	EXPECT_EQ(__NR_execve, ev->nr);
	EXPECT_EQ(TH_ARCH, ev->arch);
	EXPECT_EQ(0, ev->ret);

	/* From here on its numbers and arguments: getppid(), close(-1) */
	while (++ev < self->ev + self->n - 1 && ev->nr != c->getppid)
		EXPECT_EQ(c->arch, ev->arch);
	ASSERT_EQ(c->getppid, ev->nr);
	EXPECT_TRUE(ev->entry);
	EXPECT_EQ(c->arch, ev->arch);
	for (i = 0; i < 6; i++)
		EXPECT_EQ(th_compat_arg(c, args[i]), ev->args[i]);
	ev++;
	EXPECT_FALSE(ev->entry);
	EXPECT_EQ(c->getppid, ev->nr);
	EXPECT_EQ(c->arch, ev->arch);
	EXPECT_EQ(getpid(), ev->ret);
	ev++;
	EXPECT_TRUE(ev->entry);
	EXPECT_EQ(c->close, ev->nr);
	EXPECT_EQ(th_compat_arg(c, -1), ev->args[0]);
	ev++;
	EXPECT_FALSE(ev->entry);
	EXPECT_EQ(c->close, ev->nr);
	EXPECT_EQ(-EBADF, ev->ret);

	/* exit() is the last event and has no exit */
	ev = &self->ev[self->n - 1];
	EXPECT_TRUE(ev->entry);
	EXPECT_EQ(c->exit, ev->nr);
	EXPECT_EQ(c->arch, ev->arch);
	EXPECT_EQ(0UL, ev->args[0]);
}

TEST_F(events, compat_program)
{
	const char *why = NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(th_compat); i++) {
		why = th_compat_lacks(&th_compat[i]);
		if (why)
			break;
		check_program(_metadata, self, &th_compat[i]);
	}
	/* What has failed before stays failed. */
	if (why && __test_passed(_metadata))
		SKIP(return, "%s: %s", th_compat[i].program, why);
}
#endif

TEST_HARNESS_MAIN
