/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who is marked, and who stops: kernel/tracehook/arming.c, ptrace and fork.
 *
 * Two users arm and disarm.  Threads make system calls; a tracer attaches to
 * them, stops and resumes them by any request, and detaches or dies, as often
 * as it likes, until the users are done.  With -DFORK the second thread is not
 * there yet: it is a child of the first one, with or without CLONE_PTRACE.
 *
 * Whether a tracepoint is called does not matter here, but for SYSEMU.
 */
#ifndef THREADS
#define THREADS		2
#endif
#ifndef ARMS_1
#define ARMS_1		1
#endif
#ifndef ARMS_2
#define ARMS_2		1
#endif

#define TRACER		THREADS
#define CPUS		(THREADS + 1)

#if defined(UNMARK_BY_KEY) || defined(SETTLE_BY_KEY) || defined(FORK_BY_KEY)
#define KEY
#endif
#ifdef KEY
#define NEW_PERIOD	key_n++
#define KEY_OFF		key_n++
#else
#define NEW_PERIOD	skip
#define KEY_OFF		skip
#endif
#ifdef FORK
#define BARRIER_A_LIST	must_see = linked_g
#define FORKING		tasklist_lock
#else
#define FORKING		false
#define BARRIER_A_LIST	skip
#endif
#include "common.pml"

/* ->ptrace */
#define PTRACED		1
#define ENTRY_STOP	2
#define EXIT_STOP	4

/* resume requests; CONT stands for all that ask for no system call stop */
#define CONT		0
#define SYSCALL		1
#define SYSEMU		2

bool marked[THREADS];		/* SYSCALL_TRACE */
bool emu[THREADS];		/* SYSCALL_EMU */
byte ptrace[THREADS];		/* ->ptrace */
byte ptrace_old[THREADS];	/* what the thread may still read there */
bool stopped[THREADS];
byte users_done;
bool at_rest;			/* users and tracer change nothing any more */

#ifdef FORK
bool tasklist_lock;
bool linked, linked_g;		/* the child is on the task list */
bool alive;			/* ... and runs */
#endif
#ifdef KEY
byte key_n, key_v[CPUS];	/* tracehook_key: no barrier orders it */
#endif

/* What the tracer wants, to judge by */
byte want[THREADS];		/* its last request */
byte raced[THREADS];		/* 2: it goes away, 1: did since the thread was in user mode */

inline mark_all()
{
	marked[0] = true;	/* or a dead one, in vain */
#ifdef FORK
	if
	:: linked -> marked[1] = true
	:: !must_see
	fi;
	must_see = false
#elif THREADS > 1
	marked[1] = true
#endif
}

proctype user(byte who; byte times)
{
	byte i;
#ifdef FORK
	bool must_see;
#endif

	do
	:: i < times ->
		i++;
		tracehook_set_user(who, true);
		if
		:: tracehook_set_user(who, false)
		:: break
		fi
	:: break
	od;
	users_done++
}

#ifdef RACE_WITH_DYING_TRACER
#define RACED(thr)	false
#else
#define RACED(thr)	(raced[thr] != 0)
#endif

inline read_armed(cpu)
{
	load(armed_n, armed_v[cpu]);
	armed = ON(armed_v[cpu])
}

#ifdef KEY
inline read_key(cpu)
{
	load(key_n, key_v[cpu]);
	armed = ON(key_v[cpu])
}
#endif

/*
 * By the thread, or by the tracer that keeps it stopped.  What follows the
 * barrier is one step, as a load that comes later can still find the old value.
 */
inline tracehook_unmark(thr, cpu)
{
#ifdef CHECK_BEFORE_CLEAR
	atomic { read_armed(cpu) };
#endif
	marked[thr] = false;
	atomic {
#ifndef NO_BARRIER_C
		mb(cpu);		/* [C] */
#endif
#if defined(UNMARK_BY_KEY)
		read_key(cpu);
#elif !defined(CHECK_BEFORE_CLEAR)
		read_armed(cpu);
#endif
		if
#ifndef UNMARK_WITHOUT_CHECK
		:: armed -> marked[thr] = true
#endif
		:: else
		fi;
		armed = false
	}
}

/* What the thread finds in ->ptrace */
inline read_ptrace(thr)
{
	if
	:: flags = ptrace_old[thr]
	:: ptrace_old[thr] != ptrace[thr] -> ptrace_old[thr] = ptrace[thr]; flags = ptrace[thr]
	fi
}

