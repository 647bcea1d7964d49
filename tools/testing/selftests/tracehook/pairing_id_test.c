// SPDX-License-Identifier: GPL-2.0
/*
 * Readers who do not see everything pair entries and exits by their id.
 *
 *  late.pair		a reader that comes to see a thread in the middle of a call:
 *			its exit has an id that the reader has not seen, and the
 *			next calls are pairs
 *  ids.perf_enabled	the same with perf, whose events are opened disabled, as
 *			the first and only reader
 *  ids.overrun		the buffer has lost the entry
 *  ids.second_reader	one that comes later sees the ids that the first one sees
 *  ids.reused_tid	no two calls have one id, if their threads had one
 *  ids.many_calls		nor if a thread makes more calls than it takes ids for
 *  ids.execve		by a thread that takes over the id of a leader, whose last
 *			call has no exit
 *  ids.pid_namespace	perf says 0 of all threads outside of the reader's namespace
 *
 * What proves a pair is lseek(): it returns what it is asked for.
 */
#include <pthread.h>
#include <sched.h>

#include "perf.h"

#define OTHER_INSTANCE	"/sys/kernel/tracing/instances/tracehook_other/"
#define OTHER_ENTRY	OTHER_INSTANCE "events/tracehook/tracehook_entry/"
#define OTHER_EXIT	OTHER_INSTANCE "events/tracehook/tracehook_exit/"
#define LAST_PID	"/proc/sys/kernel/ns_last_pid"

/* Exit code of this program after it was executed by itself. */
#define CODE_EXECED	17

/* So many calls of lseek() a child makes after the one that it sleeps in. */
#define AFTER		3

#define MAX_EVENTS	65536

enum { START, IDLE, CALL, CALLED, NEXT };

static struct shared {
	int	state;
	pid_t	tid;
} *shared;

static int pipefd[2];

/* Return: 0 or -ETIMEDOUT. */
static int wait_state(int value)
{
	return th_poll(th_load(shared->state) == value);
}

static int open_seekable(void)
{
	return open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
}

static void on_signal(int sig)
{
}

static long call_read(void)
{
	char c;

	return syscall(__NR_read, pipefd[0], &c, 1);
}

static long call_nanosleep(void)
{
	const struct timespec long_time = { .tv_sec = 1000 };

	return syscall(__NR_nanosleep, &long_time, NULL);
}

/* It waits without a system call, and makes none but those asked for. */
static void child_main(long (*call)(void))
{
	int fd = open_seekable(), i;

	signal(SIGUSR1, on_signal);
	th_store(shared->state, IDLE);
	while (th_load(shared->state) != CALL)
		;
	call();
	th_store(shared->state, CALLED);
	while (th_load(shared->state) != NEXT)
		;
	for (i = 1; i <= AFTER; i++)
		syscall(__NR_lseek, fd, i * 1000, SEEK_SET);
	_exit(fd < 0);
}

static pid_t child_start(long (*call)(void))
{
	pid_t pid;

	th_store(shared->state, START);
	pid = th_fork();
	if (!pid)
		child_main(call);
	return pid > 0 && !wait_state(IDLE) ? pid : -1;
}

static int child_call(pid_t pid, long nr)
{
	th_store(shared->state, CALL);
	return th_wait_blocked(pid, nr);
}

/* Its call returns. */
static int child_wake(pid_t pid, long nr)
{
	if (nr == __NR_read ? write(pipefd[1], "x", 1) != 1 : kill(pid, SIGUSR1))
		return -errno;
	return wait_state(CALLED);
}

static int child_end(pid_t pid)
{
	th_store(shared->state, NEXT);
	return th_reap(pid);
}

/*
 * What a reader makes of its events.
 */
struct verdict {
	int		pairs;
	int		alone;		/* exits without their entries */
	int		open;		/* entries without their exits */
	int		proved;		/* pairs of lseek() */
	const char	*bad;
};

