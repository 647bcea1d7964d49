/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pairs of events: kernel/tracehook/hook.c and the latch.
 *
 * One thread, as threads share nothing here, the toggle, and somebody who
 * attaches and detaches entry and exit probes.  The tracer is a wish that
 * changes whenever the thread could be stopped.  A hook may be left out at any
 * time, and the exit path run once more or not at all: SYSEMU, keys that are
 * patched late, and the ways of the architectures.
 */
#ifndef TOGGLES
#define TOGGLES		1
#endif
#ifndef ENTRY_SETS
#define ENTRY_SETS	2
#endif
#ifndef EXIT_SETS
#define EXIT_SETS	1
#endif

#define CPUS		1
#define TOGGLE		1
#define ENTRY		2
#define EXIT		4

/* every number that tracehook_last can reach, and every store of one */
#define NUMBERS		(TOGGLES + 2 * ENTRY_SETS + EXIT_SETS)
#define FLOORS		(TOGGLES + 3 * ENTRY_SETS + EXIT_SETS)

#define NEW_PERIOD	new_period()
#define BARRIER_A_LIST	skip
#define KEY_OFF	skip
#include "common.pml"

byte last;			/* tracehook_last */
byte period_n, period_v;	/* tracehook_period, and its values */
byte period_is[NUMBERS + 1];
byte handed_n, handed_v;	/* tracehook_handed: one store for each set of entry probes */
byte handed_is[ENTRY_SETS + 1];
byte floor_n, floor_v;		/* tracehook_floor */
byte floor_is[FLOORS + 1];
byte entry_n, entry_v;		/* __tracepoint_syscall_entry.funcs: NULL, probes, ... */
byte exit_n, exit_v;		/* __tracepoint_syscall_exit.funcs */

bool marked;			/* SYSCALL_TRACE */
bool seen;			/* the thread knows of its mark */
bool wanted;			/* PT_SYSCALL_EXIT_STOP */
bool rcu;			/* in an RCU read-side section */
byte latch;			/* current->tracehook */

/* What really happened, to judge by */
bool entered;			/* this call latched */
byte entered_in;		/* in this period */
byte handed_to;			/* this call's entry went to this set of entry probes */
bool entry_moves;		/* entry probes are attached or on their way in or out */
byte entry_live;		/* they are attached: which set */
byte exit_period[EXIT_SETS + 1];	/* period in which a set of exit probes was attached */
byte entry_period[ENTRY_SETS + 1];	/* and a set of entry probes */

#define SET(n)		(((n) + 1) / 2)

inline set_floor(to)
{
	d_step {
		floor_is[floor_n + 1] = to;
		floor_n++
	}
}

/* tracehook_arm(), the first half */
inline new_period()
{
	d_step {
#ifdef PERIOD_SAME
		max(last, 1);
#else
		last++;
#endif
		period_is[period_n + 1] = last;
		period_n++
	};
	set_floor(period_is[period_n])
}

inline mark_all()
{
	d_step {
		if
		:: !marked -> marked = true; seen = false
		:: else
		fi
	}
}

/*
 * The thread is outside of RCU read-side sections at some time while the
 * updater waits, and then sees all that the updater had stored before.
 */
inline synchronize_rcu()
{
	atomic {
		!rcu;
		armed_v[0] = armed_n;
		period_v = period_n;
		handed_v = handed_n;
		floor_v = floor_n;
		entry_v = entry_n;
		exit_v = exit_n
	}
}

/* a number for the set of entry probes to come */
inline new_handed()
{
	d_step {
#ifdef HANDED_SAME
		if
		:: !handed_n -> last++
		:: else
		fi;
		handed_is[handed_n + 1] = (handed_n -> handed_is[handed_n] : last);
#else
		last++;
		handed_is[handed_n + 1] = last;
#endif
		entry_period[handed_n + 1] = period_n;
		handed_n++
	}
}

active proctype toggle()
{
	byte i;

	do
	:: i < TOGGLES ->
		tracehook_set_user(TOGGLE, true);
		tracehook_set_user(TOGGLE, false);
		i++
	:: break
	od
}

