// SPDX-License-Identifier: GPL-2.0
/*
 * torture: the recorder.  It has both events on for a while, records the calls
 * of all threads of the machine, and checks thread by thread that
 *
 *  - each exit directly follows its entry, with the same id, number and ABI,
 *  - an exit that is a thread's first record is of a call that can have been in
 *    flight, by its id: ids.c,
 *  - each entry is followed by its exit, unless the thread ended in the call,
 *  - the ids of a thread are consecutive, those of one that was born meanwhile
 *    from the first of a block on, and no id comes twice,
 *  - no tagged call is missing in between, and of a thread that was born
 *    meanwhile none at the beginning: one that bypasses the hook has no id.
 *
 * Some recordings begin on a machine that is not armed, and that no call was
 * reported of since each thread entered one unreported.  Arming it is recorded
 * too.  Then an exit without entry can only be of a call that came to the hook
 * after the machine was armed, and before the event was on.  No worker makes one
 * if all of them sleep.
 */
#include "ids.h"
#include "torture.h"

#define PIDS		4194304
#define ENOUGH		20000

#define AROUND		300

#define PAIRS_TEXT	"pairs: %s %d of %d, arch %x, id %llx: %s; open %d, " \
			"born %d, nr %d, id %llx, call %u, record %d of %d, %s"

/* Written to the trace when both events are on. */
#define BOTH_ON		"both events are on"

/* On what kind of machine a recording begins. */
enum begin {
	ANY,		/* others may have it armed, with calls in flight */
	NOT_ARMED,	/* not armed, and no call is left that was reported */
	ASLEEP,		/* nor do the other workers make calls */
};

static const char * const begin_names[] = {
	"any machine", "not armed", "not armed, workers asleep",
};

struct thread {
	bool		seen;
	bool		born;		/* meanwhile */
	bool		open;		/* the last record is an entry */
	bool		restarts;
	int		nr;
	unsigned int	arch;
	int		at;		/* the record of the entry */
	unsigned long long id;
	uint32_t	seq;		/* of the last tagged entry, or 0 */
	unsigned long	tag;
};

struct recorder {
	struct thread	*thread;	/* by id */
	struct th_event	*ev;
	int		n;
	int		room;
	enum begin	begin;
	bool		recording;
	unsigned int	storm;		/* the last order of one that was recorded */
	int		both_on;	/* the first record since; -1 if unknown */
};

static bool starts_thread(const struct th_event *ev)
{
	return ev->arch == TH_ARCH &&
	       (ev->nr == __NR_clone || ev->nr == __NR_clone3 ||
		ev->nr == __NR_fork || ev->nr == __NR_vfork);
}

static bool is_exec(const struct th_event *ev)
{
	return ev->arch == TH_ARCH && ev->nr == __NR_execve && !ev->ret;
}

static bool is_worker(pid_t pid)
{
	int i;

	for (i = 0; i < NR_WORKERS; i++) {
		if (shared->slot[i].pid == pid)
			return true;
	}
	return false;
}

/* Whether only the entry event was on when the open call was entered. */
static bool may_lack_exit(const struct recorder *r, const struct thread *t)
{
	return t->at < r->both_on;
}

static const char *judge_tag(struct thread *t, const struct th_event *ev)
{
	uint32_t seq = TAG_SEQ(ev->args[5]), last = t->seq;

	if (ev->arch != TH_ARCH || !IS_TAG(ev->args[5]))
		return NULL;
	t->seq = seq;
	if (!last && !t->born)
		return NULL;
	count_one(holes_judged);
	if (seq == last && t->restarts)
		return NULL;
	t->restarts = false;
	return seq == last + 1 ? NULL : "calls are missing before it";
}

/* The exit that was not recorded may be one of execve(), or ask for a restart. */
static void forget_tag(struct thread *t)
{
	t->seq = 0;
	t->born = false;
	t->restarts = false;
}