static int by_id(const void *pa, const void *pb)
{
	const struct th_event *a = pa, *b = pb;

	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return b->entry - a->entry;
}

static const char *judge_pair(const struct th_event *entry,
			      const struct th_event *exit, struct verdict *v)
{
	if (entry->nr != exit->nr || entry->arch != exit->arch)
		return "the exit is of another call";
	if (entry->nr == __NR_lseek && entry->arch == TH_ARCH && exit->ret >= 0) {
		if (exit->ret != (long)entry->args[1])
			return "the result is that of another call";
		v->proved++;
	}
	v->pairs++;
	return NULL;
}

/* Sorts the events. */
static struct verdict judge(struct th_event *ev, int n)
{
	struct verdict v = {};
	int i;

	qsort(ev, n, sizeof(*ev), by_id);
	for (i = 0; i < n && !v.bad; i++) {
		if (!ev[i].id)
			v.bad = "no id";
		else if (i && ev[i].id == ev[i - 1].id &&
			 ev[i].entry == ev[i - 1].entry)
			v.bad = "two calls with one id";
		else if (!ev[i].entry)
			v.alone++;
		else if (i + 1 == n || ev[i + 1].id != ev[i].id)
			v.open++;
		else if (ev[i + 1].entry)
			v.bad = "two calls with one id";
		else
			v.bad = judge_pair(&ev[i], &ev[i + 1], &v), i++;
	}
	return v;
}

static void expect_good(struct __test_metadata *_metadata,
			const struct verdict *v)
{
	EXPECT_EQ(NULL, v->bad)
		TH_LOG("%s", v->bad);
}

/*
 * late: one thread, in ftrace
 */
FIXTURE(late) {
	struct th_event ev[256];
	int n;
};

FIXTURE_VARIANT(late) {
	/* Called before the child makes a call, and when it sleeps in it */
	int (*set)(pid_t child, bool asleep);
	/* Turns the events on itself, when the child sleeps. */
	bool late_events;
};

static int set_tracing(pid_t child, bool asleep)
{
	return th_write(TH_INSTANCE "tracing_on", asleep ? "1" : "0");
}

FIXTURE_VARIANT_ADD(late, tracing_on) {
	.set = set_tracing,
};

static int filter_read(pid_t child, bool asleep)
{
	return asleep ? 0 : th_writef(TH_ENTRY "filter", "nr != %d", __NR_read);
}

FIXTURE_VARIANT_ADD(late, entry_filtered) {
	.set = filter_read,
};

static int filter_all(pid_t child, bool asleep)
{
	return th_write(TH_ENTRY "filter", asleep ? "0" : "nr == -2");
}

FIXTURE_VARIANT_ADD(late, entry_filter_removed) {
	.set = filter_all,
};

static int set_event_pid(pid_t child, bool asleep)
{
	return th_writef(TH_INSTANCE "set_event_pid", "%d",
			 asleep ? child : getpid());
}

FIXTURE_VARIANT_ADD(late, set_event_pid) {
	.set = set_event_pid,
};

/* Each event enables the other one, when this process makes a certain call. */
#define TRIGGER(event) \
	"enable_event:tracehook:tracehook_" event " if nr == " TH_NR_UNKNOWN_TEXT

static int put_triggers(const char *exit, const char *entry)
{
	return th_write(TH_ENTRY "trigger", exit) ?:
	       th_write(TH_EXIT "trigger", entry);
}

static int trigger(pid_t child, bool asleep)
{
	if (!asleep)
		return put_triggers(TRIGGER("exit"), TRIGGER("entry"));
	th_syscall_poisoned(TH_NR_UNKNOWN);
	return 0;
}

FIXTURE_VARIANT_ADD(late, enabled_by_trigger) {
	.set = trigger, .late_events = true,
};

static int trigger_and_enable(pid_t child, bool asleep)
{
	int err = trigger(child, asleep);

	if (err || !asleep)
		return err;
	/* The triggers leave the events as they found them: off. */
	return put_triggers("!" TRIGGER("exit"), "!" TRIGGER("entry")) ?:
	       th_trace_on();
}

