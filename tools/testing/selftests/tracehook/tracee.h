/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of ptrace share: raw requests, one stop as a record, and a
 * little tracee.  Not with <sys/ptrace.h>, which redefines <linux/ptrace.h>.
 */
#ifndef SELFTEST_TRACEHOOK_TRACEE_H
#define SELFTEST_TRACEHOOK_TRACEE_H

#include <linux/ptrace.h>
/* Sparc's number; the other is that of PTRACE_WRITEDATA there. */
#ifdef PTRACE_SPARC_DETACH
#undef PTRACE_DETACH
#define PTRACE_DETACH	PTRACE_SPARC_DETACH
#endif
#include <sched.h>
#include <stddef.h>
#include <time.h>

#include "tracehook.h"

/* Requests that not every architecture has: EIO. */
#ifdef TH_SYSEMU
#define PTRACE_SYSEMU			TH_SYSEMU
#define PTRACE_SYSEMU_SINGLESTEP	(TH_SYSEMU + 1)
#elif !defined(PTRACE_SYSEMU)
#define PTRACE_SYSEMU			-1
#define PTRACE_SYSEMU_SINGLESTEP	-1
#endif
#ifndef PTRACE_SINGLEBLOCK
#define PTRACE_SINGLEBLOCK		-1
#endif

#define SYSCALL_SIG	(SIGTRAP | 0x80)
#define EVENT_STOP(e)	(SIGTRAP | (e) << 8)
#define TRAP_STOP	EVENT_STOP(PTRACE_EVENT_STOP)
#define GROUP_STOP	(SIGSTOP | PTRACE_EVENT_STOP << 8)

/* Return: the result or -errno. */
static inline long trace(long request, pid_t pid, unsigned long addr,
			 unsigned long data)
{
	long ret = syscall(SYS_ptrace, request, pid, addr, data);

	return ret < 0 ? -errno : ret;
}

static inline long trace_resume(long request, pid_t pid, int sig)
{
	return trace(request, pid, 0, sig);
}

/*
 * Wait for the next stop or the end.  Return: signal and event, that is the
 * wait status >> 8, of a stop; -1 - (exit code, or 128 + signal) of an end.
 */
static inline int trace_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, __WALL | WUNTRACED) != pid) {
		if (errno != EINTR)
			return INT_MIN;
	}
	if (WIFSTOPPED(status))
		return status >> 8;
	return -1 - (WIFEXITED(status) ? WEXITSTATUS(status) :
					 128 + WTERMSIG(status));
}

/* One stop, without what differs from one tracee to the next. */
struct stop {
	int		what;	/* as from trace_wait() */
	int		code;	/* si_code */
	int		op;	/* PTRACE_SYSCALL_INFO_*, -1 of an end */
	long		nr;	/* number, but at exit the result */
	unsigned long	pc;
};

static inline struct stop trace_stop(pid_t pid)
{
	struct stop s = { .what = trace_wait(pid), .op = -1 };
	struct ptrace_syscall_info info = {};
	siginfo_t si = {};

	if (s.what < 0)
		return s;
	if (!trace(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&si))
		s.code = si.si_code;
	if (trace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info),
		  (unsigned long)&info) < 0)
		return s;
	s.op = info.op;
	s.pc = info.instruction_pointer;
	if (s.op == PTRACE_SYSCALL_INFO_ENTRY)
		s.nr = info.entry.nr;
	else if (s.op == PTRACE_SYSCALL_INFO_EXIT)
		s.nr = info.exit.rval;
	else if (s.op == PTRACE_SYSCALL_INFO_SECCOMP)
		s.nr = info.seccomp.nr;
	return s;
}

/*
 * The tracee makes these five calls, and nothing else.  read() blocks until
 * somebody gives it a byte; write() shows in a pipe whether it was executed.
 */
static const long tracee_calls[] = {
	SYS_getppid, SYS_write, SYS_read, SYS_close, SYS_exit_group,
};

#define TRACEE_CALLS	((int)ARRAY_SIZE(tracee_calls))

struct tracee {
	/* What it does before it stops, and instead of the calls above. */
	int	(*prepare)(void);
	void	(*run)(struct tracee *t);
	pid_t	pid;
	int	in[2];	/* its read() */
	int	out[2];	/* its write() */
};

