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

#define NEW_PERIOD	period_n++
#define BARRIER_A_LIST	skip
#define KEY_OFF	skip
#include "common.pml"

byte period_n, period_v;	/* tracehook_period */
byte gen_n, gen_v;		/* tracehook_entry_gen: 0, 1, 0, 2, 0 ... */
byte entry_n, entry_v;		/* __tracepoint_syscall_entry.funcs: NULL, probes, ... */
byte exit_n, exit_v;		/* __tracepoint_syscall_exit.funcs */

bool marked;			/* SYSCALL_TRACE */
bool seen;			/* the thread knows of its mark */
bool wanted;			/* PT_SYSCALL_EXIT_STOP */
bool rcu;			/* in an RCU read-side section */
byte latch, handed;		/* current->tracehook: the store that was read, not its value */

/* What really happened, to judge by */
bool entered;			/* this call latched */
byte handed_to;			/* this call's entry went to this set of entry probes */
bool entry_moves;		/* entry probes are attached or on their way in or out */
byte entry_live;		/* they are attached: which set */
byte exit_period[EXIT_SETS + 1];	/* period in which a set of exit probes was attached */

#define SET(n)		(((n) + 1) / 2)

#ifdef PERIOD_SAME
#define PERIOD(n)	((n) != 0)
#else
#define PERIOD(n)	(n)
#endif
#if defined(GEN_SAME)
#define GEN(n)		ON(n)
#elif defined(GEN_KEPT_BY_UNREG)
#define GEN(n)		SET(n)
#else
#define GEN(n)		(ON(n) * SET(n))
#endif

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
		gen_v = gen_n;
		entry_v = entry_n;
		exit_v = exit_n
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
#ifdef GEN_BEFORE_ARM
		gen_n++;
#endif
		tracehook_set_user(ENTRY, true);
#ifdef GEN_AFTER_GRACE_PERIOD
		synchronize_rcu();
		gen_n++;
#else
#ifndef GEN_BEFORE_ARM
		gen_n++;		/* [D] */
#endif
#ifndef NO_GRACE_PERIOD_ENTRY
		synchronize_rcu();	/* [E] */
#endif
#endif
		d_step {
			entry_n++;
			entry_live = SET(entry_n)
		}
	:: ON(entry_n) ->
		/* tracehook_entry_unreg() */
		entry_live = 0;
#ifdef GEN_ZERO_AFTER_DISARM
		tracehook_set_user(ENTRY, false);
		gen_n++;
#else
		gen_n++;
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
		:: !armed -> latch = 0; handed = 0
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
		handed = 0;
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

inline read_gen()
{
	atomic {
		load(gen_n, gen_v);
#ifndef NO_ACQUIRE_D
		/* acquires what tracehook_entry_reg() had before its release: [D] */
		if
		:: ON(gen_v) -> max(entry_v, gen_v - 1)
		:: else
		fi;
#endif
		gen = gen_v
	}
}

inline call_entry_probes()
{
	if
	:: ON(entry_v) -> handed_to = SET(entry_v)
	:: else
	fi
}

inline __tracehook_syscall_entry()
{
	rcu = true;
	atomic {
		load(period_n, period_v);
		latch = period_v;
		entered = true
	};
#ifdef GEN_AFTER_PROBES
	atomic {
		load(entry_n, entry_v);
		has = ON(entry_v)
	};
	read_gen();
#else
	read_gen();
	atomic {
		load(entry_n, entry_v);
		has = ON(entry_v)
	};
#endif
#ifdef HANDED_WITHOUT_PROBES
	handed = gen;
#else
#ifdef HANDED_BY_KEY
	/* trace_syscall_entry_enabled(): may be late, may be a left-over */
	if
	:: handed = gen
	:: handed = 0
	fi;
#else
	if
	:: has -> handed = gen
	:: else -> handed = 0
	fi;
#endif
#endif
#ifdef PREEMPTIBLE_ENTRY
	rcu = false;
	rcu = true;
#endif
	atomic {
		/* the pointer is loaded once more: gone, perhaps, never another's */
		if
		:: has -> load(entry_n, entry_v); call_entry_probes()
#ifdef CALL_LOOKS_AT_KEY
		:: has /* the key was patched elsewhere, but not yet here */
#endif
#ifdef CALL_LOOKS_AT_PROBES
		:: !has -> load(entry_n, entry_v); call_entry_probes()
#endif
		:: else
		fi;
		has = false;
		gen = 0;
		rcu = false
	}
}

inline report_exit()
{
	if
	:: ON(exit_v) ->
		PROMISE(orphan_exit, entered);
		/* nor a call from before the probes' armed period */
		PROMISE(orphan_exit, latch >= exit_period[SET(exit_v)]);
		PROMISE(orphan_exit, !entry_live || entry_live == handed_to);
		entered = false
	:: else
	fi
}

inline __tracehook_syscall_exit(first)
{
	rcu = true;
	atomic {
		load(gen_n, gen_v);
		gen = gen_v
	};
	atomic {
		load(period_n, period_v);
		report = latch && PERIOD(latch) == PERIOD(period_v) &&
			 (GEN(gen) == GEN(handed)
#ifndef GEN_ZERO_COUNTS
			  || !GEN(gen)
#endif
			 );
		gen = 0;
		if
		:: first && entered ->
			PROMISE(lost_exit, report || !handed_to || handed_to != entry_live);
			PROMISE(lost_exit, report || !walked || latch != period_n ||
					   entry_moves || gen_v != gen_n)
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
	};
#ifndef LATCH_KEPT_BY_EXIT
	d_step { latch = 0; handed = 0 }
#endif
}

active proctype thread()
{
	bool work, armed, has, report;
	byte gen;

	/* a mark that is left over, or a tracer's */
	marked = true;
	seen = true;

next_call:
	maybe_stop();

	atomic { read_work() };
	if
	:: work ->
		d_step {
			work = false;
#ifndef LATCH_KEPT_BY_ENTRY
			latch = 0;
			handed = 0
#endif
		};
		if
		:: __tracehook_syscall_entry()
		:: true
		fi;
		/* tracehook_settle() */
		atomic {
			load(armed_n, armed_v[0]);
			armed = ON(armed_v[0])
		};
		if
		:: !armed && !wanted && marked -> tracehook_unmark()
		:: else -> armed = false
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
		if
		:: __tracehook_syscall_exit(true);
		   if
		   :: __tracehook_syscall_exit(false)
		   :: true
		   fi
		:: true
		fi
	   :: else
	   fi
	fi;
	d_step { entered = false; handed_to = 0 };
	goto next_call
}
