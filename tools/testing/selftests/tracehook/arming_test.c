// SPDX-License-Identifier: GPL-2.0
/*
 * Every thread of an armed machine is marked, however it came to be.
 *
 * - kind.*.existing: a thread of each kind, there before arming, is marked, and
 *   its next call is in the trace
 * - kind.*.newcomer: the same, started on an armed machine
 * - arming.storm: whoever is started while the machine is being armed is marked
 *
 * workers_test tells who is not, and disarm_test how the marks get lost.
 */
#include <pthread.h>
#include <sched.h>

#include "parked.h"

#define CORE_PATTERN	"/proc/sys/kernel/core_pattern"

/*
 * The kinds.  Each starter runs in a child process of its own, the host, and
 * gets a parked thread going there or from there.
 */
static char stack[65536];

static int parked_fn(void *p)
{
	parked_main(p);
}

static void *parked_thread(void *p)
{
	parked_main(p);
}

static void start_process(struct parked *p)
{
	parked_main(p);
}

static void start_pause(struct parked *p)
{
	p->park = PARK_PAUSE;
	parked_main(p);
}

static void start_spin(struct parked *p)
{
	p->park = PARK_SPIN;
	parked_main(p);
}

static void start_thread(struct parked *p)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, parked_thread, p))
		_exit(1);
}

/* The host sleeps in the kernel until the child is gone. */
static void start_vfork(struct parked *p)
{
	if (!vfork())
		parked_main(p);
}

static void start_clone_vm(struct parked *p)
{
	clone(parked_fn, th_stack(stack, sizeof(stack)), CLONE_VM | SIGCHLD, p);
}

static void start_clone_thread(struct parked *p)
{
	clone(parked_fn, th_stack(stack, sizeof(stack)), CLONE_VM | CLONE_FS |
	      CLONE_FILES | CLONE_SIGHAND | CLONE_SYSVSEM | CLONE_THREAD, p);
}

/* What becomes of this program as "parked PID FD": see main(). */
static int parked_exec_fd;

static void *exec_thread(void *unused)
{
	char pid[16], fd[16];

	snprintf(pid, sizeof(pid), "%d", getppid());
	snprintf(fd, sizeof(fd), "%d", parked_exec_fd);
	execl("/proc/self/exe", "arming_test", "parked", pid, fd, NULL);
	_exit(1);
}

static void start_exec_from_thread(struct parked *p)
{
	pthread_t thread;

	pthread_create(&thread, NULL, exec_thread, NULL);
}

/* core_pattern has been set such that the kernel starts the helper. */
static void start_usermode_helper(struct parked *p)
{
	abort();
}

static int parked_exec_main(char **argv)
{
	struct parked *p;
	char path[64];
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(path, sizeof(path), "/proc/%s/fd/%s", argv[2], argv[3]);
	fd = open(path, O_RDWR);
	p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd < 0 || p == MAP_FAILED)
		return 1;
	snprintf(path, sizeof(path), "/proc/%s/fd/%d", argv[2], p->fd[0]);
	fd = open(path, O_RDONLY);
	if (fd < 0 || dup2(fd, p->fd[0]) < 0)
		return 1;
	parked_main(p);
}

FIXTURE(kind)
{
	struct parked *p;
	char core_pattern[256];
	pid_t host;
};

FIXTURE_VARIANT(kind)
{
	void (*start)(struct parked *p);
	/* How many there are then; 0 if that is not certain. */
	int threads;
};

FIXTURE_VARIANT_ADD(kind, process) { start_process, 1 };
FIXTURE_VARIANT_ADD(kind, pause) { start_pause, 1 };
FIXTURE_VARIANT_ADD(kind, spin) { start_spin, 1 };
FIXTURE_VARIANT_ADD(kind, thread) { start_thread, 2 };
FIXTURE_VARIANT_ADD(kind, vfork) { start_vfork, 2 };
FIXTURE_VARIANT_ADD(kind, clone_vm) { start_clone_vm, 2 };
FIXTURE_VARIANT_ADD(kind, clone_thread) { start_clone_thread, 2 };
FIXTURE_VARIANT_ADD(kind, exec_from_thread) { start_exec_from_thread, 1 };
/* Whether the dumping process is still there depends on its size. */
FIXTURE_VARIANT_ADD(kind, usermode_helper) { start_usermode_helper, 0 };

