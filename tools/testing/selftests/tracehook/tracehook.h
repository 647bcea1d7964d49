/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of CONFIG_TRACEHOOK share: the files in debugfs, a trace
 * instance of one's own, and helpers that keep children on a lead.
 */
#ifndef SELFTEST_TRACEHOOK_H
#define SELFTEST_TRACEHOOK_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Benchmarks have no harness, nor programs of several files: it defines variables. */
#ifdef TH_NO_HARNESS
#include "../kselftest.h"
#else
#include "../kselftest_harness.h"
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	(30 * TH_PATIENCE)
#endif

#include "arch.h"

#define TH_DIR		"/sys/kernel/debug/tracehook/"
#define TH_ENABLE	TH_DIR "enable"
#define TH_STATUS	TH_DIR "status"
#define TH_ATTACH	TH_DIR "test/attach"
#define TH_COUNTS	TH_DIR "test/counts"
#define TH_REWRITE	TH_DIR "test/rewrite"
#define TH_INSTANCE	"/sys/kernel/tracing/instances/tracehook_test/"
#define TH_ENTRY	TH_INSTANCE "events/tracehook/tracehook_entry/"
#define TH_EXIT		TH_INSTANCE "events/tracehook/tracehook_exit/"

/* Arguments that no real call has. */
#define TH_POISON(i)	(0xfeed0000UL + (i))
#define TH_POISON_ARGS	{ TH_POISON(1), TH_POISON(2), TH_POISON(3), \
			  TH_POISON(4), TH_POISON(5), TH_POISON(6) }

/* A number that no call has. */
#define TH_NR_UNKNOWN	12287
#define TH_NR_UNKNOWN_TEXT	"12287"

/* Memory shared with children, or NULL. */
static inline void *th_share(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Who sees what was stored in shared memory sees what was written before it too. */
#define th_load(x)	__atomic_load_n(&(x), __ATOMIC_ACQUIRE)
#define th_store(x, v)	__atomic_store_n(&(x), v, __ATOMIC_RELEASE)

/* Write a string to a file in one write().  Return: 0 or -errno. */
static inline int th_write_n(const char *path, const void *buf, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;
	int err;

	if (fd < 0)
		return -errno;
	n = write(fd, buf, len);
	err = n < 0 ? -errno : (size_t)n == len ? 0 : -EIO;
	close(fd);
	return err;
}

static inline int th_write(const char *path, const char *text)
{
	return th_write_n(path, text, strlen(text));
}

/* The same of a text as of printf() */
static inline int __printf(2, 3) th_writef(const char *path, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return th_write(path, text);
}

/* Read a whole small file.  Return: its length or -errno. */
static inline ssize_t th_read(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, buf + len, size - 1 - len)) > 0)
		len += n;
	if (n < 0)
		len = -errno;
	else
		buf[len] = '\0';
	close(fd);
	return len;
}

/* Who wants the machine armed, in the order of the status file. */
#define TH_TOGGLE_USER	1
#define TH_ENTRY_USER	2
#define TH_EXIT_USER	4

struct th_status {
	int armed;
	int users;	/* bits of the above */
	int threads;
	int marked;
};

/* Return: 0, or -EPROTO if the text is not exactly that of the status file. */
static inline int th_status_parse(const char *text, struct th_status *st)
{
	static const char * const names[] = { "toggle", "entry", "exit" };
	char users[64], again[256];
	int i, n;

	if (sscanf(text, "armed: %d\nusers: %63[a-z ]\nthreads: %d\nmarked: %d\n",
		   &st->armed, users, &st->threads, &st->marked) != 4)
		return -EPROTO;
	st->users = 0;
	n = snprintf(again, sizeof(again), "armed: %d\nusers:", st->armed);
	for (i = 0; i < (int)ARRAY_SIZE(names); i++) {
		if (!strstr(users, names[i]))
			continue;
		st->users |= 1 << i;
		n += snprintf(again + n, sizeof(again) - n, " %s", names[i]);
	}
	snprintf(again + n, sizeof(again) - n, "%s\nthreads: %d\nmarked: %d\n",
		 st->users ? "" : " none", st->threads, st->marked);
	return strcmp(text, again) ? -EPROTO : 0;
}

static inline int th_status(struct th_status *st)
{
	char buf[256];
	ssize_t n = th_read(TH_STATUS, buf, sizeof(buf));

	return n < 0 ? n : th_status_parse(buf, st);
}

/* Everything about the state in one number, so that a mismatch shows it all. */
#define TH_STATE(toggle, armed, users)	((toggle) * 100 + (armed) * 10 + (users))

/* Return: TH_STATE() or -errno; the toggle must read as exactly "0\n" or "1\n". */
static inline int th_state(void)
{
	struct th_status st;
	char buf[16];
	ssize_t n;
	int err;

	n = th_read(TH_ENABLE, buf, sizeof(buf));
	if (n < 0)
		return n;
	if (n != 2 || (buf[0] != '0' && buf[0] != '1') || buf[1] != '\n')
		return -EPROTO;
	err = th_status(&st);
	return err ?: TH_STATE(buf[0] - '0', st.armed, st.users);
}

