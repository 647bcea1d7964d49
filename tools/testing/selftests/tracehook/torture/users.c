// SPDX-License-Identifier: GPL-2.0
/*
 * torture: those who arm and disarm the machine, each by a kind of user of its
 * own.
 */
#include <linux/perf_event.h>

#include "../bpf.h"
#include "torture.h"

#define TRACING		"/sys/kernel/tracing/"
#define INSTANCE	TRACING "instances/torture_users/"

enum { ENTRY, EXIT };

static const char * const events[] = { "tracehook_entry", "tracehook_exit" };

/* What a switcher has in use; it loses it when it ends. */
static int fds[2] = { -1, -1 };
static bool on[2];

static void must_write(struct worker *w, const char *path, const char *text)
{
	int err = th_write(path, text);

	if (err)
		worker_fail(w, "users: writing \"%s\" to %s: %s", text, path,
			    strerror(-err));
}

static void event_file(char *path, int which, const char *file)
{
	snprintf(path, PATH_MAX, INSTANCE "events/tracehook/%s/%s", events[which],
		 file);
}

static void toggle(struct worker *w, int which, bool want)
{
	static const char * const words[2][3] = {
		{ "0", "n", "off" }, { "1", "y", "on\n" },
	};

	must_write(w, TH_ENABLE, words[want][below(w, 3)]);
	count_one(toggles);
}

static void switch_event(struct worker *w, int which, bool want)
{
	static const char * const filters[] = {
		"0", "nr == 39", "arch == 0x40000003", "nr != 0 && nr < 300",
		"common_pid & 1",
	};
	char path[PATH_MAX];

	event_file(path, which, "filter");
	if (one_in(w, 2)) {
		must_write(w, path, filters[below(w, ARRAY_SIZE(filters))]);
		count_one(filters);
	}
	/* Often only the filter of an event in use is changed. */
	if (want != on[which] && one_in(w, 4)) {
		event_file(path, which, "trigger");
		must_write(w, path, "hist:keys=nr,arch");
		must_write(w, path, "!hist:keys=nr,arch");
		count_one(triggers);
	}
	event_file(path, which, "enable");
	must_write(w, path, want ? "1" : "0");
	count_one(probes_ftrace);
}

static void switch_bpf(struct worker *w, int which, bool want)
{
	if (!want) {
		close(fds[which]);
		fds[which] = -1;
		return;
	}
	fds[which] = bpf_load_attach(events[which]);
	if (fds[which] < 0)
		worker_fail(w, "users: BPF on %s: %s", events[which],
			    strerror(-fds[which]));
	count_one(probes_bpf);
}

static void switch_perf(struct worker *w, int which, bool want)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr),
		.sample_period = 1000,
	};
	char path[PATH_MAX], text[16];

	if (!want) {
		close(fds[which]);
		fds[which] = -1;
		return;
	}
	snprintf(path, sizeof(path), TRACING "events/tracehook/%s/id",
		 events[which]);
	if (th_read(path, text, sizeof(text)) > 0)
		attr.config = atoi(text);
	fds[which] = syscall(__NR_perf_event_open, &attr, -1,
			     below(w, sysconf(_SC_NPROCESSORS_ONLN)), -1,
			     PERF_FLAG_FD_CLOEXEC);
	if (fds[which] < 0)
		worker_fail(w, "users: perf on %s: %s", events[which],
			    strerror(errno));
	count_one(probes_perf);
}

static void switch_module(struct worker *w, int which, bool want)
{
	char text[2] = { '0' + (on[ENTRY] + 2 * on[EXIT]) };

	text[0] = (text[0] - '0') ^ (on[which] != want ? 1 << which : 0);
	text[0] += '0';
	must_write(w, TH_ATTACH, text);
	count_one(probes_module);
}

static const struct switcher {
	void	(*change)(struct worker *w, int which, bool want);
	int	kinds;
} switchers[NR_SWITCHERS] = {
	{ toggle, 1 },
	{ switch_event, 2 },
	{ switch_bpf, 2 },
	{ switch_perf, 2 },
	{ switch_module, 2 },
};

static void change(struct worker *w, int which, bool want)
{
	switchers[w->index].change(w, which, want);
	on[which] = want;
}

/* An entry event that goes first leaves exits that nobody can check. */
void switcher_order(struct worker *w, enum order order)
{
	int which;

	for (which = EXIT; order == SILENT && which >= ENTRY; which--) {
		if (on[which])
			change(w, which, false);
	}
}

/* What does not end with its user. */
void users_end(void)
{
	rmdir(INSTANCE);
	th_write(TH_ENABLE, "0");
	if (!access(TH_ATTACH, F_OK))
		th_write(TH_ATTACH, "0");
}

void switcher_main(struct worker *w)
{
	const struct switcher *s = &switchers[w->index];
	int which, burst;

	if (s->change == switch_event && mkdir(INSTANCE, 0700) &&
	    errno != EEXIST)
		worker_fail(w, "users: %s: %s", INSTANCE, strerror(errno));
	if (s->change == switch_module && access(TH_ATTACH, F_OK))
		worker_fail(w, "users: needs CONFIG_TRACEHOOK_TEST, and the module loaded");
	for (;;) {
		for (burst = 1 + below(w, 8); burst; burst--) {
			obey(w);
			which = below(w, s->kinds);
			change(w, which, !on[which]);
		}
		/* Now and then one is away, else the machine is always armed. */
		if (one_in(w, 2))
			switcher_order(w, SILENT);
		for (burst = below(w, 20); burst; burst--) {
			obey(w);
			pause_us(below(w, 5000));
		}
	}
}