FIXTURE_VARIANT_ADD(late, enabled_by_trigger_and_by_hand) {
	.set = trigger_and_enable, .late_events = true,
};

static int other_remove(void)
{
	return rmdir(OTHER_INSTANCE) && errno != ENOENT ? -errno : 0;
}

static int other_create(void)
{
	return other_remove() ?: mkdir(OTHER_INSTANCE, 0700) ? -errno : 0;
}

static int other_switch(const char *on)
{
	return th_write(OTHER_ENTRY "enable", on) ?: th_write(OTHER_EXIT "enable", on);
}

FIXTURE_SETUP(late)
{
	TH_REQUIRE();
	shared = th_setup(sizeof(*shared), pipefd, O_CLOEXEC);
	ASSERT_NE(NULL, shared);
}

FIXTURE_TEARDOWN(late)
{
	th_write(TH_ENTRY "trigger", "!" TRIGGER("exit"));
	th_write(TH_EXIT "trigger", "!" TRIGGER("entry"));
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/* The exit of @nr alone, and AFTER pairs; open is that of the exit_group(). */
static void check_late(struct __test_metadata *_metadata, struct th_event *ev,
		       int n, long nr)
{
	struct verdict v = judge(ev, n);
	struct th_event *exit;

	expect_good(_metadata, &v);
	EXPECT_EQ(AFTER, v.proved);
	EXPECT_EQ(1, v.alone);
	EXPECT_EQ(1, v.open);
	EXPECT_EQ(NULL, th_find(ev, n, 0, true, nr));
	exit = th_find(ev, n, 0, false, nr);
	ASSERT_NE(NULL, exit);
	/* The first call, so it has the first id. */
	EXPECT_EQ(ev, exit);
}

TEST_F(late, pair)
{
	pid_t pid = child_start(call_read);

	ASSERT_LT(0, pid);
	ASSERT_EQ(0, variant->set(pid, false));
	if (!variant->late_events)
		ASSERT_EQ(0, th_trace_on());
	ASSERT_EQ(0, child_call(pid, __NR_read));
	ASSERT_EQ(0, variant->set(pid, true));
	ASSERT_EQ(0, child_wake(pid, __NR_read));
	ASSERT_EQ(0, child_end(pid));
	ASSERT_EQ(0, th_write(TH_INSTANCE "tracing_on", "0"));
	ASSERT_EQ(0, th_events_lost());

	self->n = th_events(pid, self->ev, ARRAY_SIZE(self->ev));
	ASSERT_GE((int)ARRAY_SIZE(self->ev), self->n);
	check_late(_metadata, self->ev, self->n, __NR_read);
}

/*
 * ids
 */
FIXTURE(ids) {
	struct th_event *ev, *other;
	int n;
};

FIXTURE_SETUP(ids)
{
	TH_REQUIRE();
	self->ev = calloc(MAX_EVENTS, sizeof(*self->ev));
	self->other = calloc(MAX_EVENTS, sizeof(*self->other));
	ASSERT_NE(NULL, self->ev);
	ASSERT_NE(NULL, self->other);
	shared = th_setup(sizeof(*shared), pipefd, O_CLOEXEC);
	ASSERT_NE(NULL, shared);
}

FIXTURE_TEARDOWN(ids)
{
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(0, other_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

TEST_F(ids, perf_enabled)
{
	static const struct {
		long nr;
		long (*call)(void);
	} calls[] = {
		{ __NR_read, call_read }, { __NR_nanosleep, call_nanosleep },
	};
	struct perf_ring ring;
	struct th_event *exit;
	struct verdict v;
	size_t i;
	pid_t pid;

	if (!perf_is_there())
		SKIP(return, "needs CONFIG_PERF_EVENTS");

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		pid = child_start(calls[i].call);
		ASSERT_LT(0, pid);
		ASSERT_EQ(0, perf_open(&ring, pid, -1));
		EXPECT_EQ(TH_STATE(0, 1, TH_ENTRY_USER | TH_EXIT_USER), th_state());
		ASSERT_EQ(0, child_call(pid, calls[i].nr));
		ASSERT_EQ(0, perf_switch(&ring, true));
		ASSERT_EQ(0, child_wake(pid, calls[i].nr));
		ASSERT_EQ(0, child_end(pid));
		self->n = perf_events(&ring, self->ev, 0, MAX_EVENTS);
		ASSERT_LT(0, self->n);
		perf_close(&ring);

		/* A signal handler returns by another call. */
		v = judge(self->ev, self->n);
		expect_good(_metadata, &v);
		EXPECT_EQ(AFTER, v.proved);
		EXPECT_EQ(1, v.alone);
		EXPECT_EQ(1, v.open);
		EXPECT_EQ(NULL, th_find(self->ev, self->n, 0, true, calls[i].nr));
		exit = th_find(self->ev, self->n, 0, false, calls[i].nr);
		ASSERT_NE(NULL, exit);
		EXPECT_EQ(self->ev, exit);
	}
}

static void make_calls(int n, int base)
{
	int fd = open_seekable(), i;

	for (i = 0; i < n; i++)
		syscall(__NR_lseek, fd, base + i, SEEK_SET);
	_exit(fd < 0);
}

/* Each processor has a buffer of its own, so all are on one. */
TEST_F(ids, overrun)
{
	struct th_event *first, *second;
	struct verdict v;
	pid_t pid, loud;
	int n;

	ASSERT_EQ(0, th_pin());
	pid = child_start(call_read);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, th_write(TH_INSTANCE "buffer_size_kb", "1"));
	ASSERT_EQ(0, other_create());
	ASSERT_EQ(0, th_write(OTHER_INSTANCE "buffer_size_kb", "4096"));
	ASSERT_EQ(0, other_switch("1"));
	ASSERT_EQ(0, th_trace_on());
	ASSERT_EQ(0, child_call(pid, __NR_read));
	loud = th_fork();
	if (!loud)
		make_calls(4000, 10000);
	ASSERT_EQ(0, th_reap(loud));
	ASSERT_EQ(0, child_wake(pid, __NR_read));
	ASSERT_EQ(0, child_end(pid));
	ASSERT_EQ(0, th_write(TH_INSTANCE "tracing_on", "0"));
	ASSERT_EQ(0, th_write(OTHER_INSTANCE "tracing_on", "0"));
	EXPECT_LT(0, th_events_lost());
	ASSERT_EQ(0, th_trace_off());
	ASSERT_EQ(0, other_switch("0"));

	/* The reader of the small buffer */
	self->n = th_events(0, self->ev, MAX_EVENTS);
	ASSERT_GE(MAX_EVENTS, self->n);
	v = judge(self->ev, self->n);
	expect_good(_metadata, &v);
	EXPECT_LE(1, v.alone);
	EXPECT_LE(AFTER, v.proved);
	EXPECT_EQ(NULL, th_find(self->ev, self->n, 0, true, __NR_read));
	first = th_find(self->ev, self->n, 0, false, __NR_read);
	ASSERT_NE(NULL, first);
	EXPECT_EQ(pid, first->pid);

	/* Another one, who has the entry of each */
	n = th_events_of(OTHER_INSTANCE, 0, self->other, MAX_EVENTS);
	ASSERT_GE(MAX_EVENTS, n);
	v = judge(self->other, n);
	expect_good(_metadata, &v);
	EXPECT_LE(4000 + AFTER, v.proved);
	for (first = self->ev; first < self->ev + self->n; first++) {
		second = bsearch(first, self->other, n, sizeof(*first), by_id);
		ASSERT_NE(NULL, second)
			TH_LOG("id %llx", first->id);
		EXPECT_EQ(first->nr, second->nr);
		EXPECT_EQ(first->pid, second->pid);
		EXPECT_EQ(first->ret, second->ret);
	}
}

TEST_F(ids, second_reader)
{
	struct th_event *first, *second;
	struct verdict v;
	pid_t pid;
	int n, i;

	pid = child_start(call_read);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, other_create());
	ASSERT_EQ(0, other_switch("1"));
	ASSERT_EQ(0, child_call(pid, __NR_read));
	ASSERT_EQ(0, th_trace_on());
	ASSERT_EQ(0, child_wake(pid, __NR_read));
	ASSERT_EQ(0, child_end(pid));
	ASSERT_EQ(0, th_trace_off());
	ASSERT_EQ(0, other_switch("0"));
	ASSERT_EQ(0, th_events_lost());

	self->n = th_events(pid, self->ev, MAX_EVENTS);
	ASSERT_GE(MAX_EVENTS, self->n);
	check_late(_metadata, self->ev, self->n, __NR_read);

	n = th_events_of(OTHER_INSTANCE, pid, self->other, MAX_EVENTS);
	ASSERT_EQ(self->n + 1, n);
	v = judge(self->other, n);
	expect_good(_metadata, &v);
	EXPECT_EQ(AFTER, v.proved);
	EXPECT_EQ(0, v.alone);
	/* The entry of the read() comes first, and then all is the same. */
	for (i = 0; i < self->n; i++) {
		first = &self->other[i + 1];
		second = &self->ev[i];
		EXPECT_EQ(first->id, second->id);
		EXPECT_EQ(first->nr, second->nr);
		EXPECT_EQ(first->entry, second->entry);
	}
}

