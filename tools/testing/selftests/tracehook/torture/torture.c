// SPDX-License-Identifier: GPL-2.0
/*
 * Torture: processes that fork, clone, execute, end and are killed, tracers that
 * attach to them and resume them by every request, and users of system call
 * tracing that come and go, all at once.
 *
 *   torture [seconds [seed]], or the environment's torture_seconds and
 *   torture_seed
 *
 * stops	no tracee comes to a stop that its tracer did not ask for, or
 *		passes one (tracer.c)
 * pairs	every exit has its entry by its id, unless that was before the
 *		recording, and no call is missing (pairs.c)
 * armed	when all are at rest on an armed machine, all threads are marked
 * disarmed	when the last user has gone and every thread has made a call,
 *		marked is the number of tracees under PTRACE_SYSCALL
 * busy		all of it has happened, see COUNTS() in worker.h
 */
#include "torture.h"
#include "../parked.h"

/* In seconds; what should take milliseconds takes long under a sanitizer. */
#define PATIENCE	120

static struct worker workers[NR_WORKERS];
static int nr_armed, nr_disarmed, nr_under;
static pid_t session;
static bool bad_armed, bad_disarmed, bad_other;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/*
 * The coordinator
 */
static void say_why(void)
{
	int i;

	for (i = 0; i < NR_WORKERS; i++) {
		if (th_load(shared->slot[i].failed))
			printf("# %s %d: %s\n", workers[i].name,
			       workers[i].index, shared->slot[i].why);
	}
}

static void say_where(pid_t pid)
{
	static const char * const files[] = { "stat", "syscall", "wchan", "stack" };
	char path[64], buf[1024];
	size_t i;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	printf("# %d, traced by %ld\n", pid, th_value(path, "TracerPid"));
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, files[i]);
		if (th_read(path, buf, sizeof(buf)) > 0)
			printf("# %s: %s\n", path, buf);
	}
}

static int say_where_one(pid_t tid, void *unused)
{
	if (getsid(tid) == session)
		say_where(tid);
	return 0;
}

/* Give an order, and wait until all have carried it out. */
static bool give_order(enum order what)
{
	unsigned int o = ((shared->order >> ORDER_BITS) + 1) << ORDER_BITS | what;
	double end = now() + PATIENCE;
	int i, status = 0;

	th_store(shared->order, o);
	syscall(SYS_futex, &shared->order, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
	if (what == RUN)
		return true;
	for (i = 0; i < NR_WORKERS; ) {
		if (th_load(shared->slot[i].ack) == o) {
			i++;
			continue;
		}
		if (waitpid(shared->slot[i].pid, &status, WNOHANG) &&
		    th_load(shared->slot[i].ack) != o) {
			printf("# %s %d has ended: %x\n", workers[i].name,
			       workers[i].index, status);
			bad_other = true;
			return false;
		}
		if (now() > end) {
			printf("# %s %d does not obey, %d\n",
			       workers[i].name, workers[i].index, what);
			th_walk_tasks(say_where_one, NULL);
			bad_other = true;
			return false;
		}
		pause_us(1000);
	}
	return true;
}

/* Whoever does not belong to us makes a call too: the one it is in, again. */
static int poke_one(pid_t tid, void *unused)
{
	char path[64], buf[512], *p;
	unsigned int flags;
	int sid, status;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	if (th_read(path, buf, sizeof(buf)) <= 0)
		return 0;
	p = strrchr(buf, ')');
	if (!p || sscanf(p, ") %*c %*d %*d %d %*d %*d %u", &sid, &flags) != 2)
		return -EPROTO;
	if (sid == session || flags & (PF_KTHREAD | PF_USER_WORKER))
		return 0;
	if (ptrace(PTRACE_SEIZE, tid, 0, 0) || ptrace(PTRACE_INTERRUPT, tid, 0, 0) ||
	    waitpid(tid, &status, __WALL) != tid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_DETACH, tid, 0, 0))
		return -errno;
	return th_poll(th_read(path, buf, sizeof(buf)) <= 0 ||
			   strstr(buf, ") S "));
}

