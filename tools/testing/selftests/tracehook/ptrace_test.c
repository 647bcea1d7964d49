// SPDX-License-Identifier: GPL-2.0
/*
 * What a tracer sees and does at its stops, whether or not the machine is armed
 * or becomes so in between.  ptrace_resume_test.c has which stops there are.
 *
 * syscall_info		PTRACE_GET_SYSCALL_INFO and the event messages
 * seccomp_trace	the stop for seccomp comes between entry and exit
 * inject_signal	a signal injected at a system call stop
 * inject_sigkill	a tracee killed at its entry stop makes no call
 * listen		a seized tracee in group-stop: LISTEN and INTERRUPT
 * tracer_then_probe	the entry event has what the tracer made of the call
 * probe_then_tracer	the tracer finds the result that a probe has set
 * int80_refused	the exit event has the error that a 32-bit tracer sets
 */
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "tracee.h"

FIXTURE(ptrace) {
	struct tracee	t;
};

FIXTURE_VARIANT(ptrace) {
	enum state	state;
};

FIXTURE_VARIANT_ADD(ptrace, not_armed) { .state = NOT_ARMED };
FIXTURE_VARIANT_ADD(ptrace, armed) { .state = ARMED };
FIXTURE_VARIANT_ADD(ptrace, toggled) { .state = TOGGLED };

FIXTURE_SETUP(ptrace)
{
	TH_REQUIRE();
	ASSERT_EQ(0, state_enter(variant->state));
}

FIXTURE_TEARDOWN(ptrace)
{
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(0, th_instance_remove());
	if (!access(TH_ATTACH, F_OK)) {
		EXPECT_EQ(0, th_write(TH_ATTACH, "0"));
		EXPECT_EQ(0, th_write(TH_REWRITE, "\n"));
	}
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

static long size_to(const struct ptrace_syscall_info *info, const void *end)
{
	return (const char *)end - (const char *)info;
}

static long get_info(pid_t pid, struct ptrace_syscall_info *info)
{
	memset(info, 0xa5, sizeof(*info));
	return trace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(*info),
		     (unsigned long)info);
}

static long get_message(pid_t pid)
{
	unsigned long message = 99;

	trace(PTRACE_GETEVENTMSG, pid, 0, (unsigned long)&message);
	return message;
}

TEST_F(ptrace, syscall_info)
{
	struct ptrace_syscall_info info;
	unsigned long ip;
	int i;

	ASSERT_EQ(0, tracee_start(&self->t, true));
	ASSERT_EQ((long)offsetof(struct ptrace_syscall_info, entry),
		  get_info(self->t.pid, &info));
	EXPECT_EQ(PTRACE_SYSCALL_INFO_NONE, info.op);
	EXPECT_EQ((__u32)TH_ARCH, info.arch);

	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_getppid);
	EXPECT_EQ(PTRACE_EVENTMSG_SYSCALL_ENTRY, get_message(self->t.pid));
	ASSERT_EQ(size_to(&info, &info.entry + 1), get_info(self->t.pid, &info));
	EXPECT_EQ((__u32)TH_ARCH, info.arch);
	for (i = 0; i < 6; i++)
		EXPECT_EQ(TH_POISON(i), info.entry.args[i]);
	ip = info.instruction_pointer;
	EXPECT_NE(0UL, ip);
	EXPECT_NE(0ULL, info.stack_pointer);

	NEXT_EXIT(PTRACE_SYSCALL, 0, getpid());
	EXPECT_EQ(PTRACE_EVENTMSG_SYSCALL_EXIT, get_message(self->t.pid));
	ASSERT_EQ(size_to(&info, &info.exit.is_error + 1),
		  get_info(self->t.pid, &info));
	EXPECT_EQ(0, info.exit.is_error);
	EXPECT_EQ(ip, info.instruction_pointer);

	ASSERT_EQ(0, tracee_feed(&self->t));
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_write);
	NEXT_EXIT(PTRACE_SYSCALL, 0, 1);
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_read);
	NEXT_EXIT(PTRACE_SYSCALL, 0, 1);
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_close);
	NEXT_EXIT(PTRACE_SYSCALL, 0, -EBADF);
	get_info(self->t.pid, &info);
	EXPECT_EQ(1, info.exit.is_error);
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_exit_group);
	NEXT_END(PTRACE_SYSCALL, 0, 0);
}

