// SPDX-License-Identifier: GPL-2.0
/*
 * Entries and exits match by id, when many threads make calls of many kinds while
 * events and toggle go on and off.
 *
 *  storm.pairs		the trace of all threads of the machine is read once and
 *			checked thread by thread:
 *			- each exit whose entry is in the trace directly follows
 *			  it, with the same number, ABI and id
 *			- an exit without entry is the first of its thread since
 *			  the entry event is on, and has an id of its own
 *			- no two calls have the same id
 *			- while both are on, no thread has an entry after an entry
 *			- no thread has anything after its exit()
 *
 * The switching leaves marks in the trace, "on" when it is done and "off" before
 * it begins, so that an event is only said to be on when it surely is.
 */
#include <pthread.h>

#include "tracehook.h"

#define PROCESSES	3
#define THREADS		2
/* How often to switch, and how often the threads together go round between. */
#define ROUNDS		8
#define PER_ROUND	40

/* No pid is greater. */
#define PIDS		4194304

/* What main() returns when it was executed by itself. */
#define CODE_EXECED	17

enum { ENTRY, EXIT };

/* An event, or a mark if there is no pid. */
struct record {
	pid_t		pid;
	int		nr;
	unsigned int	arch;
	unsigned long long id;
	bool		entry;
	/* Of a mark: which event, and what */
	int		which;
	bool		on;
};

/* How often all threads together went round, and whether they shall stop. */
struct shared {
	int	progress;
	int	stop;
};

static struct shared *shared;

FIXTURE(storm) {
	struct record *rec;
	int n;
	int marker;
	pid_t worker[PROCESSES];
};

/* E/e, X/x and T/t: entry event, exit event and toggle on/off */
FIXTURE_VARIANT(storm) {
	/* Before the threads start; after each round of switching it is so again */
	const char *start;
	/* Again and again until they are done */
	const char *round;
};

FIXTURE_VARIANT_ADD(storm, steady) {
	.start = "EX", .round = "",
};

FIXTURE_VARIANT_ADD(storm, entry_off_and_on) {
	.start = "EX", .round = "eE",
};

FIXTURE_VARIANT_ADD(storm, exit_off_and_on) {
	.start = "EX", .round = "xX",
};

FIXTURE_VARIANT_ADD(storm, toggle_off_and_on) {
	.start = "TEX", .round = "tT",
};

FIXTURE_VARIANT_ADD(storm, disarm_and_rearm) {
	.start = "EX", .round = "xeEX",
};

FIXTURE_VARIANT_ADD(storm, disarm_and_rearm_other_order) {
	.start = "XE", .round = "exXE",
};

FIXTURE_VARIANT_ADD(storm, both_off_and_on_under_toggle) {
	.start = "TEX", .round = "xeEX",
};

FIXTURE_SETUP(storm)
{
	long kb;

	TH_REQUIRE();
	shared = th_share(sizeof(*shared));
	ASSERT_NE(NULL, shared);
	ASSERT_EQ(0, th_instance_create());
	/* Of each processor */
	kb = sysconf(_SC_PHYS_PAGES) * (sysconf(_SC_PAGESIZE) / 1024) / 8;
	ASSERT_EQ(0, th_writef(TH_INSTANCE "buffer_size_kb", "%ld",
			       kb < 32768 ? kb : 32768));
	/* Orders the events of a thread that changes the CPU */
	ASSERT_EQ(0, th_write(TH_INSTANCE "trace_clock", "counter"));
	self->marker = open(TH_INSTANCE "trace_marker", O_WRONLY | O_CLOEXEC);
	ASSERT_LE(0, self->marker);
}

