// SPDX-License-Identifier: GPL-2.0
/*
 * torture: the recorder.  It has both events on for a while, records the calls
 * of all threads of the machine, and checks thread by thread that
 *
 *  - each exit directly follows its entry, with the same number and ABI,
 *  - each entry is followed by its exit, unless the thread ended in the call,
 *  - no tagged call is missing in between, and of a thread that was born
 *    meanwhile none at the beginning.
 */
#include "torture.h"

#define PIDS		4194304
#define ENOUGH		20000

#define AROUND		300

#define PAIRS_TEXT	"pairs: %s %d of %d, arch %x, tag %lx: %s; open %d, " \
			"born %d, nr %d, call %u, record %d of %d"

struct thread {
	bool		seen;
	bool		born;		/* meanwhile */
	bool		open;		/* the last record is an entry */
	bool		restarts;
	int		nr;
	unsigned int	arch;
	uint32_t	seq;		/* of the last tagged entry, or 0 */
	unsigned long	tag;
};

struct recorder {
	struct thread	*thread;	/* by id */
	struct th_event	*ev;
	int		n;
	int		room;
};

static bool starts_thread(const struct th_event *ev)
{
	return ev->arch == TH_ARCH &&
	       (ev->nr == __NR_clone || ev->nr == __NR_clone3 ||
		ev->nr == __NR_fork || ev->nr == __NR_vfork);
}

static const char *judge_entry(struct thread *t, const struct th_event *ev)
{
	uint32_t seq = TAG_SEQ(ev->args[5]), last = t->seq;

	if (t->open)
		return "no exit";
	t->open = true;
	t->nr = ev->nr;
	t->arch = ev->arch;
	t->tag = ev->args[5];
	if (ev->arch != TH_ARCH || !IS_TAG(ev->args[5]))
		return NULL;
	t->seq = seq;
	if (!last && !t->born)
		return NULL;
	count(holes_judged);
	if (seq == last && t->restarts)
		return NULL;
	t->restarts = false;
	return seq == last + 1 ? NULL : "calls are missing before it";
}

static const char *judge_exit(struct thread *t, const struct th_event *ev)
{
	bool exec = ev->arch == TH_ARCH && ev->nr == __NR_execve;

	if ((t->open && t->nr == ev->nr && t->arch == ev->arch) ||
	    /*
	     * or the entry is that of a thread that took over this id, maybe
	     * from before the recording
	     */
	    (exec && !ev->ret)) {
		count(pairs);
	} else if (t->open) {
		return "another entry";
	} else if (t->seen || t->born) {
		return "no entry";
	}
	if (IS_TAG(t->tag) && is_restart(ev->ret))
		t->restarts = true;
	t->open = false;
	if (exec && !ev->ret) {
		t->seq = 0;
		t->born = true;
	}
	return NULL;
}

static void mark_born(struct recorder *r)
{
	struct thread *t;
	int i;

	for (i = 0; i < r->n; i++) {
		t = &r->thread[r->ev[i].pid];
		if (r->ev[i].entry) {
			t->open = true;
		} else if (t->open && starts_thread(&r->ev[i]) &&
			   r->ev[i].ret > 0 && r->ev[i].ret < PIDS) {
			r->thread[r->ev[i].ret].born = true;
			count(born);
		}
	}
	for (i = 0; i < r->n; i++)
		r->thread[r->ev[i].pid].open = false;
}

/* The records of a thread around the one that is wrong, as they were read. */
static void show(pid_t pid, int wrong)
{
	FILE *f = fopen(TH_INSTANCE "trace", "re");
	struct th_event ev;
	char line[512];
	int i = 0;

	while (f && fgets(line, sizeof(line), f)) {
		if (!th_event_parse(line, &ev))
			continue;
		if (ev.pid == pid && abs(i - wrong) < AROUND)
			printf("# %d %s %s", i, i == wrong ? "->" : "  ", line);
		i++;
	}
	fflush(stdout);
	if (f)
		fclose(f);
}

