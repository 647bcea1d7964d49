/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arming protocol, the flag, and ptrace: see README beside this file.
 *
 * Memory.  Every reader has a view of every word: how far he has come in the
 * sequence of its stores.  A load finds what the view has, or anything newer,
 * and moves the view there.  A store goes to the end of the sequence, and
 * moves the view of the one who stores.  Two views of two words have nothing to do with
 * each other.  That covers stores that are late, stores that other readers see
 * in another order, loads that pass each other, and loads that pass stores before them.
 * It keeps coherence.  Views are brought up to date by
 *
 *  - an atomic bit operation, for its own bit, as it takes the newest value;
 *  - smp_mb(), which exchanges the view with that of all earlier full barriers;
 *  - acquiring what somebody released: ptrace's stops and wakeups, the wakeup
 *    of a fork child, and whatever tells a thread that the machine is armed.
 */
#ifndef ARMS
#define ARMS		1	/* how often the machine is armed */
#endif
#ifndef THREADS
#define THREADS		1
#endif

#define TRACER		THREADS
#define CPUS		(THREADS + 1)

/* The promises; all false.  An assertion names what its failure breaks. */
bool unmarked_on_armed_machine, mark_stays, call_not_reported, reported_but_not_made;
bool exit_of_another_call, lost_exit, lost_stop, spurious_stop;
#define PROMISE(broken, cond)	assert(broken || (cond))

/* requests of a tracer; CONT stands for all that ask for no system call stop */
#define CONT		0
#define SYSCALL		1
#define SYSEMU		2

/* stops that ->ptrace asks for */
#define ENTRY_STOP	1
#define EXIT_STOP	2

/* Stores to tracehook_armed: 1, 0, 1, ..., so their number tells the value. */
#define ON(n)		((n) & 1)
byte armed_n;
byte armed_v[CPUS];		/* the views of it, */
byte armed_mb;			/* and that of the full barriers */

/* Of a thread.  *_v is its view; the value in it is enough where one bit changes. */
bool marked[THREADS], marked_v[THREADS];	/* SYSCALL_TRACE */
bool emu[THREADS], emu_v[THREADS];		/* SYSCALL_EMU */
byte stops[THREADS], stops_v[THREADS];		/* in ->ptrace */
bool traced[THREADS];				/* ->ptrace is not 0 */
bool stopped[THREADS];
bool reported[THREADS];		/* current->tracehook.reported */

#ifdef FORK
bool tasklist_lock;
bool linked, linked_mb;		/* the child is on the task list; as full barriers know */
bool alive;			/* ... and runs */
#endif

/* What really happened, to judge by */
bool walked;			/* the walk is over, and the machine still armed */
bool exits;			/* exit probes have been attached since then */
bool told[THREADS];		/* the thread knows that the machine is armed */
bool told_exits[THREADS];	/* ... and of the exit probes */
bool exit_due[THREADS];		/* it knew when this call was reported */
byte want[THREADS];		/* the tracer's last request */
byte gone[THREADS];		/* the tracer goes, 2, or the thread may not know yet, 1 */
bool armer_done, at_rest;	/* nothing changes any more */

inline read_armed(cpu)
{
	do
	:: armed_v[cpu] < armed_n -> armed_v[cpu]++
	:: break
	od;
	armed = ON(armed_v[cpu])
}

/* The key of the entry tracepoint, instead: on or off, rightly or not */
inline read_key()
{
	if
	:: armed = true
	:: armed = false
	fi
}

/* a load of X by its thread, whose view is X_v */
inline read(x, x_v)
{
	if
	:: true
	:: x_v != x -> x_v = x
	fi
}

inline max(to, from)
{
	if
	:: to < from -> to = from
	:: else
	fi
}

inline mb(cpu)
{
	max(armed_v[cpu], armed_mb);
	armed_mb = armed_v[cpu]
}

/* A marked thread has read that the machine is armed: it must not lose a call now. */
inline knows(thr)
{
	told[thr] = told[thr] || (ON(armed_n) && armed_v[thr] == armed_n && marked_v[thr])
}

/* arming.c */