/* tracepoint_add_func() and tracepoint_remove_func(), under tracepoints_mutex */
active proctype tracepoints()
{
	do
	:: entry_n < 2 * ENTRY_SETS && !ON(entry_n) ->
		entry_moves = true;
		/* tracehook_entry_reg() */
		tracehook_set_user(ENTRY, true);
#ifdef HANDED_AFTER_GRACE_PERIOD
		synchronize_rcu();
#endif
#ifdef FLOOR_BEFORE_HANDED
		set_floor(last + 1);
		new_handed();
#else
		new_handed();		/* [D] */
#ifndef FLOOR_NOT_RAISED
		set_floor(last);
#endif
#endif
#if !defined(NO_GRACE_PERIOD_ENTRY) && !defined(HANDED_AFTER_GRACE_PERIOD)
		synchronize_rcu();	/* [E] */
#endif
		d_step {
			entry_n++;
			entry_live = SET(entry_n)
		}
	:: ON(entry_n) ->
		/* tracehook_entry_unreg() */
		entry_live = 0;
#ifdef FLOOR_LOWERED_AFTER_DISARM
		tracehook_set_user(ENTRY, false);
		set_floor(period_is[period_n]);
#else
#ifndef FLOOR_KEPT_BY_UNREG
		set_floor(period_is[period_n]);
#endif
		tracehook_set_user(ENTRY, false);
#endif
		d_step { entry_n++; entry_moves = false }
	:: exit_n < 2 * EXIT_SETS && !ON(exit_n) ->
		/* tracehook_exit_reg() */
		tracehook_set_user(EXIT, true);
#ifndef NO_GRACE_PERIOD_EXIT
		synchronize_rcu();	/* [F] */
#endif
		d_step {
			exit_n++;
			exit_period[SET(exit_n)] = period_n
		}
	:: ON(exit_n) ->
		/* tracehook_exit_unreg() */
		tracehook_set_user(EXIT, false);
		exit_n++
	:: !ON(entry_n) && !ON(exit_n) ->
		break
	od
}

/* The thread reads its work flags; a mark by another CPU may be on its way */
inline read_work()
{
	if
	:: marked -> work = true; seen = true
	:: marked && !seen -> work = false
	:: !marked -> work = false
	fi
}

/* tracehook_unmark(), by the thread or by the tracer that keeps it stopped */
inline tracehook_unmark()
{
	d_step { marked = false; seen = true };
	mb(0);				/* [C] */
	atomic {
		load(armed_n, armed_v[0]);
		armed = ON(armed_v[0]);
#ifndef LATCH_KEPT_BY_UNMARK
		if
		:: !armed -> latch = 0; entered_in = 0
		:: else
		fi
#endif
	};
	if
	:: armed -> d_step { armed = false; marked = true; seen = true }
	:: else
	fi
}

/* Anything that a tracer may do to a stopped thread, or nothing */
inline maybe_stop()
{
	if
	:: d_step { wanted = true; marked = true; seen = true }
	:: wanted = false; tracehook_unmark()
	:: true
	fi
}

/* A copy of the thread goes on instead of it: copy_process(), tracehook_fork() */
inline be_the_child()
{
	atomic {
		entered = false;
		handed_to = 0;
		wanted = false;
		seen = true;
#ifndef LATCH_KEPT_BY_FORK
		latch = 0;
#endif
		marked = false
	};
	mb(0);				/* [B] */
	atomic {
		load(armed_n, armed_v[0]);
		if
		:: ON(armed_v[0]) -> marked = true
		:: else
		fi
	}
}

inline read_period()
{
	load(period_n, period_v);
	number = period_is[period_v];
	in = period_v
}

inline latch_it()
{
	latch = number;
	entered = true;
	entered_in = in;
	number = 0;
	in = 0
}

inline read_handed()
{
	load(handed_n, handed_v);
#ifndef NO_ACQUIRE_D
	/* The list of probes is not older than what has been read: [D]. */
	if
	:: handed_v -> max(entry_v, 2 * (handed_v - 1))
	:: else
	fi;
#endif
	number = handed_is[handed_v];
	in = entry_period[handed_v]
}