FIXTURE_SETUP(kind)
{
	TH_REQUIRE();
	if (variant->start == start_usermode_helper &&
	    access(CORE_PATTERN, W_OK))
		SKIP(return, "needs CONFIG_COREDUMP");
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	ASSERT_EQ(0, th_instance_create());
	/* Nobody may be left waiting to be reaped by somebody else. */
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));

	parked_exec_fd = memfd_create("parked", MFD_CLOEXEC);
	ASSERT_LE(0, parked_exec_fd);
	ASSERT_EQ(0, ftruncate(parked_exec_fd, sizeof(*self->p)));
	self->p = parked_alloc(1, parked_exec_fd);
	ASSERT_NE(NULL, self->p);

	if (variant->start == start_usermode_helper) {
		ASSERT_LT(0, th_read(CORE_PATTERN, self->core_pattern,
				     sizeof(self->core_pattern)));
		ASSERT_EQ(0, th_writef(CORE_PATTERN,
				       "|/proc/%d/exe parked %d %d", getpid(),
				       getpid(), parked_exec_fd));
	}
}

FIXTURE_TEARDOWN_PARENT(kind)
{
	if (self->core_pattern[0])
		EXPECT_EQ(0, th_write(CORE_PATTERN, self->core_pattern));
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

static pid_t start(struct __test_metadata *_metadata, struct parked *p,
		   void (*starter)(struct parked *p))
{
	pid_t host;

	signal(SIGUSR1, parked_ignore);
	host = th_fork();
	ASSERT_LE(0, host);
	if (!host) {
		starter(p);
		for (;;)
			pause();
	}
	ASSERT_EQ(0, parked_wait(p));
	return host;
}

/* Its call, and nobody else's, is in the trace, entry and exit. */
static void check_traced(struct __test_metadata *_metadata, struct parked *p)
{
	struct th_event ev[2];
	int i;

	ASSERT_EQ(0, th_writef(TH_ENTRY "filter", "nr == %d", SYS_getppid));
	ASSERT_EQ(0, th_writef(TH_EXIT "filter", "nr == %d", SYS_getppid));
	ASSERT_EQ(0, th_trace_on());
	ASSERT_EQ(0, parked_wake(p));
	ASSERT_EQ(0, parked_call(p));
	ASSERT_EQ(0, th_trace_off());

	ASSERT_EQ(2, th_events(p->tid, ev, ARRAY_SIZE(ev)));
	EXPECT_EQ(true, ev[0].entry);
	EXPECT_EQ(SYS_getppid, ev[0].nr);
	for (i = 0; i < 6; i++)
		EXPECT_EQ(TH_POISON(i), ev[0].args[i]);
	EXPECT_EQ(false, ev[1].entry);
	EXPECT_EQ(SYS_getppid, ev[1].nr);
}

/* Kill all that the host has started, wherever it is now. */
static void stop(struct __test_metadata *_metadata, struct parked *p, pid_t host)
{
	pid_t child;

	ASSERT_EQ(0, kill(host, SIGKILL));
	kill(p->tid, SIGKILL);
	do {
		child = waitpid(-1, NULL, __WALL);
	} while (child > 0 || errno == EINTR);
	ASSERT_EQ(ECHILD, errno);
	ASSERT_EQ(0, th_poll(kill(p->tid, 0)));
}

TEST_F(kind, existing)
{
	struct th_status before, st;

	ASSERT_EQ(0, th_status(&before));
	self->host = start(_metadata, self->p, variant->start);
	ASSERT_EQ(0, th_status(&st));
	EXPECT_EQ(0, st.armed);
	if (variant->threads)
		EXPECT_EQ(before.threads + variant->threads, st.threads);

	ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	th_check_armed(_metadata);
	check_traced(_metadata, self->p);
	th_check_armed(_metadata);
	stop(_metadata, self->p, self->host);
}

TEST_F(kind, newcomer)
{
	struct th_status before, st;

	ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	ASSERT_EQ(0, th_status(&before));
	self->host = start(_metadata, self->p, variant->start);
	ASSERT_EQ(0, th_status(&st));
	if (variant->threads)
		EXPECT_EQ(before.threads + variant->threads, st.threads);

	th_check_armed(_metadata);
	check_traced(_metadata, self->p);
	th_check_armed(_metadata);
	stop(_metadata, self->p, self->host);
}

FIXTURE(arming)
{
};

FIXTURE_SETUP(arming)
{
	TH_REQUIRE();
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
}

FIXTURE_TEARDOWN_PARENT(arming)
{
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

struct storm {
	int	stop;
	int	turns;
	int	stayed;
	int	idle;
};

/* So many threads and processes each, at most. */
#define STORM_MAX	100

static void *pause_thread(void *unused)
{
	for (;;)
		pause();
	return NULL;
}

/* Some threads and processes that stay, and processes that come and go. */
static void storm_host(struct storm *s)
{
	pthread_t thread;
	pid_t pid;
	int n;

	for (n = 0; !th_load(s->stop); n++) {
		if (n < STORM_MAX) {
			if (pthread_create(&thread, NULL, pause_thread, NULL))
				_exit(1);
			pid = th_fork();
			if (!pid)
				pause_thread(NULL);
			if (pid < 0)
				_exit(1);
			__atomic_add_fetch(&s->stayed, 2, __ATOMIC_SEQ_CST);
		}
		pid = th_fork();
		if (!pid)
			_exit(0);
		if (pid < 0 || th_reap(pid))
			_exit(1);
		__atomic_add_fetch(&s->turns, 1, __ATOMIC_SEQ_CST);
	}
	__atomic_add_fetch(&s->idle, 1, __ATOMIC_SEQ_CST);
	pause_thread(NULL);
}

/*
 * Whoever is started in the very moment of arming must be met by the walk over
 * all threads, or see for itself that the machine is armed.
 */
#define STORM_HOSTS	2
#define STORM_ROUNDS	20

TEST_F(arming, storm)
{
	struct storm *s = th_share(sizeof(*s));
	struct th_status before, st;
	pid_t host[STORM_HOSTS];
	int i, round, armed;

	ASSERT_NE(NULL, s);
	for (round = 0; round < STORM_ROUNDS; round++) {
		memset(s, 0, sizeof(*s));
		ASSERT_EQ(0, th_status(&before));
		for (i = 0; i < STORM_HOSTS; i++) {
			host[i] = th_fork();
			ASSERT_LE(0, host[i]);
			if (!host[i])
				storm_host(s);
		}
		ASSERT_EQ(0, th_poll(th_load(s->turns) >= 2));
		ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
		armed = th_load(s->turns);
		ASSERT_EQ(0, th_poll(th_load(s->turns) >= armed + 2));
		th_store(s->stop, 1);
		ASSERT_EQ(0, th_poll(th_load(s->idle) == STORM_HOSTS));

		th_check_armed(_metadata);
		ASSERT_EQ(0, th_status(&st));
		EXPECT_EQ(before.threads + STORM_HOSTS + s->stayed, st.threads);

		for (i = 0; i < STORM_HOSTS; i++)
			ASSERT_EQ(0, kill(host[i], SIGKILL));
		while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR)
			;
		ASSERT_EQ(ECHILD, errno);
		ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	}
}

/* The harness defines main(), but this program is also what it executes. */
#define main harness_main
TEST_HARNESS_MAIN
#undef main

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "parked"))
		return parked_exec_main(argv);
	return harness_main(argc, argv);
}