/* In any order, as nothing orders the bits of two threads */
inline tracehook_mark_all()
{
#ifdef FORK
	if
	:: !alive -> marked[0] = true
	:: else	/* has done its part */
	fi;
	if
	:: linked -> marked[1] = true
	:: !must_see
	fi
#elif THREADS > 1
	if
	:: marked[0] = true; marked[1] = true
	:: marked[1] = true; marked[0] = true
	fi
#else
	marked[0] = true
#endif
}

inline forget(thr)
{
	told[thr] = false;
	told_exits[thr] = false;
	exit_due[thr] = false
}

/* tracehook_set_user(), by one process, as the real ones hold a mutex */
active proctype armer()
{
	bool must_see;

	do
	:: armed_n < 2 * ARMS ->
#ifdef WALK_BEFORE_ARMED
		tracehook_mark_all();
#endif
		armed_n++;
#ifndef NO_BARRIER_A
		d_step {		/* [A] */
			armed_mb = armed_n;
#ifdef FORK
			must_see = linked_mb
#endif
		};
#endif
#ifndef WALK_BEFORE_ARMED
		tracehook_mark_all();
#endif
		walked = true;
		if
		:: exits = true
		:: true
		fi;
		if
		:: break
		:: d_step {
			walked = false;
			exits = false;
			must_see = false;
			armed_n++;
			forget(0);
#if THREADS > 1
			forget(1)
#endif
		   }
#ifdef DISARM_CLEARS
		   marked[0] = false
#endif
		fi
	:: break
	od;
	armer_done = true
}

/*
 * By the thread, or by the tracer that keeps it stopped.  The load is one step
 * with the barrier, as one that comes later can still find the old value.
 */
inline tracehook_clear_mark(thr, cpu)
{
#ifdef CHECK_BEFORE_CLEAR
	atomic { read_armed(cpu) };
#endif
	d_step {
		marked[thr] = false;
		marked_v[thr] = false
	};
	atomic {
#ifndef NO_BARRIER_C
		mb(cpu);		/* [C] */
#endif
#if defined(CLEAR_WITHOUT_CHECK)
		armed = false;
#elif defined(CLEAR_CHECKS_KEY)
		read_key();
#elif !defined(CHECK_BEFORE_CLEAR)
		read_armed(cpu);
#endif
		if
		:: armed ->
			marked[thr] = true;
			marked_v[thr] = true;
#ifdef FLAG_CLEARED_WITH_KEPT_MARK
			reported[thr] = false;
#endif
			if
			:: cpu == thr -> knows(thr)
			:: else
			fi
		:: else ->
#ifndef FLAG_KEPT_BY_CLEAR_MARK
			reported[thr] = false
#endif
		fi;
		armed = false
	}
}

#ifdef FORK
inline tracehook_fork()
{
#ifndef FLAG_KEPT_BY_FORK
	reported[1] = false;
#endif
#ifndef NO_BARRIER_B
	d_step {			/* [B] */
		mb(0);
		linked_mb = linked_mb || linked
	};
#endif
	atomic {
#ifdef FORK_CHECKS_KEY
		read_key();
#else
		read_armed(0);
#endif
		if
#ifndef FORK_WITHOUT_CHECK
		:: armed -> marked[1] = true; marked_v[1] = true
#endif
		:: else
		fi;
		armed = false
	}
}

inline wake_up_new_task()
{
	d_step {
		armed_v[1] = armed_v[0];
		told[1] = told[0];
		told_exits[1] = told_exits[0];
		alive = true;
		/* the parent has done its part */
		forget(0);
		traced[0] = false;
		stops[0] = 0;
		stops_v[0] = 0;
		want[0] = CONT;
		gone[0] = 0;
		marked[0] = false;
		marked_v[0] = false;
		emu[0] = false;
		emu_v[0] = false;
		reported[0] = false
	}
}