/* Whether the call before it was the execve() of a thread that took over the id. */
static bool follows_execve(struct recorder *r, const struct th_event *ev)
{
	const struct th_event *before;

	for (before = ev - 1; before >= r->ev; before--) {
		if (before->entry && id_follows(before->id, ev->id))
			return before->nr == __NR_execve;
	}
	return false;
}

static const char *judge_entry(struct recorder *r, struct thread *t,
			       const struct th_event *ev)
{
	const char *bad;

	if (t->open && !may_lack_exit(r, t))
		return "no exit";
	bad = judge_new_id(ev);
	if (bad)
		return bad;
	if (t->open)
		forget_tag(t);
	if (t->seen) {
		count_one(ids_judged);
		if (!id_follows(t->id, ev->id) &&
		    !(t->open && follows_execve(r, ev)))
			return "not the next id";
	} else if (t->born && !id_is_first(ev->id)) {
		return "not the first id of a block";
	}
	t->open = true;
	t->at = ev - r->ev;
	t->nr = ev->nr;
	t->arch = ev->arch;
	t->tag = ev->args[5];
	return judge_tag(t, ev);
}

/*
 * An execve() that ends under the id of the leader, whom it has killed.  Return:
 * the thread that has entered it, or NULL if the entry is not in the recording.
 */
static struct thread *taken_over_by(struct recorder *r, const struct th_event *ev)
{
	struct thread *t;
	int i;

	for (i = ev - r->ev - 1; i >= 0; i--) {
		if (r->ev[i].id != ev->id)
			continue;
		t = &r->thread[r->ev[i].pid];
		return t->open && t->id == ev->id && t->nr == ev->nr ? t : NULL;
	}
	return NULL;
}

/* An exit that is the first record of its thread, or an execve() taken over */
static const char *judge_orphan(struct recorder *r, const struct th_event *ev)
{
	if (r->begin == ASLEEP && is_worker(ev->pid))
		return "no entry, and the call was in flight when the machine was armed";
	count_one(orphans);
	return judge_id_of_orphan(ev, is_exec(ev), r->begin != ANY);
}