static inline void tracee_main(struct tracee *t)
{
	const unsigned long bad_fd[6] = { -1UL };
	char c = 'x';

	if (t->run)
		t->run(t);
	syscall(SYS_getppid, TH_POISON(0), TH_POISON(1), TH_POISON(2),
		TH_POISON(3), TH_POISON(4), TH_POISON(5));
	syscall(SYS_write, t->out[1], &c, 1);
	syscall(SYS_read, t->in[0], &c, 1);
	th_syscall(SYS_close, bad_fd);
	/* A tracer may emulate it. */
	for (;;)
		syscall(SYS_exit_group, 0);
}

/*
 * Fork a tracee.  If @traceme it is traced by its parent, stopped by SIGSTOP,
 * and has TRACESYSGOOD and EXITKILL.  Otherwise it waits for a byte first.
 */
static inline int tracee_start(struct tracee *t, bool traceme)
{
	unsigned long opts = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
	char c;

	if (pipe2(t->in, O_CLOEXEC) || pipe2(t->out, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	t->pid = th_fork();
	if (!t->pid) {
		if (t->prepare && t->prepare())
			_exit(125);
		if (!traceme)
			syscall(SYS_read, t->in[0], &c, 1);
		else if (trace(PTRACE_TRACEME, 0, 0, 0))
			_exit(126);
		else
			kill(getpid(), SIGSTOP);
		tracee_main(t);
	}
	if (t->pid < 0)
		return -errno;
	if (!traceme)
		return th_wait_blocked(t->pid, SYS_read);
	if (trace_wait(t->pid) != SIGSTOP)
		return -EPROTO;
	return trace(PTRACE_SETOPTIONS, t->pid, 0, opts);
}

/* Let read() return. */
static inline int tracee_feed(struct tracee *t)
{
	return write(t->in[1], "y", 1) == 1 ? 0 : -errno;
}

/* How often write() has been executed since the last time. */
static inline int tracee_written(struct tracee *t)
{
	char buf[16];
	ssize_t n = read(t->out[0], buf, sizeof(buf));

	return n < 0 ? (errno == EAGAIN ? 0 : -errno) : n;
}

static inline void tracee_close(struct tracee *t)
{
	close(t->in[0]);
	close(t->in[1]);
	close(t->out[0]);
	close(t->out[1]);
}

/* A tracee that is resumed by this request stops long before its read(). */
static inline bool trace_steps(long request)
{
	return request == PTRACE_SINGLESTEP ||
	       (request != -1 && (request == PTRACE_SINGLEBLOCK ||
				  request == PTRACE_SYSEMU_SINGLESTEP));
}

/* Whether a stop or the end can be waited for.  Return: 1, 0 or -errno. */
static inline int trace_has_stopped(pid_t pid)
{
	siginfo_t si = {};

	if (waitid(P_PID, pid, &si, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL))
		return -errno;
	return !!si.si_pid;
}

/* Until it stops, or blocks in read() instead.  Return: 1, 0 or -errno. */
static inline int trace_await_stop(pid_t pid)
{
	int stopped = 0, err;

	err = th_poll((stopped = trace_has_stopped(pid)) ||
		      th_blocked(pid, SYS_read));
	return err ?: stopped;
}

/* Return: 0 if it has stopped, -ENODEV if it runs on and blocks in read(). */
static inline long trace_await_step(pid_t pid)
{
	int stopped = trace_await_stop(pid);

	return stopped > 0 ? 0 : stopped ?: -ENODEV;
}

/*
 * Try some requests, at most @n, one after the other.  Return: 0, -EIO if the
 * machine does not have one of them, -ENODEV if it takes no such steps, not from
 * this stop or not at all: not each processor does that an emulator makes up.
 */
static inline long trace_try_all(const long *requests, int n)
{
	struct tracee t = {};
	long ret, request;
	int i, what;

	if (TH_STEPS_TO_CALLS && n > 1 && requests[1] && trace_steps(requests[0])) {
		ret = trace_try_all(requests, 1);
		if (ret)
			return ret;
	}
	ret = tracee_start(&t, true);
	if (ret)
		return ret;
	for (i = 0; i < n && requests[i] && !ret; i++) {
		ret = trace_resume(requests[i], t.pid, 0);
		if (!ret && trace_steps(requests[i]))
			ret = trace_await_step(t.pid);
		/* What is not the last one stops the tracee. */
		if (!ret && i + 1 < n && requests[i + 1] &&
		    trace_wait(t.pid) < 0)
			ret = -EPROTO;
	}
	/* Nor gets each across a branch: a few steps, long before read() blocks. */
	request = i ? requests[i - 1] : 0;
	for (i = request == PTRACE_SINGLEBLOCK ? 8 : 40;
	     !ret && i && trace_steps(request); i--) {
		ret = trace_await_step(t.pid);
		if (ret)
			break;
		what = trace_wait(t.pid);
		if (what < 0)
			break;
		ret = what == SIGSEGV || what == SIGILL ? -ENODEV :
		      trace_resume(request, t.pid, 0);
	}
	kill(t.pid, SIGKILL);
	while (trace_wait(t.pid) >= 0)
		;
	tracee_close(&t);
	return ret;
}

static inline long trace_try(long request)
{
	return trace_try_all(&request, 1);
}

/* Record the events of one task, which arms the machine. */
static inline int th_record(pid_t pid)
{
	return th_instance_create() ?:
	       th_writef(TH_ENTRY "filter", "common_pid == %d", pid) ?:
	       th_writef(TH_EXIT "filter", "common_pid == %d", pid) ?:
	       th_trace_on();
}

/* In which state of the machine a test runs. */
enum state {
	NOT_ARMED,
	ARMED,
	TOGGLED,
};

/* Arm a machine that is not, disarm one that is. */
static inline int th_flip(void)
{
	struct th_status st;
	int err = th_status(&st);

	return err ? err : th_write(TH_ENABLE, st.armed ? "0" : "1");
}

/* At points of a test where a change must not matter. */
static inline int state_step(enum state state)
{
	return state == TOGGLED ? th_flip() : 0;
}

static inline int state_enter(enum state state)
{
	return th_write(TH_ENABLE, state == ARMED ? "1" : "0");
}

/*
 * For a fixture with self->t and variant->state: resume @_pid, and expect a
 * certain stop of it.  The state of the machine changes before.
 */
#define NEXT_OF(_pid, _request, _sig, _what, _op, _nr)			\
	do {								\
		pid_t _p = _pid;					\
		struct stop _s;						\
									\
		ASSERT_EQ(0, state_step(variant->state));		\
		ASSERT_EQ(0, trace_resume(_request, _p, _sig));		\
		_s = trace_stop(_p);					\
		ASSERT_EQ(_what, _s.what);				\
		ASSERT_EQ(_op, _s.op);					\
		ASSERT_EQ(_nr, _s.nr);					\
	} while (0)

#define NEXT(_request, _sig, _what, _op, _nr)				\
	NEXT_OF(self->t.pid, _request, _sig, _what, _op, _nr)
#define NEXT_ENTRY(_request, _sig, _nr)					\
	NEXT(_request, _sig, SYSCALL_SIG, PTRACE_SYSCALL_INFO_ENTRY, _nr)
#define NEXT_EXIT(_request, _sig, _result)				\
	NEXT(_request, _sig, SYSCALL_SIG, PTRACE_SYSCALL_INFO_EXIT, _result)
#define NEXT_OTHER(_request, _sig, _what)				\
	NEXT(_request, _sig, _what, PTRACE_SYSCALL_INFO_NONE, 0)
#define NEXT_END(_request, _sig, _code)					\
	NEXT(_request, _sig, -1 - (_code), -1, 0)

/* Leave the tracee to itself; it must come to its end without a stop. */
#define LET_GO()							\
	do {								\
		ASSERT_EQ(0, tracee_feed(&self->t));			\
		NEXT_END(PTRACE_CONT, 0, 0);				\
	} while (0)

#ifndef TH_NO_HARNESS
/* After th_record(): after @skip events come those of @calls, by index. */
static inline void expect_events(struct __test_metadata *_metadata, pid_t pid,
				 int skip, const char *calls)
{
	int n = skip, nr_events;
	struct th_event ev[16];
	long nr;

	nr_events = th_events(pid, ev, ARRAY_SIZE(ev));
	ASSERT_GE((int)ARRAY_SIZE(ev), nr_events);
	for (; *calls; calls++) {
		nr = tracee_calls[*calls - '0'];
		ASSERT_GT(nr_events, n);
		EXPECT_TRUE(ev[n].entry);
		EXPECT_EQ(nr, ev[n++].nr);
		if (nr == SYS_exit_group)
			continue;
		ASSERT_GT(nr_events, n);
		EXPECT_FALSE(ev[n].entry);
		EXPECT_EQ(nr, ev[n++].nr);
	}
	EXPECT_EQ(n, nr_events);
}
#endif

#endif /* SELFTEST_TRACEHOOK_TRACEE_H */
