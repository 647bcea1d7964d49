/* SPDX-License-Identifier: GPL-2.0 */
/*
 * No two calls share an id: tracehook_next_id().  Two threads, and a child of
 * each.  The lower 16 bits of an id are two here, so that they overflow.
 */
#define LOWER		4
#define CALLS		6	/* of a thread, two draws */

bool shared_id;			/* false, the name of the assertion */
byte drawn;
bool used[LOWER * 10];

proctype thread(byte id; bool forks)
{
	byte calls, upper;

	do
	:: calls < CALLS ->
		calls++;
		if
#ifdef ID_NOT_DRAWN_AGAIN
		:: id == 0 ->
#else
		:: id % LOWER == 0 ->
#endif
#ifdef ID_DRAWN_IN_TWO_STEPS
			upper = drawn + 1;
			drawn = upper;
#else
			d_step { drawn++; upper = drawn };	/* atomic_inc_return() */
#endif
			id = upper * LOWER
		:: else
		fi;
		d_step {
			id++;
			assert(shared_id || !used[id]);
			used[id] = true
		}
	:: forks ->
		forks = false;
#ifdef ID_KEPT_BY_FORK
		run thread(id, false)
#else
		run thread(0, false)
#endif
	:: calls == CALLS && !forks -> break
	od
}

init {
	atomic {
		run thread(0, true);
		run thread(0, true)
	}
}