/* From the copy of the task, whose work bits are cleared before anybody knows it */
inline copy_process()
{
	reported[1] = reported[0];
	atomic { !tasklist_lock -> tasklist_lock = true };
#ifdef FORK_CHECK_BEFORE_LINK
	tracehook_fork();
#endif
	atomic {
		/* ptrace_init_task() */
		if
		:: traced[0] ->
			traced[1] = true;
#ifdef FORK_INHERITS_STOPS
			stops[1] = stops[0];
			stops_v[1] = stops[0]
#endif
		:: true
		fi;
		linked = true
	};
#ifdef FORK_CHECK_UNLOCKED
	tasklist_lock = false;
#endif
#ifdef FORK_CHECK_AFTER_WAKE_UP
	wake_up_new_task();
#endif
#ifndef FORK_CHECK_BEFORE_LINK
	tracehook_fork();
#endif
#ifdef FORK_CLEARS_LAST
	d_step { marked[1] = false; marked_v[1] = false };
#endif
	tasklist_lock = false;
#ifndef FORK_CHECK_AFTER_WAKE_UP
	wake_up_new_task()
#endif
}
#define FORKING		tasklist_lock
#else
#define FORKING		false
#endif

/* The threads: the architecture's path, ptrace.h, tracehook.h and hook.c */

/* ptrace_stop() looks at ->ptrace again, under siglock; then it is the tracer's turn */
inline stop(thr, wanted)
{
	atomic {
		stops_v[thr] = stops[thr];
		emu_v[thr] = emu[thr];
		if
		:: traced[thr] ->
#ifdef STOP_FOR_NEXT_TRACER
			PROMISE(spurious_stop, wanted);
#else
			PROMISE(spurious_stop, (wanted) || gone[thr]);
#endif
			stopped[thr] = true
		:: else
		fi
	};
	!stopped[thr]
}

/*
 * The architecture reads both work bits at once.  They are one word, but here
 * they may be seen in any order.
 */
inline read_work(thr)
{
	read(marked[thr], marked_v[thr]);
	read(emu[thr], emu_v[thr]);
	if
	:: gone[thr] == 1 && stops_v[thr] == stops[thr] && emu_v[thr] == emu[thr] ->
		gone[thr] = 0
	:: else
	fi
}

inline tracehook_syscall_exit(thr)
{
	if
	:: true ->			/* its key is on, rightly or not */
		if
#ifdef EXIT_BY_KEY
		:: true ->
#else
		:: reported[thr] ->
#endif
			PROMISE(exit_of_another_call, entered);
#ifndef FLAG_KEPT_BY_EXIT
			reported[thr] = false;
#endif
			entered = false;
			exit_due[thr] = false
		:: else
		fi
	:: !told_exits[thr] ->
#ifndef FLAG_KEPT_BY_EXIT_WITHOUT_PROBES
		reported[thr] = false
#endif
	fi
}