/*
 * Fork until the child has this id, which is free.  Others may fork meanwhile.
 * Return: the child, 0 in it, or -errno.
 */
static pid_t fork_as(pid_t tid)
{
	int i, err;
	pid_t pid;

	for (i = 0; i < 1000; i++) {
		err = th_writef(LAST_PID, "%d", tid - 1);
		if (err)
			return err;
		pid = th_raw_fork();
		if (pid < 0)
			return -errno;
		if (!pid) {
			if (syscall(__NR_getpid) == tid)
				return 0;
			syscall(__NR_exit_group, 0);
		}
		if (pid == tid)
			return pid;
		th_reap(pid);
	}
	return -EAGAIN;
}

TEST_F(ids, reused_tid)
{
	const int rounds = 20, calls = 50;
	struct verdict v;
	int i, seen = 0;
	pid_t tid, pid;

	if (access(LAST_PID, W_OK))
		SKIP(return, "needs CONFIG_CHECKPOINT_RESTORE");
	ASSERT_EQ(0, th_write(TH_INSTANCE "buffer_size_kb", "4096"));
	tid = th_fork();
	if (!tid)
		_exit(0);
	ASSERT_EQ(0, th_reap(tid));

	ASSERT_EQ(0, th_trace_on());
	for (i = 0; i < rounds; i++) {
		pid = fork_as(tid);
		if (!pid)
			make_calls(calls, i * calls);
		ASSERT_EQ(tid, pid);
		ASSERT_EQ(0, th_reap(pid));
	}
	ASSERT_EQ(0, th_trace_off());
	ASSERT_EQ(0, th_events_lost());

	self->n = th_events(0, self->ev, MAX_EVENTS);
	ASSERT_GE(MAX_EVENTS, self->n);
	for (i = 0; i < self->n; i++)
		seen += self->ev[i].pid == tid && self->ev[i].nr == __NR_lseek;
	EXPECT_EQ(2 * rounds * calls, seen);
	v = judge(self->ev, self->n);
	expect_good(_metadata, &v);
	/* Others may seek as well. */
	EXPECT_LE(rounds * calls, v.proved);
}

