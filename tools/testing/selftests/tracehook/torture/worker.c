// SPDX-License-Identifier: GPL-2.0
/*
 * torture: what every worker does: it obeys, it fails, it feeds its tracees and
 * looks at how they ended.
 */
#include <stdarg.h>

#include "worker.h"

struct shared *shared;

void worker_fail(struct worker *w, const char *fmt, ...)
{
	struct slot *slot = &shared->slot[w->id];
	va_list ap;

	if (!th_load(slot->failed)) {
		va_start(ap, fmt);
		vsnprintf(slot->why, sizeof(slot->why), fmt, ap);
		va_end(ap);
		th_store(slot->failed, true);
	}
	th_store(shared->failed, true);
}

void obey(struct worker *w)
{
	const struct timespec soon = { .tv_nsec = 2000000 };
	struct slot *slot = &shared->slot[w->id];
	unsigned int order;

	for (;;) {
		order = th_load(shared->order);
		if (slot->ack != order) {
			w->order(w, ORDER_OF(order));
			/* Whatever comes after the order is done changes no mark. */
			syscall(SYS_getppid);
			th_store(slot->ack, order);
		}
		if (ORDER_OF(order) == QUIT)
			_exit(0);
		if (ORDER_OF(order) == RUN ||
		    (ORDER_OF(order) == STORM && !w->sits_out_storms))
			return;
		if (syscall(SYS_futex, &shared->order, FUTEX_WAIT, order,
			    ORDER_OF(order) == REST ? &soon : NULL, NULL, 0) &&
		    errno == ETIMEDOUT)
			/* Somebody else may rest only when this one has gone on. */
			w->order(w, REST);
	}
}

bool judge_end(struct worker *w, pid_t pid, int status)
{
	count_one(ended);
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return true;
	if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL ||
				    WTERMSIG(status) == SIGUSR1))
		return true;
	if (WIFSIGNALED(status))
		worker_fail(w, "stops: process %d died of signal %d", pid,
			    WTERMSIG(status));
	else
		worker_fail(w, "stops: process %d exited with %d", pid,
			    WEXITSTATUS(status));
	return false;
}

void feed_gate(struct worker *w)
{
	if (write(w->gate[1], "", 1) < 0 && errno != EAGAIN)
		worker_fail(w, "gate: %s", strerror(errno));
}
