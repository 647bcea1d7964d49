// SPDX-License-Identifier: GPL-2.0
/*
 * torture: the processes that are tortured.  They make calls of many kinds, and
 * look at the results.
 */
#include "torture.h"

#if !defined(__x86_64__)
#error "add this architecture"
#endif

#define STACK		16384
#define NR_STACKS	6

struct life {
	uint64_t	rnd;
	uint32_t	seq;
	int		depth;
	int		gate;
	int		left;		/* calls to make */
	bool		thread;
	uint32_t	*beat;		/* steady: counts calls, has no children */
};

static char stacks[NR_STACKS][STACK];
static int stacks_used;

/* clone() with a stack of its own, on which the child calls fn(arg) for good. */
static long raw_clone(unsigned long flags, char *stack, void (*fn)(void *),
		      void *arg, unsigned long tag)
{
	register long r10 asm("r10") = 0;
	register long r8 asm("r8") = 0;
	register unsigned long r9 asm("r9") = tag;
	void **sp = (void **)stack;
	long ret;

	*--sp = arg;
	*--sp = fn;
	asm volatile("syscall\n"
		     "test %%rax, %%rax\n"
		     "jnz 1f\n"
		     "xor %%ebp, %%ebp\n"
		     "pop %%rax\n"
		     "pop %%rdi\n"
		     "call *%%rax\n"
		     "ud2\n"
		     "1:" : "=a"(ret)
		     : "0"(__NR_clone), "D"(flags), "S"(sp), "d"(0), "r"(r10),
		       "r"(r8), "r"(r9)
		     : "rcx", "r11", "memory");
	return ret;
}

/* Not tagged.  A tracer may emulate it, and then it is done again. */
static void __attribute__((naked)) restorer(void)
{
	asm volatile("1:\n\t"
		     "xor %r9d, %r9d\n\t"
		     "mov $15, %eax\n\t"
		     "syscall\n\t"
		     "jmp 1b");
}

static void on_signal(int sig)
{
}

/* A call with its tag.  One that a tracer emulated has not been made. */
static long call(struct life *l, long nr, long a, long b, long c, long d)
{
	unsigned long args[6] = { a, b, c, d, 0, TAG(l->seq + 1) };
	long ret = th_syscall_regs(nr, args);

	if (ret == -ENOSYS)
		return ret;
	l->seq++;
	if (l->beat)
		__atomic_fetch_add(l->beat, 1, __ATOMIC_RELEASE);
	count_one(calls);
	return ret;
}

static void __noreturn end_life(struct life *l, int code)
{
	for (;;)
		call(l, l->thread && !code ? __NR_exit : __NR_exit_group, code, 0,
		     0, 0);
}

static void expect(struct life *l, bool good)
{
	if (!good)
		end_life(l, CODE_BAD);
}

static void live(struct life *l);

static void wait_for(struct life *l, pid_t pid)
{
	long ret;
	int status;

	do
		ret = call(l, __NR_wait4, pid, (long)&status, __WALL, 0);
	while (ret != pid && ret != -ECHILD);
	/* It dies of this if a tracer that is gone left it a stop. */
	expect(l, ret != pid || !WIFSIGNALED(status) || WTERMSIG(status) != SIGTRAP);
}

static void be_born(struct life *l, const struct life *parent)
{
	*l = *parent;
	l->rnd = rnd_seed(l->rnd, l->depth);
	l->seq = 0;
	l->depth++;
	l->left = 1 + rnd_next(&l->rnd) % 12;
}

static void do_fork(struct life *l)
{
	unsigned long args[6] = { SIGCHLD, 0, 0, 0, 0, TAG(l->seq + 1) };
	struct life child;
	long pid;

	pid = th_syscall_regs(__NR_clone, args);
	if (!pid) {
		be_born(&child, l);
		live(&child);
	}
	if (pid == -ENOSYS)
		return;
	l->seq++;
	if (pid > 0) {
		count_one(processes);
		wait_for(l, pid);
	}
}

static void child_main(void *arg)
{
	live(arg);
}

/* The child lives at the bottom of its stack, each of which is used once. */
static void do_clone(struct life *l, unsigned long flags)
{
	struct life *child;
	char *top;
	long pid;
	int i;

	i = __atomic_fetch_add(&stacks_used, 1, __ATOMIC_RELAXED);
	if (i >= NR_STACKS)
		return;
	child = (struct life *)stacks[i];
	top = (char *)((unsigned long)(stacks[i] + STACK) & ~15UL);
	be_born(child, l);
	child->thread = flags & CLONE_THREAD;
	pid = raw_clone(flags, top, child_main, child, TAG(l->seq + 1));
	if (pid == -ENOSYS)
		return;
	l->seq++;
	if (pid < 0)
		return;
	if (flags & CLONE_THREAD) {
		count_one(threads);
	} else {
		count_one(vforks);
		wait_for(l, pid);
	}
}