/* A thread takes 65536 ids at once. */
#define BLOCK		65536UL

static void make_many_calls(unsigned long n, int ready, int go)
{
	unsigned long args[6] = {}, i;
	char c;

	/* The first reported call takes the ids. */
	args[5] = TH_POISON(0);
	th_syscall(TH_NR_UNKNOWN, args);
	if (write(ready, "x", 1) != 1 || read(go, &c, 1))
		_exit(1);
	for (i = 0; i < n; i++) {
		args[5] = i;
		th_syscall(TH_NR_UNKNOWN, args);
	}
	_exit(0);
}

/*
 * Several threads with blocks side by side.  The first one comes to the end of its
 * block, where it must take neither the next one's ids nor its own again.  Recorded
 * are the calls at either end.
 */
TEST_F(ids, many_calls)
{
	int ready[2], go[2], i;
	struct verdict v;
	pid_t pid[3];
	char c;

	ASSERT_EQ(0, pipe(ready));
	ASSERT_EQ(0, pipe(go));
	ASSERT_EQ(0, th_writef(TH_ENTRY "filter",
			       "nr == %d && (arg5 < 100 || arg5 > %lu)",
			       TH_NR_UNKNOWN, BLOCK - 100));
	ASSERT_EQ(0, th_write(TH_ENTRY "enable", "1"));
	for (i = 0; i < (int)ARRAY_SIZE(pid); i++) {
		pid[i] = th_fork();
		if (!pid[i]) {
			close(go[1]);
			make_many_calls(i ? 100 : BLOCK + 100, ready[1], go[0]);
		}
		ASSERT_LT(0, pid[i]);
		ASSERT_EQ(1, read(ready[0], &c, 1));
	}
	close(go[1]);
	for (i = 0; i < (int)ARRAY_SIZE(pid); i++)
		ASSERT_EQ(0, th_reap(pid[i]));
	ASSERT_EQ(0, th_write(TH_ENTRY "enable", "0"));
	ASSERT_EQ(0, th_events_lost());

	self->n = th_events(0, self->ev, MAX_EVENTS);
	ASSERT_GE(MAX_EVENTS, self->n);
	v = judge(self->ev, self->n);
	expect_good(_metadata, &v);
	/* Of each the first one and 100 at the beginning, of one 199 around the end */
	EXPECT_EQ((int)ARRAY_SIZE(pid) * (1 + 100) + 199, v.open);
}