static void say_status(const struct th_status *st, const struct th_tasks *n)
{
	printf("# armed: %d, users: %d, threads: %d, marked: %d, in /proc: %d\n",
	       st->armed, st->users, st->threads, st->marked, n->user);
}

static void check_armed(void)
{
	struct th_status st;
	struct th_tasks n;
	bool ours;

	if (th_status(&st))
		st.armed = 0;
	/* Armed as it was left, or armed now. */
	ours = !st.armed;
	if (ours)
		th_write(TH_ENABLE, "1");
	th_count_tasks(&n);
	if (th_status(&st) || !st.armed || st.threads != n.user ||
	    st.marked != st.threads) {
		say_status(&st, &n);
		printf("# armed %s\n", ours ? "just now" : "before");
		bad_armed = true;
	}
	if (ours)
		th_write(TH_ENABLE, "0");
	nr_armed++;
}

static void check_disarmed(void)
{
	int i, under = 0, err = th_walk_tasks(poke_one, NULL);
	struct th_status st;
	struct th_tasks n;

	for (i = 0; i < NR_WORKERS; i++)
		under += shared->slot[i].syscalls;
	th_count_tasks(&n);
	if (err || th_status(&st) || st.armed || st.users || st.marked != under ||
	    st.threads != n.user) {
		say_status(&st, &n);
		printf("# under PTRACE_SYSCALL: %d, error: %d\n", under, err);
		bad_disarmed = true;
	}
	nr_disarmed++;
	nr_under += under;
}

/*
 * No call is left that was reported.  Let the recorder be who arms the machine,
 * now while all sleep, and now in a storm.  Every third time somebody else is.
 */
static bool arm(void)
{
	unsigned long before = shared->count[C_armed_in_storm];
	double end = now() + PATIENCE;

	if (nr_disarmed % 3 == 0)
		return true;
	if (nr_disarmed % 3 == 1)
		return give_order(ARM);
	if (!give_order(STORM))
		return false;
	while (th_load(shared->count[C_armed_in_storm]) == before && now() < end &&
	       !th_load(shared->failed))
		pause_us(1000);
	return true;
}

/* Return: whether to go on. */
static bool check(void)
{
	if (!give_order(REST))
		return false;
	check_armed();
	if (!give_order(SILENT) || !give_order(CALL))
		return false;
	check_disarmed();
	return !bad_armed && !bad_disarmed && !th_load(shared->failed) && arm() &&
	       !th_load(shared->failed);
}

static void start_workers(uint64_t seed)
{
	static const struct {
		const char *name;
		int n;
		void (*main)(struct worker *w);
		void (*order)(struct worker *w, enum order order);
		bool sits_out_storms;
	} kinds[] = {
		{ "tracer", NR_TRACERS, tracer_main, tracer_order, false },
		{ "crowd", NR_CROWDS, crowd_main, crowd_order, false },
		{ "switcher", NR_SWITCHERS, switcher_main, switcher_order, true },
		{ "recorder", 1, recorder_main, recorder_order, false },
	};
	struct worker *w = workers;
	size_t k;
	pid_t pid;
	int i;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		for (i = 0; i < kinds[k].n; i++, w++) {
			w->id = w - workers;
			w->index = i;
			w->name = kinds[k].name;
			w->main = kinds[k].main;
			w->order = kinds[k].order;
			w->sits_out_storms = kinds[k].sits_out_storms;
			w->rnd = rnd_seed(seed, w->id);
			if (pipe(w->gate))
				bad_other = true;
			fcntl(w->gate[1], F_SETFL, O_NONBLOCK);
			pid = th_fork();
			if (!pid)
				w->main(w);
			shared->slot[w->id].pid = pid;
		}
	}
}

static int kill_one(pid_t tid, void *unused)
{
	if (tid != getpid() && getsid(tid) == session)
		kill(tid, SIGKILL);
	return 0;
}

#define COUNT_TEXT(x)	#x,

/* The causes that workers give begin with the name of the case. */
static bool somebody_said(const char *name)
{
	int i;

	for (i = 0; i < NR_WORKERS; i++) {
		if (th_load(shared->slot[i].failed) &&
		    !strncmp(shared->slot[i].why, name, strlen(name)))
			return true;
	}
	return false;
}