/* ptrace_stop(): looks at ->ptrace again, under siglock; then the tracer's turn */
inline stop(thr, is_wanted)
{
	atomic {
		flags = 0;
		ptrace_old[thr] = ptrace[thr];
		if
		:: ptrace[thr] ->
			PROMISE(spurious_syscall_stop, (is_wanted) || raced[thr]);
			stopped[thr] = true
		:: else
		fi
	};
	!stopped[thr]
}

/*
 * The work flags are read once at entry, and once more at exit.  A mark that is
 * on its way to this CPU is like one that is not set yet.
 */
inline read_work(thr)
{
	PROMISE(unmarked_thread_on_armed_machine, !walked || marked[thr]);
	work = marked[thr]
}

inline tracehook_settle(thr)
{
	atomic {
#ifdef SETTLE_BY_KEY
		read_key(thr);
#else
		read_armed(thr);
#endif
	};
	if
	:: armed -> armed = false
	:: else ->
#ifndef SETTLE_NEVER
		atomic {
			read_ptrace(thr);
			if
#ifdef SETTLE_WITHOUT_FLAG
			:: marked[thr] -> flags = 0
#else
			:: !(flags & EXIT_STOP) && marked[thr] -> flags = 0
#endif
			:: else -> flags = 0; goto settled
			fi
		};
		tracehook_unmark(thr, thr);
#endif
settled:	skip
	fi
}

#ifdef FORK
inline tracehook_fork()
{
#ifndef NO_BARRIER_B
	d_step {			/* [B] */
		mb(0);
		linked_g = linked
	};
#endif
	atomic {
#ifdef FORK_BY_KEY
		read_key(0);
#else
		read_armed(0);
#endif
		if
		:: armed -> armed = false; marked[1] = true
		:: else
		fi
	}
}

inline wake_up_new_task()
{
	d_step {
		max(armed_v[1], armed_v[0]);
#ifdef KEY
		max(key_v[1], key_v[0]);
#endif
		alive = true;
		/* the parent has done its part */
		ptrace[0] = 0;
		ptrace_old[0] = 0;
		want[0] = CONT;
		raced[0] = 0;
		marked[0] = false;
		emu[0] = false
	}
}

/* the end of it; the child's bits were cleared before, and nobody knows it yet */
inline copy_process()
{
	atomic { !tasklist_lock -> tasklist_lock = true };
#ifdef FORK_CHECK_BEFORE_LINK
	tracehook_fork();
#endif
	atomic {
		/* ptrace_init_task() */
		if
		:: ptrace[0] ->
#ifdef FORK_INHERITS_STOPS
			ptrace[1] = ptrace[0];
#else
			ptrace[1] = ptrace[0] & PTRACED;
#endif
			ptrace_old[1] = ptrace[1]
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
#if !defined(FORK_CHECK_BEFORE_LINK) && !defined(FORK_WITHOUT_CHECK)
	tracehook_fork();
#endif
	tasklist_lock = false;
#ifndef FORK_CHECK_AFTER_WAKE_UP
	wake_up_new_task()
#endif
}
#endif

proctype thread(byte me)
{
	bool work, armed, emulated, not_attempted, last;
	byte flags;

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
		not_attempted = false;
		if
		:: raced[me] == 1 && ptrace_old[me] == ptrace[me] -> raced[me] = 0
		:: else
		fi;
		if
		:: last ->
			PROMISE(mark_does_not_go_away, !marked[me] || ON(armed_n) || want[me] == SYSCALL);
			PROMISE(unmarked_thread_on_armed_machine, marked[me] || !ON(armed_n));
			PROMISE(lost_syscall_stop, marked[me] || want[me] != SYSCALL);
			goto done
		:: !last && at_rest && !FORKING ->
			/* in the end every store is seen by everybody */
			last = true;
			armed_v[me] = armed_n;
#ifdef KEY
			key_v[me] = key_n;
#endif
			ptrace_old[me] = ptrace[me]
		:: !last && (!at_rest || FORKING)
		fi
	};
	if
	:: true
	:: ptrace[me] && !at_rest -> stop(me, true); goto user_mode
	fi;

	/* syscall_trace_enter() */
	atomic {
		read_work(me);
		not_attempted = emu[me];
		PROMISE(lost_syscall_stop, work || emu[me] || want[me] == CONT);
		if
		:: work || emu[me] -> work = false
		:: else -> goto call
		fi
	};
	/* ptrace_report_syscall_entry() */
#ifdef SETTLE_BEFORE_STOP
	tracehook_settle(me);
#endif
	atomic {
		read_ptrace(me);
		emulated = (flags & (ENTRY_STOP | EXIT_STOP)) == ENTRY_STOP;
#ifdef STOP_IF_TRACED
		if
		:: flags & PTRACED
#else
		PROMISE(lost_syscall_stop, flags & ENTRY_STOP || want[me] == CONT);
		if
		:: flags & ENTRY_STOP
#endif
		:: else -> flags = 0; goto not_stopped_at_entry
		fi
	};
	stop(me, want[me] != CONT);
not_stopped_at_entry:
#ifdef SYSEMU_AFTER_STOP
	atomic {
		read_ptrace(me);
		emulated = (flags & (ENTRY_STOP | EXIT_STOP)) == ENTRY_STOP;
		flags = 0
	};
#endif
	/* tracehook_syscall_entry(): its key is late, but not for ever */
	atomic {
		PROMISE(emulated_call_reported, emulated || !not_attempted || RACED(me));
		if
		:: !emulated && (!last || ON(armed_n)) -> goto call
		:: emulated = false
		fi
	};
#ifndef SETTLE_BEFORE_STOP
	tracehook_settle(me);
#endif

call:
	if
#ifdef FORK
	:: me == 0 -> copy_process(); goto done
	:: me != 0
#else
	:: true
#endif
	:: !not_attempted && ptrace[me] && !at_rest -> stop(me, true)
	fi;

exit:
	/* syscall_exit_work() */
	atomic {
		read_work(me);
		PROMISE(lost_syscall_stop, work || want[me] != SYSCALL);
		if
		:: work -> work = false
		:: else -> goto user_mode
		fi
	};
	/* ptrace_report_syscall_exit() */
	atomic {
		read_ptrace(me);
#ifdef STOP_IF_TRACED
		if
		:: flags & PTRACED
#else
		PROMISE(lost_syscall_stop, flags & EXIT_STOP || want[me] != SYSCALL);
		if
		:: flags & EXIT_STOP
#endif
		:: else -> flags = 0; goto user_mode
		fi
	};
	stop(me, want[me] == SYSCALL);
	goto user_mode;

done:	skip
}