proctype thread(byte me)
{
	bool armed;
	bool emulated;			/* as the hook thinks */
	bool made;			/* as the architecture does */
	bool attempted, aborted;
	bool entered;			/* this call was reported, and its exit was not */
	bool last;
#ifdef DROP_BY_STOPS_BEFORE_STOP
	byte old_stops;
#endif

#ifdef FORK
	if
	:: me == 1 ->
end_unborn:	alive;
		if
		:: goto exit		/* x86: the child leaves through the exit path */
		:: goto user_mode	/* arm64: it does not */
		fi
	:: else
	fi;
#endif

user_mode:
	atomic {
		if
		:: last ->
			PROMISE(mark_stays, !marked[me] || ON(armed_n) || want[me] == SYSCALL);
			PROMISE(unmarked_on_armed_machine, marked[me] || !ON(armed_n));
			PROMISE(lost_stop, marked[me] || want[me] != SYSCALL);
			goto done
		:: !last && at_rest && !FORKING ->
			/* in the end every store is seen by everybody */
			last = true;
			armed_v[me] = armed_n;
			marked_v[me] = marked[me];
			emu_v[me] = emu[me];
			stops_v[me] = stops[me]
		:: !last && (!at_rest || FORKING)
		fi
	};
	if
	:: true
	:: traced[me] && !at_rest ->
		stop(me, true);
		goto user_mode
	:: d_step { walked && !(told[me] && told_exits[me] == exits) ->
		armed_v[me] = armed_n;
		marked_v[me] = marked[me];
		told[me] = true;
		told_exits[me] = exits }
	fi;

	/* syscall_trace_enter() */
	atomic {
		read_work(me);
		PROMISE(unmarked_on_armed_machine, !told[me] || marked_v[me]);
		PROMISE(lost_stop, want[me] != SYSCALL || marked_v[me]);
		PROMISE(lost_stop, want[me] != SYSEMU || emu_v[me]);
		made = !emu_v[me];
		if
		:: marked_v[me] || emu_v[me]
		:: else -> goto call
		fi
	};

	/* ptrace_report_syscall_entry() */
#ifdef MARK_TEST_BEFORE_STOP
	attempted = marked_v[me];
#else
	attempted = true;
#endif
	atomic {
		read(stops[me], stops_v[me]);
		PROMISE(lost_stop, stops_v[me] & ENTRY_STOP || want[me] == CONT);
#ifdef DROP_BY_STOPS_BEFORE_STOP
		old_stops = stops_v[me];
#endif
		if
#ifdef STOP_IF_TRACED
		:: traced[me]
#else
		:: stops_v[me] & ENTRY_STOP
#endif
		:: else -> goto report
		fi
	};
#if defined(EMU_BY_STOPS)
	emulated = !(stops_v[me] & EXIT_STOP);
#else
	atomic {
		read(emu[me], emu_v[me]);
		emulated = emu_v[me]
	};
#endif
	if
	:: stop(me, want[me] != CONT)
	:: aborted = true; made = false	/* it is killed */
	fi;
#ifdef EMU_AFTER_STOP
	emulated = emu_v[me];
#endif
#if defined(ABORTED_IS_ATTEMPTED)
	attempted = attempted && !emulated;
#elif defined(EMULATED_IS_ATTEMPTED)
	attempted = attempted && !aborted;
#else
	attempted = attempted && !emulated && !aborted;
#endif
	emulated = false;

report:
	/*
	 * tracehook_syscall_entry().  The thread is unmarked if it came for
	 * SYSCALL_EMU alone, or if the tracer cleared the mark in the stop.  It must
	 * not set the flag then.  Its exit and its next entry would bypass the hook
	 * and leave the flag set, and the walk could mark it before the next exit.
	 */
	atomic {
		read(marked[me], marked_v[me]);
#if !defined(REPORT_UNMARKED) && !defined(MARK_TEST_BEFORE_STOP) && !defined(FLAG_IS_MARK)
		attempted = attempted && marked_v[me]
#endif
	};
	atomic {
		if
#ifndef REPORT_BY_KEY
		:: attempted -> read_armed(me)
#else
		:: attempted -> read_key()
#endif
		:: !attempted
		fi;
		if
		:: armed ->
			armed = false;
			attempted = false;
#ifdef NOT_MADE_AS_TRACER_DIES
			PROMISE(reported_but_not_made, made);
#else
			PROMISE(reported_but_not_made, made || gone[me]);
#endif
			knows(me);
#ifdef FLAG_IS_MARK
			reported[me] = marked_v[me];
#else
			reported[me] = true;
#endif
			entered = true;
			exit_due[me] = told_exits[me];
			goto call
		:: else ->
			attempted = false;
			PROMISE(call_not_reported, !made || !told[me]);
#ifndef FLAG_KEPT_BY_UNREPORTED_ENTRY
			reported[me] = false
#endif
		fi
	};
	/* ptrace_clear_syscall_trace() */
	atomic {
		read(marked[me], marked_v[me]);
		read(stops[me], stops_v[me]);
		if
#if defined(DROP_NEVER)
		:: false
#elif defined(DROP_WITHOUT_STOPS)
		:: marked_v[me]
#elif defined(DROP_BY_STOPS_BEFORE_STOP)
		:: marked_v[me] && !(old_stops & EXIT_STOP)
#else
		:: marked_v[me] && !(stops_v[me] & EXIT_STOP)
#endif
		:: else -> goto call
		fi
	};
	tracehook_clear_mark(me, me);

call:
	if
	:: true
	:: made && traced[me] && !at_rest -> stop(me, true)
#ifdef FORK
	:: made && me == 0 && !last -> copy_process(); goto done
#endif
	fi;

exit:
	/* syscall_exit_work() */
	if
	:: true ->			/* not everywhere for all calls */
		exit_due[me] = false;
		goto over
	:: atomic {
		read_work(me);
		PROMISE(lost_stop, marked_v[me] || want[me] != SYSCALL);
		if
		:: marked_v[me]
		:: else -> goto over
		fi
	   }
	fi;
	/* ptrace_report_syscall_exit(), on some architectures twice */
	atomic { tracehook_syscall_exit(me) };
	if
	:: atomic { tracehook_syscall_exit(me) }
	:: true
	fi;
	atomic {
		read(stops[me], stops_v[me]);
		PROMISE(lost_stop, stops_v[me] & EXIT_STOP || want[me] != SYSCALL);
		if
#ifdef STOP_IF_TRACED
		:: traced[me] && !aborted
#else
		:: stops_v[me] & EXIT_STOP && !aborted
#endif
		:: else -> goto over
		fi
	};
	stop(me, want[me] == SYSCALL);

over:
	atomic {
		PROMISE(lost_exit, !exit_due[me]);
		entered = false;
		made = false;
		if
		:: aborted -> goto done
		:: else -> goto user_mode
		fi
	};
done:	skip
}