/*
 * execve() from a thread
 */
static bool leader_exits;

static void *exec_thread(void *unused)
{
	shared->tid = syscall(__NR_gettid);
	if (leader_exits ? th_poll(th_task_state(getpid()) == 'Z') :
			   th_wait_blocked(getpid(), __NR_read))
		_exit(1);
	execl("/proc/thread-self/exe", "pairing_id_test", "execed", NULL);
	_exit(2);
}

static void exec_from_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, exec_thread, NULL))
		_exit(3);
	if (leader_exits)
		syscall(__NR_exit, 0);
	call_read();
	_exit(4);
}

TEST_F(ids, execve)
{
	struct th_event *entry, *exit, *last;
	struct verdict v;
	pid_t pid;
	int i;

	for (i = 0; i < 2; i++) {
		leader_exits = i;
		ASSERT_EQ(0, th_instance_create());
		/* Either the leader's last exit is not recorded, or there is none. */
		if (!leader_exits)
			ASSERT_EQ(0, th_writef(TH_EXIT "filter", "nr != %d",
					       __NR_read));
		ASSERT_EQ(0, th_trace_on());
		pid = th_fork();
		if (!pid)
			exec_from_thread();
		ASSERT_EQ(CODE_EXECED, th_reap(pid));
		ASSERT_EQ(0, th_trace_off());
		ASSERT_EQ(0, th_events_lost());

		/* By thread, the leader is in one call and comes out of another. */
		self->n = th_events(pid, self->ev, MAX_EVENTS);
		exit = th_find(self->ev, self->n, 0, false, __NR_execve);
		ASSERT_NE(NULL, exit);
		ASSERT_LT(self->ev, exit);
		last = exit - 1;
		EXPECT_TRUE(last->entry);
		EXPECT_EQ(leader_exits ? __NR_exit : __NR_read, last->nr);
		EXPECT_NE(last->id, exit->id);

		self->other[0] = *exit;
		self->n = th_events(0, self->ev, MAX_EVENTS);
		ASSERT_GE(MAX_EVENTS, self->n);
		v = judge(self->ev, self->n);
		expect_good(_metadata, &v);
		self->other[0].entry = true;
		entry = bsearch(self->other, self->ev, self->n, sizeof(*entry),
				by_id);
		ASSERT_NE(NULL, entry);
		EXPECT_EQ(__NR_execve, entry->nr);
		EXPECT_EQ(shared->tid, entry->pid);
		EXPECT_NE(pid, entry->pid);
	}
}