static int report(double seconds)
{
	static const char * const names[] = { COUNTS(COUNT_TEXT) };
	bool stops = somebody_said("stops:"), pairs = somebody_said("pairs:");
	bool idle = false;
	int i;

	say_why();
	for (i = 0; i < NR_COUNTS; i++) {
		printf("# %s: %lu\n", names[i], shared->count[i]);
		idle |= !shared->count[i];
	}
	printf("# at rest armed: %d, disarmed: %d, with %d under PTRACE_SYSCALL, in %.1f s\n",
	       nr_armed, nr_disarmed, nr_under, seconds);
	idle |= !nr_armed || !nr_disarmed || !nr_under;
	bad_other |= th_load(shared->failed) && !stops && !pairs;

	ksft_test_result(!stops, "stops\n");
	ksft_test_result(!pairs, "pairs\n");
	ksft_test_result(!bad_armed, "armed\n");
	ksft_test_result(!bad_disarmed, "disarmed\n");
	ksft_test_result(!bad_other, "workers\n");
	ksft_test_result(!idle, "busy\n");
	return stops || pairs || bad_armed || bad_disarmed || bad_other || idle;
}

/* Some recordings began on a machine that was not armed, and nothing was lost. */
static bool judged(void)
{
	return th_load(shared->count[C_judged_in_sleep]) &&
	       th_load(shared->count[C_judged_in_storm]);
}

static int coordinate(double seconds, uint64_t seed)
{
	struct worker self = { .rnd = rnd_seed(seed, NR_WORKERS) };
	double start = now(), end = start + seconds, next, minute = start + 60;
	int err;

	session = setsid();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	start_workers(seed);
	do {
		give_order(RUN);
		next = now() + 1 + below(&self, 3000) / 1000.0;
		while (now() < next && !th_load(shared->failed))
			pause_us(10000);
		if (now() > minute) {
			printf("# %.0f s, %lu calls, %lu stops, %lu pairs, %d times at rest\n",
			       now() - start, shared->count[C_calls],
			       shared->count[C_entry_stops], shared->count[C_pairs],
			       nr_disarmed);
			fflush(stdout);
			minute += 60;
		}
	} while (check() && now() < (judged() ? end : end + PATIENCE));
	if (!bad_other && !th_load(shared->failed))
		give_order(QUIT);
	err = report(now() - start);
	fflush(stdout);

	/* Who is left, after a failure. */
	do
		th_walk_tasks(kill_one, NULL);
	while (waitpid(-1, NULL, 0) > 0);
	users_end();
	th_instance_remove();
	return err;
}

static bool share(void)
{
	int fd = memfd_create("torture", 0);

	if (fd < 0 || dup2(fd, SHARED_FD) < 0)
		return false;
	close(fd);
	return !ftruncate(SHARED_FD, sizeof(*shared));
}

int main(int argc, char **argv)
{
	bool execed = argc == 5 && !strcmp(argv[1], "execed");
	const char *seconds = argc > 1 ? argv[1] : getenv("torture_seconds");
	const char *seed = argc > 2 ? argv[2] : getenv("torture_seed");
	uint64_t s;
	pid_t pid;

	if (!execed) {
		ksft_print_header();
		if (geteuid())
			ksft_exit_skip("needs root\n");
		if (access(TH_ENABLE, F_OK))
			ksft_exit_skip("needs CONFIG_TRACEHOOK, and debugfs mounted\n");
		if (!share())
			ksft_exit_fail_msg("no shared memory\n");
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED,
		      SHARED_FD, 0);
	if (shared == MAP_FAILED)
		return 1;
	if (execed)
		return life_execed(argv + 2);

	s = seed && *seed ? strtoull(seed, NULL, 0) :
			    (uint64_t)(time(NULL) ^ getpid());
	ksft_set_plan(6);
	ksft_print_msg("seed %llu, %s seconds\n", (unsigned long long)s,
		       seconds ?: "10");
	fflush(stdout);
	pid = th_fork();
	if (!pid)
		_exit(coordinate(seconds ? atof(seconds) : 10, s));
	return th_reap(pid);
}