static void judge(struct worker *w, struct recorder *r)
{
	const struct th_event *ev;
	const char *bad;
	struct thread *t;
	int i;

	mark_born(r);
	for (i = 0; i < r->n; i++) {
		ev = &r->ev[i];
		t = &r->thread[ev->pid];
		bad = ev->entry ? judge_entry(t, ev) : judge_exit(t, ev);
		if (bad) {
			worker_fail(w, PAIRS_TEXT,
				    ev->entry ? "entry" : "exit", ev->nr, ev->pid,
				    ev->arch, ev->args[5], bad, t->open, t->born,
				    t->nr, t->seq, i, r->n);
			return show(ev->pid, i);
		}
		t->seen = true;
	}
	for (i = 0; i < r->n; i++) {
		t = &r->thread[r->ev[i].pid];
		memset(t, 0, sizeof(*t));
		if (!r->ev[i].entry && starts_thread(&r->ev[i]) &&
		    r->ev[i].ret > 0 && r->ev[i].ret < PIDS)
			memset(&r->thread[r->ev[i].ret], 0, sizeof(*t));
	}
}

static int read_trace(struct recorder *r)
{
	FILE *f = fopen(TH_INSTANCE "trace", "re");
	char line[512];

	if (!f)
		return -errno;
	r->n = 0;
	while (fgets(line, sizeof(line), f)) {
		if (r->n == r->room) {
			r->room += 1 << 14;
			r->ev = realloc(r->ev, r->room * sizeof(*r->ev));
			if (!r->ev)
				return -ENOMEM;
		}
		if (th_event_parse(line, &r->ev[r->n]) && r->ev[r->n].pid < PIDS)
			r->n++;
	}
	fclose(f);
	return 0;
}

/* How many there are in the buffers. */
static long recorded(void)
{
	char path[PATH_MAX];
	long sum = 0, v;
	int cpu;

	for (cpu = 0; ; cpu++) {
		snprintf(path, sizeof(path),
			 TH_INSTANCE "per_cpu/cpu%d/stats", cpu);
		v = th_value(path, "entries");
		if (v < 0)
			return sum;
		sum += v;
	}
}

/* The buffer begins and ends at once, when both events are on. */
static int start(void)
{
	return th_write(TH_INSTANCE "tracing_on", "0") ?: th_events_clear() ?:
	       th_trace_on() ?: th_write(TH_INSTANCE "tracing_on", "1");
}

static int stop(void)
{
	return th_write(TH_INSTANCE "tracing_on", "0") ?: th_trace_off();
}

static int prepare(struct recorder *r)
{
	int err = th_instance_create();

	if (err)
		return err;
	r->thread = mmap(NULL, PIDS * sizeof(*r->thread), PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (r->thread == MAP_FAILED)
		return -ENOMEM;
	/* Orders the events of a thread that changes the CPU */
	return th_write(TH_INSTANCE "trace_clock", "counter") ?:
	       th_write(TH_INSTANCE "buffer_size_kb", "4096");
}

/* Orders come between two recordings, when the events are off. */
void recorder_order(struct worker *w, enum order order)
{
}

void recorder_main(struct worker *w)
{
	struct recorder r = {};
	int err = prepare(&r), left;

	if (err)
		worker_fail(w, "recorder: %s", strerror(-err));
	for (;;) {
		obey(w);
		err = start();
		if (err)
			worker_fail(w, "recorder: start: %s", strerror(-err));
		for (left = 10 + below(w, 60); left; left--) {
			pause_us(5000);
			if (ORDER_OF(get(shared->order)) != RUN ||
			    recorded() > ENOUGH)
				break;
		}
		err = stop();
		if (err)
			worker_fail(w, "recorder: stop: %s", strerror(-err));
		if (th_events_lost())
			continue;
		err = read_trace(&r);
		if (err)
			worker_fail(w, "recorder: reading: %s", strerror(-err));
		count(recordings);
		count_n(C_recorded, r.n);
		judge(w, &r);
		/* Let the others have a machine that is not armed. */
		for (left = below(w, 40); left; left--) {
			obey(w);
			pause_us(5000);
		}
	}
}