#define RET_DATA	0x77U

/* getppid() goes to the tracer, with RET_DATA. */
static int install_filter(void)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | RET_DATA),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { ARRAY_SIZE(insns), insns };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog);
}

#define NEXT_SECCOMP(_request)						\
	NEXT(_request, 0, EVENT_STOP(PTRACE_EVENT_SECCOMP),		\
	     PTRACE_SYSCALL_INFO_SECCOMP, SYS_getppid)

TEST_F(ptrace, seccomp_trace)
{
	unsigned long opts = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL |
			     PTRACE_O_TRACESECCOMP;
	struct ptrace_syscall_info info;
	int i;

	if (!th_has_filters())
		SKIP(return, "needs CONFIG_SECCOMP_FILTER");
	self->t.prepare = install_filter;

	/* It is a stop of its own, which does not need the others. */
	ASSERT_EQ(0, tracee_start(&self->t, true));
	ASSERT_EQ(0, trace(PTRACE_SETOPTIONS, self->t.pid, 0, opts));
	NEXT_SECCOMP(PTRACE_CONT);
	ASSERT_EQ(size_to(&info, &info.seccomp.ret_data + 1),
		  get_info(self->t.pid, &info));
	EXPECT_EQ(RET_DATA, info.seccomp.ret_data);
	EXPECT_EQ((__u32)TH_ARCH, info.arch);
	for (i = 0; i < 6; i++)
		EXPECT_EQ(TH_POISON(i), info.seccomp.args[i]);
	LET_GO();
	tracee_close(&self->t);

	ASSERT_EQ(0, tracee_start(&self->t, true));
	ASSERT_EQ(0, trace(PTRACE_SETOPTIONS, self->t.pid, 0, opts));
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_getppid);
	NEXT_SECCOMP(PTRACE_SYSCALL);
	NEXT_EXIT(PTRACE_SYSCALL, 0, getpid());
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_write);
	LET_GO();
	tracee_close(&self->t);

	/* The exit stop is that of the last request. */
	ASSERT_EQ(0, tracee_start(&self->t, true));
	ASSERT_EQ(0, trace(PTRACE_SETOPTIONS, self->t.pid, 0, opts));
	NEXT_SECCOMP(PTRACE_CONT);
	NEXT_EXIT(PTRACE_SYSCALL, 0, getpid());
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_write);
	LET_GO();
}

TEST_F(ptrace, inject_signal)
{
	ASSERT_EQ(0, tracee_start(&self->t, true));
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_getppid);
	NEXT_EXIT(PTRACE_SYSCALL, SIGUSR1, getpid());
	/* It is reported before it is delivered, and the tracer drops it. */
	NEXT_OTHER(PTRACE_SYSCALL, 0, SIGUSR1);
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_write);
	NEXT_EXIT(PTRACE_SYSCALL, 0, 1);
	NEXT_OTHER(PTRACE_SYSCALL, SIGUSR2, SIGUSR2);
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_read);
	/* It interrupts read(), which makes its exit before the signal. */
	NEXT_EXIT(PTRACE_SYSCALL, SIGUSR1, -512);
	NEXT_OTHER(PTRACE_SYSCALL, 0, SIGUSR1);
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_read);
	LET_GO();
}

TEST_F(ptrace, inject_sigkill)
{
	struct th_event ev[4];

	ASSERT_EQ(0, tracee_start(&self->t, true));
	if (variant->state == ARMED)
		ASSERT_EQ(0, th_record(self->t.pid));
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_getppid);
	NEXT_EXIT(PTRACE_SYSCALL, 0, getpid());
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_write);
	NEXT_END(PTRACE_SYSCALL, SIGKILL, 128 + SIGKILL);
	EXPECT_EQ(0, tracee_written(&self->t));
	if (variant->state != ARMED)
		return;

	/* It is not attempted, and so not reported. */
	ASSERT_EQ(2, th_events(self->t.pid, ev, ARRAY_SIZE(ev)));
	EXPECT_EQ(SYS_getppid, ev[0].nr);
	EXPECT_EQ(SYS_getppid, ev[1].nr);
}

