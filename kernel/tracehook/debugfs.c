// SPDX-License-Identifier: GPL-2.0
/* The toggle and the status, see Documentation/ABI/testing/debugfs-tracehook. */
#include <linux/bits.h>
#include <linux/debugfs.h>
#include <linux/kstrtox.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/tracehook.h>

#include "internal.h"

static int tracehook_enable_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%d\n", !!(READ_ONCE(tracehook_armed) & BIT(TRACEHOOK_TOGGLE)));
	return 0;
}

static ssize_t tracehook_enable_write(struct file *file, const char __user *buf,
				      size_t count, loff_t *ppos)
{
	bool on;
	int ret;

	ret = kstrtobool_from_user(buf, count, &on);
	if (ret)
		return ret;
	tracehook_set_user(TRACEHOOK_TOGGLE, on);
	return count;
}
DEFINE_SHOW_STORE_ATTRIBUTE(tracehook_enable);

/* Only a snapshot: threads come, go and clear their marks in the meantime. */
static int tracehook_status_show(struct seq_file *m, void *unused)
{
	unsigned long users = READ_ONCE(tracehook_armed);
	unsigned int threads = 0, marked = 0;
	struct task_struct *process, *thread;

	rcu_read_lock();
	for_each_process_thread(process, thread) {
		if (!tracehook_can_trace(thread))
			continue;
		threads++;
		marked += test_task_syscall_work(thread, SYSCALL_TRACE);
	}
	rcu_read_unlock();

	seq_printf(m, "armed: %d\nusers:%s%s%s%s\nthreads: %u\nmarked: %u\n", !!users,
		   users & BIT(TRACEHOOK_TOGGLE) ? " toggle" : "",
		   users & BIT(TRACEHOOK_ENTRY) ? " entry" : "",
		   users & BIT(TRACEHOOK_EXIT) ? " exit" : "",
		   users ? "" : " none", threads, marked);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(tracehook_status);

static int __init tracehook_debugfs_init(void)
{
	struct dentry *dir = debugfs_create_dir("tracehook", NULL);

	debugfs_create_file("enable", 0600, dir, NULL, &tracehook_enable_fops);
	debugfs_create_file("status", 0400, dir, NULL, &tracehook_status_fops);
	return 0;
}
late_initcall(tracehook_debugfs_init);
