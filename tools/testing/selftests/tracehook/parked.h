/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads of any kind that sit still, make one call when told, and sit still
 * again; and a machine around them that sits still too, so that the marks in
 * the status file can be counted.
 */
#ifndef SELFTEST_TRACEHOOK_PARKED_H
#define SELFTEST_TRACEHOOK_PARKED_H

#include <dirent.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>

#include "tracehook.h"

/* Of task_struct::flags, which /proc shows. */
#define PF_USER_WORKER	0x00004000
#define PF_KTHREAD	0x00200000

enum park {
	/* In a read(), until parked_wake(). */
	PARK_READ,
	/* In sigsuspend(), until a SIGUSR1. */
	PARK_PAUSE,
	/* In user mode. */
	PARK_SPIN,
	/* In user mode, and has made no call yet. */
	PARK_NEWBORN,
};

enum parked_stage {
	/* Left what it was parked in, and has made no call since. */
	STAGE_AWAKE = 1,
	/* Has made its call, and has made no other since. */
	STAGE_CALLED,
};

struct parked {
	enum park		park;
	int			tid;
	int			go;
	enum parked_stage	stage;
	int			fd[2];
};

static inline void parked_ignore(int sig)
{
}

/*
 * The life of a parked thread.  Its call is getppid() with poisoned arguments.
 * It may lack a libc of its own: raw calls only.
 */
static inline void __noreturn parked_main(struct parked *p)
{
	sigset_t none;
	char c;

	memset(&none, 0, sizeof(none));
	if (p->park != PARK_NEWBORN)
		th_store(p->tid, syscall(SYS_gettid));
	if (p->park == PARK_READ && syscall(SYS_read, p->fd[0], &c, 1) != 1)
		syscall(SYS_exit_group, 1);
	if (p->park == PARK_PAUSE)
		syscall(SYS_rt_sigsuspend, &none, _NSIG / 8);

	th_store(p->stage, STAGE_AWAKE);
	while (!th_load(p->go))
		;
	if (p->park == PARK_NEWBORN)
		th_store(p->tid, syscall(SYS_gettid));
	syscall(SYS_getppid, TH_POISON(0), TH_POISON(1), TH_POISON(2),
		TH_POISON(3), TH_POISON(4), TH_POISON(5));
	th_store(p->stage, STAGE_CALLED);
	while (th_load(p->go) < 2)
		;

	/* Until it is killed, or its parent closes the pipe. */
	while (syscall(SYS_read, p->fd[0], &c, 1) > 0)
		;
	for (;;)
		syscall(SYS_exit_group, 0);
}

/* Memory for @n of them, shared with children.  Return: NULL if there is none. */
static inline struct parked *parked_alloc(int n, int fd)
{
	struct parked *p = mmap(NULL, n * sizeof(*p), PROT_READ | PROT_WRITE,
				MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);
	int i;

	if (p == MAP_FAILED)
		return NULL;
	for (i = 0; i < n; i++) {
		if (pipe2(p[i].fd, O_CLOEXEC))
			return NULL;
	}
	return p;
}

/* Wait until the thread is there, and sits still.  Return: 0 or -errno. */
static inline int parked_wait(struct parked *p)
{
	int err = 0;

	if (p->park != PARK_NEWBORN)
		err = th_poll(th_load(p->tid));
	if (err)
		return err;
	if (p->park == PARK_SPIN || p->park == PARK_NEWBORN)
		return th_poll(th_load(p->stage) == STAGE_AWAKE);
	return th_wait_blocked(p->tid, p->park == PARK_READ ? SYS_read :
							      SYS_rt_sigsuspend);
}

/* Let it leave the call that it is parked in. */
static inline int parked_wake(struct parked *p)
{
	if (p->park == PARK_READ && write(p->fd[1], "x", 1) != 1)
		return -errno;
	if (p->park == PARK_PAUSE && syscall(SYS_tkill, p->tid, SIGUSR1))
		return -errno;
	return th_poll(th_load(p->stage) == STAGE_AWAKE);
}

/* Let it make its call. */
static inline int parked_call(struct parked *p)
{
	th_store(p->go, 1);
	return th_poll(th_load(p->stage) == STAGE_CALLED);
}

/* Let it block after its call, and burn no processor. */
static inline int parked_rest(struct parked *p)
{
	th_store(p->go, 2);
	return th_wait_blocked(p->tid, SYS_read);
}

/* Fork a parked process.  Return: its id. */
static inline pid_t parked_fork(struct parked *p, enum park park)
{
	pid_t pid;

	p->park = park;
	signal(SIGUSR1, parked_ignore);
	pid = th_fork();
	if (!pid)
		parked_main(p);
	return pid;
}