/*
 * The rule for a FIXTURE_TEARDOWN(): it takes away what only a test that failed
 * leaves behind, whether it is there or not; it turns off what the tests turn on,
 * removes the instance, and expects that each of this works; and the last that it
 * expects is a machine that is as it was found:
 *
 *	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
 */

/* Value of "key: value" in a file, or -1. */
static inline long th_value(const char *path, const char *key)
{
	char buf[4096], *p;
	size_t len = strlen(key);

	if (th_read(path, buf, sizeof(buf)) < 0)
		return -1;
	for (p = buf; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (!strncmp(p, key, len) && p[len] == ':')
			return atol(p + len + 1);
	}
	return -1;
}

/* Skip if the feature is absent; everything after this must work. */
#define TH_REQUIRE()							\
	do {								\
		if (geteuid())						\
			SKIP(return, "needs root");			\
		if (access(TH_ENABLE, F_OK))				\
			SKIP(return, "needs CONFIG_TRACEHOOK, and debugfs mounted"); \
	} while (0)

#define TH_REQUIRE_PROBE()						\
	do {								\
		TH_REQUIRE();						\
		if (access(TH_ATTACH, F_OK))				\
			SKIP(return, "needs CONFIG_TRACEHOOK_TEST, and the module loaded"); \
	} while (0)

/*
 * A trace instance of one's own: its events are off and its buffer is empty.
 * Events are switched with th_write(TH_ENTRY "enable", "1"), filtered with
 * th_write(TH_ENTRY "filter", "common_pid == 17").
 */
static inline int th_instance_remove(void)
{
	return rmdir(TH_INSTANCE) && errno != ENOENT ? -errno : 0;
}

static inline int th_instance_create(void)
{
	int err = th_instance_remove();

	if (err)
		return err;
	return mkdir(TH_INSTANCE, 0700) ? -errno : 0;
}

/* Memory shared with children, a pipe and the instance.  Return: NULL if not. */
static inline void *th_setup(size_t size, int *pipefd, int flags)
{
	void *p = th_share(size);

	return p && !pipe2(pipefd, flags) && !th_instance_create() ? p : NULL;
}

struct th_event {
	bool		entry;
	pid_t		pid;
	int		nr;
	unsigned int	arch;
	unsigned long long id;
	unsigned long	args[6];
	long		ret;
};

/*
 * The thread of a line of the trace, or 0:
 * "   comm-with-dashes-17   [001] .....   1.234567: tracehook_exit: nr="
 */
static inline pid_t th_line_pid(const char *line)
{
	const char *p = strstr(line, " [");

	if (!p)
		return 0;
	while (p > line && p[-1] == ' ')
		p--;
	while (p > line && p[-1] != '-')
		p--;
	return atoi(p);
}

/* Parse one line of the trace.  Return: whether it is one of our events. */
static inline bool th_event_parse(const char *line, struct th_event *ev)
{
	static const char entry[] =
		"nr=%d arch=%x id=%llx arg0=%lx arg1=%lx arg2=%lx arg3=%lx arg4=%lx arg5=%lx";
	const char *p;

	p = strstr(line, ": tracehook_entry: ");
	ev->entry = p;
	if (!p)
		p = strstr(line, ": tracehook_exit: ");
	if (!p)
		return false;

	ev->pid = th_line_pid(line);
	p = strstr(p, "nr=");
	if (!p)
		return false;
	if (ev->entry)
		return sscanf(p, entry, &ev->nr, &ev->arch, &ev->id,
			      &ev->args[0], &ev->args[1], &ev->args[2],
			      &ev->args[3], &ev->args[4], &ev->args[5]) == 9;
	return sscanf(p, "nr=%d arch=%x id=%llx ret=%ld", &ev->nr, &ev->arch,
		      &ev->id, &ev->ret) == 4;
}

/* Stay on one processor, with the threads started from now on.  Return: 0 or -errno. */
static inline int th_pin(void)
{
	cpu_set_t set;
	int cpu;

	if (sched_getaffinity(0, sizeof(set), &set))
		return -errno;
	for (cpu = 0; !CPU_ISSET(cpu, &set); cpu++)
		;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

/* Whether there are histograms, CONFIG_HIST_TRIGGERS. */
static inline bool th_has_hist(void)
{
	return !access(TH_ENTRY "hist", F_OK);
}

/*
 * Copy the events of @pid (0: of all) from the buffer of an instance, oldest
 * first.  The events must be off, else this never ends: it reads of its reads.
 * Return: how many there are, which can be more than @max, or -errno.
 */
static inline int th_events_of(const char *instance, pid_t pid,
			       struct th_event *ev, int max)
{
	struct th_event one;
	char line[1024];
	int n = 0;
	FILE *f;

	snprintf(line, sizeof(line), "%strace", instance);
	f = fopen(line, "re");
	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		memset(&one, 0, sizeof(one));
		if (!th_event_parse(line, &one) || (pid && one.pid != pid))
			continue;
		if (n < max)
			ev[n] = one;
		n++;
	}
	fclose(f);
	return n;
}

