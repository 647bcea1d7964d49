/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_TRACEHOOK_INTERNAL_H
#define _KERNEL_TRACEHOOK_INTERNAL_H

#include <linux/sched.h>

/* Who can want the machine armed: bits of tracehook_armed, names in the status. */
enum tracehook_user {
	TRACEHOOK_TOGGLE,
	TRACEHOOK_ENTRY,
	TRACEHOOK_EXIT,
};

/**
 * tracehook_set_user - add or remove one of the users of system call tracing
 * @user:	who
 * @on:		whether it wants the machine armed
 *
 * Context: may sleep; waits for the walk of another caller that arms.
 */
void tracehook_set_user(enum tracehook_user user, bool on);

/*
 * Kernel threads and the workers of io_uring and vhost make no system calls.
 * READ_ONCE(), because the task changes other flags; these two do not change any
 * more once it is on the task list.
 */
static inline bool tracehook_can_trace(const struct task_struct *task)
{
	return !(READ_ONCE(task->flags) & (PF_KTHREAD | PF_USER_WORKER));
}

#endif /* _KERNEL_TRACEHOOK_INTERNAL_H */