/* The same of a newborn, which cannot ask for a signal when its parent dies. */
static inline pid_t parked_bear(struct parked *p)
{
	struct rlimit limit = { .rlim_cur = 20 * TH_PATIENCE,
				.rlim_max = 20 * TH_PATIENCE };
	pid_t pid;

	if (setrlimit(RLIMIT_CPU, &limit))
		return -1;
	p->park = PARK_NEWBORN;
	pid = th_raw_fork();
	if (!pid)
		parked_main(p);
	return pid;
}

struct th_tasks {
	int	user;
	int	workers;
	int	kthreads;
};

/* Call @fn for each thread of the machine.  Return: 0 or -errno. */
static inline int th_walk_tasks(int (*fn)(pid_t tid, void *data), void *data)
{
	DIR *procs = opendir("/proc"), *tasks;
	struct dirent *proc, *task;
	char path[300];
	int err = 0;

	if (!procs)
		return -errno;
	while (!err && (proc = readdir(procs))) {
		if (atoi(proc->d_name) <= 0)
			continue;
		snprintf(path, sizeof(path), "/proc/%s/task", proc->d_name);
		tasks = opendir(path);
		while (!err && tasks && (task = readdir(tasks))) {
			if (atoi(task->d_name) > 0)
				err = fn(atoi(task->d_name), data);
		}
		if (tasks)
			closedir(tasks);
	}
	closedir(procs);
	return err;
}

static inline int th_count_one(pid_t tid, void *data)
{
	struct th_tasks *n = data;
	char path[64], buf[512], *p;
	unsigned int flags;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	if (th_read(path, buf, sizeof(buf)) <= 0)
		return 0;
	p = strrchr(buf, ')');
	if (!p || sscanf(p, ") %*c %*d %*d %*d %*d %*d %u", &flags) != 1)
		return -EPROTO;
	n->kthreads += !!(flags & PF_KTHREAD);
	n->workers += !!(flags & PF_USER_WORKER);
	n->user += !(flags & (PF_KTHREAD | PF_USER_WORKER));
	return 0;
}

/* What /proc knows of the threads of the machine. */
static inline int th_count_tasks(struct th_tasks *n)
{
	memset(n, 0, sizeof(*n));
	return th_walk_tasks(th_count_one, n);
}

static inline int th_freeze_one(pid_t tid, void *data)
{
	int status, *frozen = data;

	if (ptrace(PTRACE_SEIZE, tid, 0, 0))
		return errno == EPERM || errno == ESRCH ? 0 : -errno;
	if (ptrace(PTRACE_INTERRUPT, tid, 0, 0))
		return -errno;
	if (waitpid(tid, &status, __WALL) != tid)
		return -errno;
	(*frozen)++;
	return WIFSTOPPED(status) ? 0 : -ESRCH;
}

/*
 * Stop every thread but the caller and what it will start, process 1 included.
 * They make no call, so their marks change only by the hand of others.  They
 * go on when the caller exits, or is killed by the alarm: nobody else is left
 * who could end a test that hangs.
 */
static inline int th_freeze_others(void)
{
	int err, frozen;

	alarm(25 * TH_PATIENCE);
	do {
		frozen = 0;
		err = th_walk_tasks(th_freeze_one, &frozen);
	} while (!err && frozen);
	return err;
}

#ifndef TH_NO_HARNESS
/* Armed, all marked, and all known to the status. */
static inline void
th_check_armed(struct __test_metadata *_metadata)
{
	struct th_status st;
	struct th_tasks n;

	ASSERT_EQ(0, th_count_tasks(&n));
	ASSERT_EQ(0, th_status(&st));
	EXPECT_EQ(1, st.armed);
	EXPECT_EQ(n.user, st.threads);
	EXPECT_EQ(st.threads, st.marked);
}

/* Fails if some are marked that should not be, or the other way round. */
#define TH_ASSERT_MARKED(expected)				\
	do {							\
		struct th_status __st;				\
								\
		ASSERT_EQ(0, th_status(&__st));			\
		ASSERT_EQ((expected), __st.marked);		\
	} while (0)

/*
 * Arm and disarm a machine that is frozen otherwise.  Return: how many are marked
 * then, the caller not among them.
 */
static inline int
th_arm_and_disarm(struct __test_metadata *_metadata)
{
	struct th_status st;

	ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	th_check_armed(_metadata);
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	ASSERT_EQ(0, th_status(&st));
	EXPECT_EQ(0, st.armed);
	EXPECT_EQ(st.threads - 1, st.marked);
	return st.marked;
}

static inline void
parked_kill(struct __test_metadata *_metadata, pid_t pid)
{
	ASSERT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(128 + SIGKILL, th_reap(pid));
}
#endif /* TH_NO_HARNESS */

#endif /* SELFTEST_TRACEHOOK_PARKED_H */