static void do_exec(struct life *l)
{
	char text[4][24] = { "execed" };
	char *argv[6] = { "torture", text[0], text[1], text[2], text[3], NULL };
	char *envp[1] = { NULL };

	snprintf(text[1], sizeof(text[1]), "%u", rnd_next(&l->rnd));
	snprintf(text[2], sizeof(text[2]), "%d", l->gate);
	snprintf(text[3], sizeof(text[3]), "%d", l->left);
	call(l, __NR_execve, (long)"/proc/self/exe", (long)argv, (long)envp, 0);
	/* EAGAIN if another thread is about to, ENOSYS if emulated */
}

/* getppid() by the 32-bit number; the tag does not fit there. */
static void do_compat(struct life *l)
{
	unsigned long args[6] = {};
	long ret = th_int80(NR32_GETPPID, args);

	count_one(compat_calls);
	expect(l, ret >= 0 || (int)ret == -ENOSYS);
}

#define THREAD	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
		 CLONE_THREAD | CLONE_SYSVSEM)

static void live(struct life *l)
{
	struct timespec ts;
	bool children;
	long ret;
	char c;
	int dice;

	for (; l->left > 0; l->left--) {
		children = !l->beat && l->depth < 3;
		dice = rnd_next(&l->rnd) % 100;
		if (dice < 12) {
			ret = call(l, __NR_read, l->gate, (long)&c, 1, 0);
			expect(l, ret == 1 || ret == -ENOSYS);
		} else if (dice < 20) {
			ts.tv_sec = 0;
			ts.tv_nsec = rnd_next(&l->rnd) % 3000000;
			ret = call(l, __NR_nanosleep, (long)&ts, 0, 0, 0);
			expect(l, !ret || ret == -EINTR || ret == -ENOSYS);
		} else if (dice < 27) {
			ret = call(l, __NR_gettid, 0, 0, 0, 0);
			if (ret > 0)
				call(l, __NR_tkill, ret, SIGUSR1, 0, 0);
		} else if (dice < 31) {
			do_compat(l);
		} else if (dice < 36) {
			ret = call(l, __NR_sched_yield, 0, 0, 0, 0);
			expect(l, !ret || ret == -ENOSYS);
		} else if (dice < 40 && children) {
			do_fork(l);
		} else if (dice < 43 && children) {
			do_clone(l, CLONE_VM | CLONE_VFORK | SIGCHLD);
		} else if (dice < 48 && children) {
			do_clone(l, THREAD);
		} else if (dice < 51 && children && l->left > 2) {
			do_exec(l);
		} else {
			ret = call(l, __NR_getppid, 0, 0, 0, 0);
			expect(l, ret >= 0 || ret == -ENOSYS);
		}
	}
	end_life(l, 0);
}

static void __noreturn life_start(uint64_t seed, int gate, int left,
				  uint32_t *beat)
{
	struct life l = {
		.rnd = rnd_seed(seed, 0), .gate = gate, .left = left,
		.beat = beat,
	};

	live(&l);
	__builtin_unreachable();
}

static void handle_signals(void)
{
	struct {
		void		(*handler)(int sig);
		unsigned long	flags;
		void		(*restorer)(void);
		unsigned long	mask;
	} sa = { on_signal, 0x04000000 | SA_RESTART, restorer, 0 };

	syscall(__NR_rt_sigaction, SIGUSR1, &sa, NULL, sizeof(sa.mask));
}

int life_execed(char **argv)
{
	count_one(execs);
	handle_signals();
	life_start(atoll(argv[0]), atoi(argv[1]), atoi(argv[2]), NULL);
}

/*
 * Start a process in a group of its own, so that it can be ended with all that
 * it has started.  It offers itself as a target, if it is one.
 */
pid_t family_start(struct worker *w, int left, uint32_t *beat, int target,
		   int trace_me)
{
	uint64_t seed = rnd_next(&w->rnd);
	pid_t pid = fork();

	if (pid) {
		setpgid(pid, pid);
		count_one(processes);
		return pid;
	}
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	handle_signals();
	if (trace_me) {
		syscall(__NR_ptrace, 0 /* PTRACE_TRACEME */, 0, 0, 0);
		raise(SIGSTOP);
	}
	if (target >= 0)
		th_store(shared->target[target], getpid());
	life_start(seed, w->gate[0], left, beat);
}
