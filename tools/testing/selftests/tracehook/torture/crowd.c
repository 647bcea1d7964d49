// SPDX-License-Identifier: GPL-2.0
/*
 * torture: the crowd, who start processes, kill them and never trace.
 */
#include "torture.h"

struct crowd {
	pid_t	pid[PER_CROWD];
};

static void crowd_end_one(struct worker *w, int i)
{
	struct crowd *c = w->data;
	pid_t pid;
	int status;

	th_store(shared->target[w->index * PER_CROWD + i], 0);
	kill(-c->pid[i], SIGKILL);
	while ((pid = waitpid(-c->pid[i], &status, __WALL)) > 0)
		judge_end(w, pid, status);
	c->pid[i] = 0;
}

static void crowd_reap(struct worker *w)
{
	struct crowd *c = w->data;
	int status, i;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED | __WALL)) > 0) {
		if (WIFSTOPPED(status)) {
			/* A tracer died before it could take this back. */
			kill(pid, SIGCONT);
			continue;
		}
		judge_end(w, pid, status);
		for (i = 0; i < PER_CROWD; i++) {
			if (c->pid[i] == pid)
				crowd_end_one(w, i);
		}
	}
}

void crowd_order(struct worker *w, enum order order)
{
	struct crowd *c = w->data;
	int i;

	for (i = 0; order == REST && i < PER_CROWD; i++) {
		if (c->pid[i])
			crowd_end_one(w, i);
	}
}

void crowd_main(struct worker *w)
{
	struct crowd c = {};
	int i;

	w->data = &c;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (;;) {
		obey(w);
		i = below(w, PER_CROWD);
		if (!c.pid[i]) {
			c.pid[i] = family_start(w, 20 + below(w, 200), NULL,
						w->index * PER_CROWD + i, false);
		} else if (one_in(w, 100)) {
			count_one(killed);
			kill(c.pid[i], SIGKILL);
		}
		feed_gate(w);
		crowd_reap(w);
		pause_us(below(w, 3000));
	}
}