/* Still stopped, and nothing to wait for, nor after the time that a stop takes. */
#define EXPECT_NO_STOP()						\
	do {								\
		const struct timespec _time = {				\
			.tv_nsec = TH_PATIENCE * 20000000,		\
		};							\
		siginfo_t _si = {};					\
									\
		ASSERT_EQ(0, nanosleep(&_time, NULL));			\
		ASSERT_EQ(0, waitid(P_PID, self->t.pid, &_si, WEXITED |	\
				    WSTOPPED | WNOHANG | WNOWAIT));	\
		EXPECT_EQ(0, _si.si_pid);				\
		EXPECT_EQ('t', th_task_state(self->t.pid));		\
	} while (0)

#define EXPECT_STOP(_what)						\
	do {								\
		ASSERT_EQ(_what, trace_wait(self->t.pid));		\
		ASSERT_EQ(0, state_step(variant->state));		\
	} while (0)

/* Like NEXT_OTHER(), but GET_SYSCALL_INFO is not looked at. */
#define NEXT_STOP(_request, _sig, _what)				\
	do {								\
		ASSERT_EQ(0, trace_resume(_request, self->t.pid, _sig));	\
		EXPECT_STOP(_what);					\
	} while (0)

TEST_F(ptrace, listen)
{
	static const long requests[] = { PTRACE_CONT, PTRACE_SYSCALL };
	long request;
	size_t i;
	pid_t pid;
	bool sys;

	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		request = requests[i];
		sys = request == PTRACE_SYSCALL;
		ASSERT_EQ(0, tracee_start(&self->t, false));
		pid = self->t.pid;
		ASSERT_EQ(0, trace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD |
							 PTRACE_O_EXITKILL));
		ASSERT_EQ(0, state_step(variant->state));
		/* It runs, or rather sleeps in read(), which is now restarted. */
		ASSERT_EQ(0, trace(PTRACE_INTERRUPT, pid, 0, 0));
		EXPECT_STOP(TRAP_STOP);
		if (sys)
			NEXT_ENTRY(request, 0, SYS_read);
		ASSERT_EQ(0, trace_resume(request, pid, 0));
		ASSERT_EQ(0, th_wait_blocked(pid, SYS_read));

		ASSERT_EQ(0, kill(pid, SIGSTOP));
		if (sys) {
			EXPECT_STOP(SYSCALL_SIG);
			NEXT_STOP(request, 0, SIGSTOP);
		} else {
			EXPECT_STOP(SIGSTOP);
		}
		NEXT_STOP(request, SIGSTOP, GROUP_STOP);
		EXPECT_NO_STOP();

		ASSERT_EQ(0, trace(PTRACE_LISTEN, pid, 0, 0));
		ASSERT_EQ(0, state_step(variant->state));
		EXPECT_NO_STOP();
		ASSERT_EQ(0, state_step(variant->state));
		EXPECT_NO_STOP();

		/* Out of LISTEN, back into it, and out by SIGCONT. */
		ASSERT_EQ(0, trace(PTRACE_INTERRUPT, pid, 0, 0));
		EXPECT_STOP(GROUP_STOP);
		ASSERT_EQ(0, trace(PTRACE_LISTEN, pid, 0, 0));
		EXPECT_NO_STOP();
		ASSERT_EQ(0, kill(pid, SIGCONT));
		EXPECT_STOP(TRAP_STOP);
		NEXT_STOP(request, 0, SIGCONT);
		if (sys)
			NEXT_ENTRY(request, 0, SYS_read);
		ASSERT_EQ(0, tracee_feed(&self->t));
		if (sys) {
			NEXT_EXIT(request, 0, 1);
			NEXT_ENTRY(request, 0, SYS_getppid);
		}
		LET_GO();
		tracee_close(&self->t);
	}
}