/*
 * A reader in a pid namespace.  Threads outside are all one to it.
 */
#define OUTSIDE		4
#define CALLS		300

/* Without the harness: its process is not the first of the namespace. */
static int read_in_namespace(struct th_event *ev, int ready, int go)
{
	int cpus = sysconf(_SC_NPROCESSORS_CONF), cpu, err, n = 0, i, zero = 0;
	struct perf_ring *rings = calloc(cpus, sizeof(*rings));
	struct verdict v;
	pid_t inside;
	char c;

	if (!rings)
		return 10;
	for (cpu = 0; cpu < cpus; cpu++) {
		err = perf_open(&rings[cpu], -1, cpu);
		/* A processor that is not there */
		if (err == -ENODEV)
			rings[cpu].map = NULL;
		else if (err || perf_switch(&rings[cpu], true))
			return 11;
	}
	inside = fork();
	if (!inside)
		make_calls(CALLS, 100000);
	if (th_reap(inside) || write(ready, "x", 1) != 1 || read(go, &c, 1) != 1)
		return 12;
	for (cpu = 0; cpu < cpus; cpu++) {
		if (rings[cpu].map && perf_switch(&rings[cpu], false))
			return 13;
	}
	for (cpu = 0; cpu < cpus && n >= 0; cpu++) {
		if (rings[cpu].map)
			n = perf_events(&rings[cpu], ev, n, MAX_EVENTS);
	}
	if (n < 0)
		return 14;
	for (i = 0; i < n; i++)
		zero += !ev[i].pid && ev[i].nr == __NR_lseek;
	v = judge(ev, n);
	if (v.bad)
		ksft_print_msg("%s\n", v.bad);
	if (v.bad)
		return 15;
	/* Others may seek as well. */
	if (v.proved < (OUTSIDE + 1) * CALLS)
		return 16;
	return zero >= 2 * OUTSIDE * CALLS ? 0 : 17;
}

TEST_F(ids, pid_namespace)
{
	int ready[2], go[2], i;
	pid_t reader, pid[OUTSIDE];
	char c;

	if (!perf_is_there())
		SKIP(return, "needs CONFIG_PERF_EVENTS");
	if (access("/proc/self/ns/pid", F_OK))
		SKIP(return, "needs CONFIG_PID_NS");
	ASSERT_EQ(0, pipe(ready));
	ASSERT_EQ(0, pipe(go));
	reader = th_fork();
	if (!reader) {
		if (unshare(CLONE_NEWPID))
			_exit(18);
		reader = fork();
		if (!reader)
			_exit(read_in_namespace(self->ev, ready[1], go[0]));
		_exit(th_reap(reader));
	}
	close(ready[1]);
	/* If the reader is gone, it says why. */
	if (read(ready[0], &c, 1) == 1) {
		for (i = 0; i < OUTSIDE; i++) {
			pid[i] = th_fork();
			if (!pid[i])
				make_calls(CALLS, i * CALLS);
		}
		for (i = 0; i < OUTSIDE; i++)
			EXPECT_EQ(0, th_reap(pid[i]));
		ASSERT_EQ(1, write(go[1], "x", 1));
	}
	EXPECT_EQ(0, th_reap(reader));
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "execed"))
		return CODE_EXECED;
	return test_harness_run(argc, argv);
}