static const char *judge_exit(struct recorder *r, struct thread *t,
			      const struct th_event *ev)
{
	struct thread *former = NULL;
	const char *bad = NULL;

	if (is_exec(ev) && t->id != ev->id) {
		/* The leader has left its last call, but for an exit(). */
		if (t->open && t->nr != __NR_exit && t->nr != __NR_exit_group &&
		    !may_lack_exit(r, t))
			return "no exit of the call of the former leader";
		former = taken_over_by(r, ev);
	}
	if (former) {
		former->open = false;
		count_one(pairs);
		close_id(ev);
	} else if (t->open && t->id == ev->id) {
		if (t->nr != ev->nr || t->arch != ev->arch)
			return "another call of the same id";
		count_one(pairs);
		close_id(ev);
	} else if (is_exec(ev) || !(t->open || t->seen || t->born)) {
		bad = judge_orphan(r, ev);
	} else {
		return t->open ? "another entry" : "no entry";
	}
	if (IS_TAG(t->tag) && is_restart(ev->ret))
		t->restarts = true;
	t->open = false;
	if (is_exec(ev)) {
		t->seq = 0;
		t->born = true;
	}
	return bad;
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
			count_one(born);
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
	unsigned long long twice;
	const char *bad;
	struct thread *t;
	int i;

	mark_born(r);
	for (i = 0; i < r->n; i++) {
		ev = &r->ev[i];
		t = &r->thread[ev->pid];
		bad = ev->entry ? judge_entry(r, t, ev) : judge_exit(r, t, ev);
		if (bad) {
			worker_fail(w, PAIRS_TEXT,
				    ev->entry ? "entry" : "exit", ev->nr, ev->pid,
				    ev->arch, ev->id, bad, t->open, t->born,
				    t->nr, t->id, t->seq, i, r->n,
				    begin_names[r->begin]);
			return show(ev->pid, i);
		}
		t->seen = true;
		t->id = ev->id;
	}
	twice = find_id_twice(r->ev, r->n);
	if (twice)
		worker_fail(w, "pairs: two calls have the id %llx", twice);
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
	r->both_on = r->begin == ANY ? 0 : -1;
	while (fgets(line, sizeof(line), f)) {
		if (strstr(line, BOTH_ON))
			r->both_on = r->n;
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
	return r->both_on < 0 ? -ENODATA : 0;
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

/* Recording goes on while the events come, the entry event first. */
static int start_not_armed(void)
{
	struct th_status st;
	int err = th_status(&st);

	if (!err && st.armed)
		err = -EBUSY;
	return err ?: th_write(TH_INSTANCE "tracing_on", "0") ?:
	       th_events_clear() ?: th_write(TH_INSTANCE "tracing_on", "1") ?:
	       th_trace_on() ?: th_write(TH_INSTANCE "trace_marker", BOTH_ON);
}

static void begin(struct worker *w, enum begin on)
{
	struct recorder *r = w->data;
	int err = on == ANY ? start() : start_not_armed();

	if (err)
		worker_fail(w, "recorder: start, %s: %s", begin_names[on],
			    strerror(-err));
	if (on == NOT_ARMED)
		count_one(armed_in_storm);
	if (on == ASLEEP)
		count_one(armed_in_sleep);
	r->begin = on;
	r->recording = true;
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

/* All but the recorder have carried out the order, and sleep until the next. */
static void await_sleepers(struct worker *w)
{
	unsigned int order = th_load(shared->order);
	struct slot *slot;
	int err;

	for (slot = shared->slot; slot < shared->slot + NR_WORKERS; slot++) {
		if (slot - shared->slot == w->id)
			continue;
		err = th_poll(th_load(slot->ack) == order) ?:
		      th_wait_blocked(slot->pid, SYS_futex);
		if (err)
			worker_fail(w, "recorder: worker %td does not sleep: %s",
				    slot - shared->slot, strerror(-err));
	}
}

/* Orders come between two recordings, when the events are off. */
void recorder_order(struct worker *w, enum order order)
{
	if (order != ARM)
		return;
	await_sleepers(w);
	begin(w, ASLEEP);
}

/* Only the first recording in a storm begins with no reported call left. */
static bool new_storm(const struct recorder *r)
{
	unsigned int order = th_load(shared->order);

	return ORDER_OF(order) == STORM && order != r->storm;
}

void recorder_main(struct worker *w)
{
	struct recorder r = {};
	int err = prepare(&r), left;

	w->data = &r;
	if (err)
		worker_fail(w, "recorder: %s", strerror(-err));
	for (;;) {
		obey(w);
		if (new_storm(&r)) {
			r.storm = th_load(shared->order);
			/* Let the others get going. */
			pause_us(below(w, 20000));
			begin(w, NOT_ARMED);
		}
		if (!r.recording)
			begin(w, ANY);
		for (left = 10 + below(w, 60); left; left--) {
			pause_us(5000);
			if (!runs(th_load(shared->order)) || recorded() > ENOUGH)
				break;
		}
		err = stop();
		r.recording = false;
		if (err)
			worker_fail(w, "recorder: stop: %s", strerror(-err));
		if (th_events_lost())
			continue;
		err = read_trace(&r);
		if (err)
			worker_fail(w, "recorder: reading: %s", strerror(-err));
		count_one(recordings);
		count_n(C_recorded, r.n);
		judge(w, &r);
		if (r.begin == NOT_ARMED)
			count_one(judged_in_storm);
		if (r.begin == ASLEEP)
			count_one(judged_in_sleep);
		/* Let the others have a machine that is not armed. */
		for (left = below(w, 40); left && !r.recording; left--) {
			obey(w);
			if (new_storm(&r))
				break;
			pause_us(5000);
		}
	}
}