TEST_F(ptrace, tracer_then_probe)
{
	struct th_event ev[2];
	int i;

	/* The events are on, so it stays armed whatever the toggle does. */
	ASSERT_EQ(0, tracee_start(&self->t, true));
	ASSERT_EQ(0, th_record(self->t.pid));
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_getppid);
	ASSERT_EQ(0, th_set_nr(self->t.pid, SYS_getpid));
	ASSERT_EQ(0, th_set_arg(self->t.pid, TH_POISON(7)));
	NEXT_EXIT(PTRACE_SYSCALL, 0, self->t.pid);
	ASSERT_EQ(0, th_set_ret(self->t.pid, 4711));
	NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_write);

	ASSERT_EQ(2, th_events(self->t.pid, ev, ARRAY_SIZE(ev)));
	EXPECT_TRUE(ev[0].entry);
	EXPECT_EQ(SYS_getpid, ev[0].nr);
	for (i = 0; i < 6; i++)
		EXPECT_EQ(TH_POISON(i == TH_ARG ? 7 : i), ev[0].args[i]);
	/* The tracer changed the result later. */
	EXPECT_FALSE(ev[1].entry);
	EXPECT_EQ(SYS_getpid, ev[1].nr);
	EXPECT_EQ(self->t.pid, ev[1].ret);
	LET_GO();
}

TEST_F(ptrace, probe_then_tracer)
{
	static const long results[] = { 1234, -EXDEV };
	struct ptrace_syscall_info info;
	size_t i;

	if (access(TH_ATTACH, F_OK))
		SKIP(return, "needs CONFIG_TRACEHOOK_TEST, and the module loaded");

	for (i = 0; i < ARRAY_SIZE(results); i++) {
		ASSERT_EQ(0, tracee_start(&self->t, true));
		ASSERT_EQ(0, th_writef(TH_REWRITE,
				       "pid=%d nr=%d set_nr=%d ret=%ld",
				       self->t.pid, SYS_getppid, SYS_getpid,
				       results[i]));
		ASSERT_EQ(0, th_write(TH_ATTACH, "3"));

		/* The tracer comes before the probe at entry ... */
		NEXT_ENTRY(PTRACE_SYSCALL, 0, SYS_getppid);
		/* ... and after it at exit. */
		NEXT_EXIT(PTRACE_SYSCALL, 0, results[i]);
		get_info(self->t.pid, &info);
		EXPECT_EQ(results[i] < 0, info.exit.is_error);
		LET_GO();
		tracee_close(&self->t);
		ASSERT_EQ(0, th_write(TH_ATTACH, "0"));
	}
}

#ifdef __x86_64__
static void make_int80(struct tracee *t)
{
	unsigned long args[6] = {};

	if ((int)th_int80(NR32_GETPPID, args) != -EPERM)
		syscall(SYS_exit_group, 1);
}

/* A 32-bit tracer writes 32 bits of the register, which is no negative number. */
TEST_F(ptrace, int80_refused)
{
	struct th_event ev[2];

	if (!th_has_int80())
		SKIP(return, "needs CONFIG_IA32_EMULATION");
	self->t.run = make_int80;
	ASSERT_EQ(0, tracee_start(&self->t, true));
	ASSERT_EQ(0, th_record(self->t.pid));
	NEXT_ENTRY(PTRACE_SYSCALL, 0, NR32_GETPPID);
	ASSERT_EQ(0, th_set_nr(self->t.pid, -1));
	ASSERT_EQ(0, th_set_ret(self->t.pid, (__u32)-EPERM));
	NEXT_EXIT(PTRACE_SYSCALL, 0, -EPERM);
	ASSERT_EQ(0, th_trace_off());

	ASSERT_EQ(2, th_events(self->t.pid, ev, ARRAY_SIZE(ev)));
	EXPECT_TRUE(ev[0].entry);
	EXPECT_EQ(-1, ev[0].nr);
	EXPECT_FALSE(ev[1].entry);
	EXPECT_EQ(-1, ev[1].nr);
	EXPECT_EQ((unsigned int)TH_ARCH_COMPAT, ev[1].arch);
	EXPECT_EQ(-EPERM, ev[1].ret);
	LET_GO();
}
#endif

TEST_HARNESS_MAIN