/* ptrace_resume(), the thread being stopped and frozen */
inline ptrace_resume(thr, request)
{
	d_step {
		req = request;
		max(armed_v[TRACER], armed_v[thr]);
		/* ptrace_set_syscall_stops() */
		if
		:: req == SYSCALL -> ptrace[thr] = PTRACED | ENTRY_STOP | EXIT_STOP
#ifdef SYSEMU_STOPS_AT_EXIT
		:: req == SYSEMU -> ptrace[thr] = PTRACED | ENTRY_STOP | EXIT_STOP
#else
		:: req == SYSEMU -> ptrace[thr] = PTRACED | ENTRY_STOP
#endif
#ifndef CONT_KEEPS_FLAGS
		:: req == CONT -> ptrace[thr] = PTRACED
#endif
		:: else
		fi;
		ptrace_old[thr] = ptrace[thr]
	};
	if
	:: req == SYSCALL -> marked[thr] = true
	:: else ->
#if defined(RESUME_LEAVES_MARK)
		skip
#elif defined(RESUME_CLEARS)
		marked[thr] = false
#else
		tracehook_unmark(thr, TRACER)
#endif
	fi;
	d_step {
		emu[thr] = (req == SYSEMU);
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
		raced[thr] = 2
	};
#if defined(UNLINK_CLEARS)
	marked[thr] = false;
#elif defined(UNLINK_UNMARKS)
	tracehook_unmark(thr, TRACER);
#endif
	emu[thr] = false;
	d_step {
		raced[thr] = 1;
		ptrace[thr] = 0;
#ifdef FORK
		tasklist_lock = false;
#endif
		if
		:: stopped[thr] ->
			ptrace_old[thr] = 0;
			stopped[thr] = false
		:: else
		fi
	}
}

inline attach(thr)
{
	d_step {
		ptrace[thr] = PTRACED
	}
}

inline trace_thread(thr)
{
	if
#ifdef FORK
	:: !ptrace[thr] && !tasklist_lock && thr == linked -> attach(thr)
#else
	:: !ptrace[thr] -> attach(thr)
#endif
	:: stopped[thr] -> ptrace_resume(thr, CONT)
	:: stopped[thr] -> ptrace_resume(thr, SYSCALL)
	:: stopped[thr] -> ptrace_resume(thr, SYSEMU)
	:: ptrace[thr] -> __ptrace_unlink(thr)
	:: else
	fi
}

proctype tracer()
{
	bool armed;
	byte req;

	do
#ifdef FORK
	:: !alive -> trace_thread(0)
	:: trace_thread(1)
#else
	:: trace_thread(0)
#endif
	:: users_done == 2 -> break
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
		run user(1, ARMS_1);
		run user(2, ARMS_2);
		run tracer();
		run thread(0);
#if THREADS > 1
		run thread(1)
#endif
	}
}