static inline int th_events(pid_t pid, struct th_event *ev, int max)
{
	return th_events_of(TH_INSTANCE, pid, ev, max);
}

/* The first of the events from @i on of this kind and number, or NULL. */
static inline struct th_event *th_find(struct th_event *ev, int n, int i,
				       bool entry, long nr)
{
	for (; i < n; i++) {
		if (ev[i].entry == entry && ev[i].nr == nr)
			return &ev[i];
	}
	return NULL;
}

/* Not with truncate(), which does not come to the open() that does it. */
static inline int th_events_clear(void)
{
	int fd = open(TH_INSTANCE "trace", O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/* Events that the buffers had no room for, over all CPUs; must be 0. */
static inline long th_events_lost(void)
{
	char path[PATH_MAX];
	long lost = 0, v;
	int cpu;

	for (cpu = 0; ; cpu++) {
		snprintf(path, sizeof(path),
			 TH_INSTANCE "per_cpu/cpu%d/stats", cpu);
		v = th_value(path, "overrun");
		if (v < 0)
			break;
		lost += v + th_value(path, "dropped events");
	}
	return cpu ? lost : -1;
}

/* Both events on, and both off; exits that have an entry in the trace. */
static inline int th_trace_on(void)
{
	return th_write(TH_ENTRY "enable", "1") ?: th_write(TH_EXIT "enable", "1");
}

static inline int th_trace_off(void)
{
	return th_write(TH_EXIT "enable", "0") ?: th_write(TH_ENTRY "enable", "0");
}

static inline long th_syscall_poisoned(long nr)
{
	static const unsigned long args[6] = TH_POISON_ARGS;

	return th_syscall(nr, args);
}

/* Whether the machine has filters by seccomp. */
static inline bool th_has_filters(void)
{
	/* Strict mode alone does not know the request. */
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL) < 0 &&
	       errno == EFAULT;
}

/*
 * Poll for a condition, less and less often: where a call of this process takes long,
 * those that it waits for would not get on.  Return: 0 or -ETIMEDOUT.
 */
#define th_poll(condition) ({						\
	struct timespec __pause = { .tv_nsec = 500000 };		\
	int __halves = 20000 * TH_PATIENCE;	/* of a millisecond */	\
	bool __met;							\
									\
	while (!(__met = (condition)) && __halves > 0) {			\
		nanosleep(&__pause, NULL);				\
		__halves -= __pause.tv_nsec / 500000;			\
		if (__pause.tv_nsec < 16000000)				\
			__pause.tv_nsec *= 2;				\
	}								\
	__met ? 0 : -ETIMEDOUT;						\
})

/* The letter in /proc/<tid>/stat, or 0. */
static inline char th_task_state(pid_t tid)
{
	char path[64], buf[512], *p;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	n = th_read(path, buf, sizeof(buf));
	p = n > 0 ? strrchr(buf, ')') : NULL;
	return p && p[1] == ' ' ? p[2] : 0;
}

/*
 * Whether a thread sleeps in the call @nr, that is, has passed the entry.  A stop for
 * a tracer at the entry is not a sleep: hence the state, and in this order.
 */
static inline bool th_blocked(pid_t tid, long nr)
{
	char path[64], buf[256];
	long seen;

	snprintf(path, sizeof(path), "/proc/%d/syscall", tid);
	return th_read(path, buf, sizeof(buf)) > 0 &&
	       sscanf(buf, "%ld 0x", &seen) == 1 && seen == nr &&
	       th_task_state(tid) == 'S';
}

/* Wait for it.  Return: 0 or -ETIMEDOUT. */
static inline int th_wait_blocked(pid_t tid, long nr)
{
	return th_poll(th_blocked(tid, nr));
}

/* fork() a child that does not outlive its parent. */
static inline pid_t th_fork(void)
{
	pid_t parent = getpid(), pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(127);
	}
	return pid;
}

/* Reap a child.  Return: its exit code, or 128 + the signal that killed it. */
static inline int th_reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, __WALL) != pid) {
		if (errno != EINTR)
			return -1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#ifdef TH_COMPAT
/* Return: NULL if the kernel runs the program, or why not. */
static inline const char *th_compat_lacks(const struct th_compat *c)
{
	pid_t pid;
	int code;

	if (access(c->program, X_OK))
		return "not in the working directory";
	pid = th_fork();
	if (!pid) {
		execl(c->program, c->program, NULL);
		_exit(errno == ENOEXEC ? 126 : 125);
	}
	code = th_reap(pid);
	return code == 126 ? "the kernel does not run such programs" : NULL;
}
#endif

#ifdef __x86_64__
/* Whether int $0x80 is a 32-bit call: it ends the process, or is a native one. */
static inline bool th_has_int80(void)
{
	unsigned long args[6] = {};
	pid_t pid = th_fork();

	if (!pid)
		_exit(th_int80(NR32_GETPID, args) != getpid());
	return !th_reap(pid);
}
#endif

#endif /* SELFTEST_TRACEHOOK_H */
