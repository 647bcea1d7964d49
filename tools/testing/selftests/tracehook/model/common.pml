/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the models share: memory, and the users of the machine.
 *
 * Memory.  A store appends a value to its variable and is not seen by anybody
 * until he happens to look that far: X_n counts the stores to X, X_v is how far
 * the reader is, and a plain load goes anywhere between the two.  That is a
 * store buffer for each variable and each pair of CPUs, which may also be
 * drained in different orders for different readers, and loads that pass each
 * other.  Ordered are only: stores to one variable (coherence), atomic bit
 * operations, which take the newest value and order nothing else, smp_mb(),
 * which goes through X_g as all full barriers do, acquire and release, locks
 * and grace periods where the model says so.  Not modelled: stores that become
 * visible before a load that precedes them (no load here decides too late).
 * Weaker than TSO in all that [A] to [F] are for, and than multi-copy atomicity.
 *
 * The values of the words alternate or count up, so the number of the store
 * tells the value: tracehook_armed is ON(armed_n), and so on.
 */
#define ON(n)		((n) & 1)

/* The promises; all false.  An assertion names what its failure breaks. */
bool unmarked_thread_on_armed_machine, mark_does_not_go_away;
bool lost_syscall_stop, spurious_syscall_stop, emulated_call_reported;
bool orphan_exit, lost_exit;
#define PROMISE(broken, cond)	assert(broken || (cond))

byte armed_n, armed_g;		/* tracehook_armed */
byte armed_v[CPUS];
byte users;			/* tracehook_users */
bool mutex;			/* tracehook_mutex */
bool walked;			/* tracehook_arm() is over, tracehook_disarm() not begun */

/* A plain load: v is how far the reader has got, n how far he could */
inline load(n, v)
{
	do
	:: v < n -> v++
	:: break
	od
}

inline max(to, from)
{
	if
	:: to < from -> to = from
	:: else
	fi
}

/* smp_mb() of a CPU that has not stored to the word itself */
inline mb(cpu)
{
	d_step {
		max(armed_v[cpu], armed_g);
		armed_g = armed_v[cpu]
	}
}

inline tracehook_arm()
{
#ifndef PERIOD_AFTER_WALK
	NEW_PERIOD;
#endif
#ifdef WALK_BEFORE_ARMED
	mark_all();
#endif
	armed_n++;
#ifndef NO_BARRIER_A
	d_step {			/* [A] */
		armed_g = armed_n;
		BARRIER_A_LIST
	};
#endif
#ifndef WALK_BEFORE_ARMED
	mark_all();
#endif
#ifdef PERIOD_AFTER_WALK
	NEW_PERIOD;
#endif
	walked = true
}

inline tracehook_disarm()
{
	atomic {
		walked = false;
		armed_n++
	};
	KEY_OFF
}

inline tracehook_set_user(user, on)
{
	atomic { !mutex -> mutex = true };
	if
	:: on && !users -> tracehook_arm()
	:: !on && users == user -> tracehook_disarm()
	:: else
	fi;
	d_step {
		if
		:: on -> users = users | user
		:: else -> users = users & ~user
		fi;
		mutex = false
	}
}