FIXTURE_TEARDOWN(storm)
{
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	close(self->marker);
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/*
 * The threads
 */
static void handle_sigusr1(int sig)
{
}

static void *short_thread(void *unused)
{
	th_syscall_poisoned(TH_NR_UNKNOWN);
	return NULL;
}

static bool make_calls(int kind, int fd[2])
{
	const struct timespec ts = { .tv_nsec = 2000000 };
	pthread_t thread;
	pid_t pid;
	char c;

	switch (kind) {
	case 0:
		return th_syscall_poisoned(__NR_getppid) > 0;
	case 1:
		return close(-1) == -1;
	case 2:
		return write(fd[1], "", 1) == 1 && read(fd[0], &c, 1) == 1;
	case 3:
		return !nanosleep(&ts, NULL);
	case 4:
		return !raise(SIGUSR1);
	case 5:
		return !pthread_create(&thread, NULL, short_thread, NULL) &&
		       !pthread_join(thread, NULL);
	case 6:
		pid = fork();
		if (!pid)
			_exit(th_syscall_poisoned(TH_NR_UNKNOWN) >= 0);
		return !th_reap(pid);
	case 7:
		pid = vfork();
		if (!pid)
			_exit(0);
		return !th_reap(pid);
	default:
		pid = vfork();
		if (!pid) {
			execl("/proc/self/exe", "pairing_storm_test", "execed",
			      NULL);
			_exit(1);
		}
		return th_reap(pid) == CODE_EXECED;
	}
}

static void *work(void *unused)
{
	int fd[2], i;

	if (pipe(fd))
		return NULL;
	for (i = 1; !th_load(shared->stop); i++) {
		if (!make_calls(i % 41 ? i % 8 : 8, fd))
			return NULL;
		__atomic_add_fetch(&shared->progress, 1, __ATOMIC_RELAXED);
	}
	return (void *)1L;
}

static int worker_main(void)
{
	const struct sigaction sa = {
		.sa_handler = handle_sigusr1, .sa_flags = SA_RESTART,
	};
	pthread_t thread[THREADS];
	int i, bad = 0;
	void *good;

	if (sigaction(SIGUSR1, &sa, NULL))
		return 1;
	for (i = 0; i < THREADS; i++) {
		if (pthread_create(&thread[i], NULL, work, NULL))
			return 1;
	}
	for (i = 0; i < THREADS; i++)
		bad |= pthread_join(thread[i], &good) || !good;
	return bad;
}

/*
 * The switching
 */
static int mark(struct _test_data_storm *self, const char *text)
{
	return write(self->marker, text, 2) == 2 ? 0 : -EIO;
}

static int do_step(struct _test_data_storm *self, char step)
{
	switch (step) {
	case 'E':
		return th_write(TH_ENTRY "enable", "1") ?: mark(self, "E+");
	case 'e':
		return mark(self, "E-") ?: th_write(TH_ENTRY "enable", "0");
	case 'X':
		return th_write(TH_EXIT "enable", "1") ?: mark(self, "X+");
	case 'x':
		return mark(self, "X-") ?: th_write(TH_EXIT "enable", "0");
	case 'T':
		return th_write(TH_ENABLE, "1");
	case 't':
		return th_write(TH_ENABLE, "0");
	}
	return -EINVAL;
}

static int do_steps(struct _test_data_storm *self, const char *steps)
{
	int err = 0;

	for (; *steps && !err; steps++)
		err = do_step(self, *steps);
	return err;
}

/* Let the threads make some calls.  Return: 0 or -ETIMEDOUT. */
static int go_on(void)
{
	int until = __atomic_load_n(&shared->progress, __ATOMIC_RELAXED) + PER_ROUND;

	return th_poll(__atomic_load_n(&shared->progress, __ATOMIC_RELAXED) >= until);
}

/*
 * The check
 */
static int read_trace(struct _test_data_storm *self)
{
	FILE *f = fopen(TH_INSTANCE "trace", "re");
	struct th_event ev;
	struct record *rec;
	char line[1024], *p;
	int room = 0;

	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		if (self->n == room) {
			room += 1 << 16;
			self->rec = realloc(self->rec, room * sizeof(*rec));
			if (!self->rec)
				return -ENOMEM;
		}
		rec = &self->rec[self->n];
		memset(rec, 0, sizeof(*rec));
		/* With a dot where functions have descriptors */
		p = strstr(line, "tracing_mark_write: ");
		if (p) {
			p += strlen("tracing_mark_write: ");
			rec->which = p[0] == 'E' ? ENTRY : EXIT;
			rec->on = p[1] == '+';
			self->n++;
		} else if (th_event_parse(line, &ev)) {
			rec->pid = ev.pid;
			rec->nr = ev.nr;
			rec->arch = ev.arch;
			rec->id = ev.id;
			rec->entry = ev.entry;
			self->n++;
		}
	}
	fclose(f);
	return 0;
}