/* kernel/ptrace.c */

/* ptrace_resume(); the thread is stopped and stays so until the end */
inline ptrace_resume(thr, request)
{
	d_step {
		req = request;
		max(armed_v[TRACER], armed_v[thr]);
		/* ptrace_set_syscall_stops() */
		if
		:: req == SYSCALL -> stops[thr] = ENTRY_STOP | EXIT_STOP
		:: req == SYSEMU -> stops[thr] = ENTRY_STOP
#ifndef CONT_KEEPS_STOPS
		:: req == CONT -> stops[thr] = 0
#endif
		:: else
		fi;
		stops_v[thr] = stops[thr]
	};
	if
	:: req == SYSCALL -> d_step { marked[thr] = true; marked_v[thr] = true }
	:: else ->
#if defined(RESUME_LEAVES_MARK)
		skip
#elif defined(RESUME_CLEARS)
		d_step { marked[thr] = false; marked_v[thr] = false }
#else
		tracehook_clear_mark(thr, TRACER)
#endif
	fi;
	d_step {
		emu[thr] = (req == SYSEMU);
		emu_v[thr] = emu[thr];
		want[thr] = req;
		req = 0;
		max(armed_v[thr], armed_v[TRACER]);
		stopped[thr] = false
	}
}

/* __ptrace_unlink(), by PTRACE_DETACH or exit_ptrace(); the thread may be running */
inline __ptrace_unlink(thr)
{
	atomic {
#ifdef FORK
		!tasklist_lock -> tasklist_lock = true;
#endif
		want[thr] = CONT;
		gone[thr] = 2
	};
#if defined(UNLINK_CLEARS)
	marked[thr] = false;
#elif defined(UNLINK_CLEARS_WITH_CHECK)
	tracehook_clear_mark(thr, TRACER);
#endif
#ifdef UNLINK_PTRACE_FIRST
	stops[thr] = 0;
#endif
	emu[thr] = false;
	d_step {
		gone[thr] = 1;
		traced[thr] = false;
		stops[thr] = 0;
#ifdef FORK
		tasklist_lock = false;
#endif
		if
		:: stopped[thr] ->
			emu_v[thr] = false;
			stops_v[thr] = 0;
			stopped[thr] = false
		:: else
		fi
	}
}

inline trace_thread(thr)
{
	if
#ifdef FORK
	:: !traced[thr] && !tasklist_lock && thr == linked -> traced[thr] = true
#else
	:: !traced[thr] -> traced[thr] = true
#endif
	:: stopped[thr] -> ptrace_resume(thr, CONT)
	:: stopped[thr] -> ptrace_resume(thr, SYSCALL)
	:: stopped[thr] -> ptrace_resume(thr, SYSEMU)
	:: traced[thr] -> __ptrace_unlink(thr)
	:: else
	fi
}

active proctype tracer()
{
	bool armed;
	byte req;

	do
#ifdef FORK
	:: !alive -> trace_thread(0)
	:: trace_thread(1)
#elif THREADS > 1
	:: trace_thread(0)	/* the other one is left alone */
#else
	:: trace_thread(0)
#endif
	:: armer_done -> break
	od;
	at_rest = true;
end:	do
	:: stopped[0] -> ptrace_resume(0, want[0])
#ifdef FORK
	:: stopped[1] -> ptrace_resume(1, want[1])
#endif
	od
}

init {
	atomic {
		run thread(0);
#if THREADS > 1
		run thread(1)
#endif
	}
}
