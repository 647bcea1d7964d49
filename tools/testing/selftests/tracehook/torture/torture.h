/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of torture do for each other. */
#ifndef SELFTEST_TRACEHOOK_TORTURE_H
#define SELFTEST_TRACEHOOK_TORTURE_H

#include "worker.h"

/* tracee.c */
int life_execed(char **argv);
pid_t family_start(struct worker *w, int left, uint32_t *beat, int target,
		   int trace_me);

/* crowd.c */
void crowd_main(struct worker *w);
void crowd_order(struct worker *w, enum order order);

/* tracer.c, rest.c */
void tracer_main(struct worker *w);
void tracer_order(struct worker *w, enum order order);

/* users.c */
void switcher_main(struct worker *w);
void switcher_order(struct worker *w, enum order order);
void users_end(void);

/* pairs.c */
void recorder_main(struct worker *w);
void recorder_order(struct worker *w, enum order order);

#endif /* SELFTEST_TRACEHOOK_TORTURE_H */
