/* SPDX-License-Identifier: GPL-2.0 */
/* torture: what is known of ids.  Judgements are NULL, or what is wrong. */
#ifndef SELFTEST_TRACEHOOK_TORTURE_IDS_H
#define SELFTEST_TRACEHOOK_TORTURE_IDS_H

#include "worker.h"

bool id_is_first(unsigned long long id);
bool id_follows(unsigned long long id, unsigned long long next);
const char *judge_new_id(const struct th_event *ev);
void close_id(const struct th_event *ev);
const char *judge_id_of_orphan(const struct th_event *ev, bool execed,
			       bool none_open);
unsigned long long find_id_twice(const struct th_event *ev, int n);

#endif /* SELFTEST_TRACEHOOK_TORTURE_IDS_H */