inline call_entry_probes()
{
	if
	:: ON(entry_v) -> handed_to = SET(entry_v); entered_in = entry_period[handed_to]
	:: else
	fi
}

inline __tracehook_syscall_entry()
{
	if
	:: true	/* its key says no, rightly or not */
		atomic { read_period() };
		atomic { latch_it() }
	:: true
		rcu = true;
#ifndef HANDED_AFTER_PROBES
		atomic { read_handed() };
#endif
		atomic {
			load(entry_n, entry_v);
			has = ON(entry_v)
		};
#ifdef HANDED_AFTER_PROBES
		atomic { read_handed() };
#endif
		if
#ifdef HANDED_BY_KEY
		:: true ->
#else
		:: has ->
#endif
			atomic { latch_it() };
#ifdef PREEMPTIBLE_ENTRY
			rcu = false;
			rcu = true;
#endif
			/* the pointer is loaded once more: gone, perhaps, never another's */
			atomic {
				if
				:: load(entry_n, entry_v); call_entry_probes()
#ifdef CALL_LOOKS_AT_KEY
				:: true	/* the key was patched elsewhere, but not yet here */
#endif
				fi;
				has = false;
				rcu = false
			}
		:: else ->
#ifndef LATCH_HANDED_WITHOUT_PROBES
			atomic { read_period() };
#endif
			atomic {
				latch_it();
#ifdef CALL_LOOKS_AT_PROBES
				load(entry_n, entry_v); call_entry_probes();
#endif
				rcu = false
			}
		fi
	fi
}

inline report_exit()
{
	if
	:: ON(exit_v) ->
		PROMISE(orphan_exit, entered);
		/* nor a call from before the probes' armed period */
		PROMISE(orphan_exit, entered_in >= exit_period[SET(exit_v)]);
		PROMISE(orphan_exit, !entry_live || entry_live == handed_to);
		entered = false
	:: else
	fi
}

inline __tracehook_syscall_exit(first)
{
	rcu = true;
	atomic {
		load(floor_n, floor_v);
		report = latch >= floor_is[floor_v];
		if
		:: first && entered ->
			PROMISE(lost_exit, report || !handed_to || handed_to != entry_live);
			PROMISE(lost_exit, report || !walked || entered_in != period_n ||
					   entry_moves || floor_v != floor_n)
		:: else
		fi
	};
#ifdef PREEMPTIBLE_EXIT
	rcu = false;
	rcu = true;
#endif
	atomic {
		if
		:: report -> load(exit_n, exit_v); report_exit()
		:: else
		fi;
		report = false;
		rcu = false
	}
}

/* tracehook_syscall_exit(); its key says yes or no */
inline tracehook_syscall_exit(first)
{
	if
	:: __tracehook_syscall_exit(first)
	:: true
	fi;
#ifndef LATCH_KEPT_BY_EXIT
	latch = 0
#endif
}

inline tracehook_settle()
{
#ifndef LATCH_KEPT_BY_SETTLE
	latch = 0;
#endif
	atomic {
		load(armed_n, armed_v[0]);
		armed = ON(armed_v[0])
	};
	if
	:: !armed && !wanted && marked -> tracehook_unmark()
	:: else -> armed = false
	fi
}

active proctype thread()
{
	bool work, armed, has, report;
	byte number, in;

	floor_is[0] = 1;
	/* a mark that is left over, or a tracer's */
	marked = true;
	seen = true;

next_call:
	maybe_stop();

	atomic { read_work() };
	if
	:: work ->
		work = false;
		/* tracehook_syscall_entry() */
		if
		:: __tracehook_syscall_entry()
		:: tracehook_settle()
		fi
	:: else
	fi;

	if
	:: maybe_stop()
	:: be_the_child()
	fi;

	if
	:: true
	:: atomic { read_work() };
	   if
	   :: work ->
		work = false;
		tracehook_syscall_exit(true);
		if
		:: tracehook_syscall_exit(false)
		:: true
		fi
	   :: else
	   fi
	fi;
	d_step { entered = false; entered_in = 0; handed_to = 0 };
	goto next_call
}