/*
 * Why @rec cannot come after @last of the same thread, NULL if it can.  @entry_on:
 * the entry event has been on since before @last.
 */
static const char *judge(const struct record *last, const struct record *rec,
			 bool entry_on, bool both_on)
{
	bool follows = last && last->entry && last->id == rec->id;

	if (last && last->entry && last->arch == TH_ARCH &&
	    (last->nr == __NR_exit || last->nr == __NR_exit_group))
		return "something after exit";

	if (rec->entry)
		return both_on && last && last->entry ? "no exit" : NULL;
	if (follows && (last->nr != rec->nr || last->arch != rec->arch))
		return "another call under the id";
	return entry_on && !follows ? "no entry" : NULL;
}

static int by_id(const void *a, const void *b)
{
	const struct record *r = a, *s = b;

	if (r->id != s->id)
		return r->id < s->id ? -1 : 1;
	return s->entry - r->entry;
}

/*
 * Sorts the records by id, entries first.  Return: one that shares its id with
 * another one but is not the exit to its entry, or NULL.
 */
static const struct record *judge_ids(struct record *rec, int n)
{
	int i;

	qsort(rec, n, sizeof(*rec), by_id);
	for (i = 1; i < n; i++) {
		if (!rec[i].pid || rec[i].id != rec[i - 1].id)
			continue;
		if (rec[i].entry || !rec[i - 1].entry ||
		    rec[i].nr != rec[i - 1].nr || rec[i].arch != rec[i - 1].arch)
			return &rec[i];
	}
	return NULL;
}

TEST_F_TIMEOUT(storm, pairs, 60 * TH_PATIENCE)
{
	int i, before, pairs = 0;
	const struct record *rec;
	int *last, on[2] = {};
	const char *bad;

	ASSERT_EQ(0, do_steps(self, variant->start));
	for (i = 0; i < PROCESSES; i++) {
		self->worker[i] = th_fork();
		if (!self->worker[i])
			_exit(worker_main());
		ASSERT_LT(0, self->worker[i]);
	}
	for (i = 0; i < ROUNDS; i++) {
		ASSERT_EQ(0, go_on());
		ASSERT_EQ(0, do_steps(self, variant->round));
	}
	ASSERT_EQ(0, go_on());
	th_store(shared->stop, 1);
	for (i = 0; i < PROCESSES; i++)
		ASSERT_EQ(0, th_reap(self->worker[i]));
	ASSERT_EQ(0, mark(self, "X-"));
	ASSERT_EQ(0, mark(self, "E-"));
	ASSERT_EQ(0, th_trace_off());
	ASSERT_EQ(0, th_events_lost());
	ASSERT_EQ(0, read_trace(self));

	/* Of each thread the last record, counted from 1 */
	last = calloc(PIDS, sizeof(*last));
	ASSERT_NE(NULL, last);
	for (i = 0; i < self->n; i++) {
		rec = &self->rec[i];
		if (!rec->pid) {
			/* Since when it is on, or 0 */
			on[rec->which] = rec->on ? i + 1 : 0;
			continue;
		}
		ASSERT_GT(PIDS, rec->pid);
		before = last[rec->pid];
		last[rec->pid] = i + 1;
		bad = judge(before ? &self->rec[before - 1] : NULL, rec,
			    on[ENTRY] && before > on[ENTRY], on[ENTRY] && on[EXIT] &&
			    before > on[ENTRY] && before > on[EXIT]);
		ASSERT_EQ(NULL, bad)
			TH_LOG("%s: pid %d, nr %d, arch %x, record %d of %d",
			       bad, rec->pid, rec->nr, rec->arch, i, self->n);
		pairs += !rec->entry && on[ENTRY];
	}
	rec = judge_ids(self->rec, self->n);
	EXPECT_EQ(NULL, rec)
		TH_LOG("two calls with id %llx, one of pid %d, nr %d", rec->id,
		       rec->pid, rec->nr);

	/* It was a storm */
	EXPECT_LE(ROUNDS * PER_ROUND, pairs)
		TH_LOG("%d pairs in %d records", pairs, self->n);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "execed"))
		return CODE_EXECED;
	return test_harness_run(argc, argv);
}
