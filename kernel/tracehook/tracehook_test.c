// SPDX-License-Identifier: GPL-2.0
/*
 * A probe on the tracehook tracepoints: for the selftests, and as an example.
 *
 * It counts calls and, on request, rewrites those of one thread, no matter whose.
 * Not for machines that anybody depends on.  In /sys/kernel/debug/tracehook/test/:
 *
 *  - attach:  0, or the sum of 1 (entry) and 2 (exit)
 *  - counts:  calls seen since the module was loaded
 *  - rewrite: "pid=PID nr=NR" selects what to rewrite, followed by any of
 *             "set_nr=NR", "arg0=VALUE" to "arg5=VALUE" and "ret=VALUE";
 *             an empty line removes the rule.  PID is the id of a thread in
 *             the initial namespace.
 *
 * What a probe may do: it may be called with preemption disabled, so it must not
 * sleep or fault; user memory is read with copy_from_user_nofault().  At entry it
 * may change number and arguments, at exit the result, by the accessors of
 * <asm/syscall.h>.  seccomp judges what the entry probes leave behind.
 */
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <asm/syscall.h>

#include <trace/events/tracehook.h>

#define ATTACH_ENTRY	BIT(0)
#define ATTACH_EXIT	BIT(1)

struct rewrite {
	struct rcu_head	rcu;
	unsigned int	what;
	pid_t		pid;
	int		nr;
	int		set_nr;
	long		ret;
	unsigned long	args[6];
};

/* Bits of rewrite::what; arguments first, so that BIT(i) is argument i. */
#define SET_ARGS	GENMASK(5, 0)
#define SET_NR		BIT(6)
#define SET_RET		BIT(7)
#define HAS_PID		BIT(8)
#define HAS_NR		BIT(9)

/* Protects the changes of the rule and of what is attached. */
static DEFINE_MUTEX(test_mutex);
static struct rewrite __rcu *rule;
static u64 attached;

static atomic_long_t entries = ATOMIC_LONG_INIT(0);
static atomic_long_t exits = ATOMIC_LONG_INIT(0);
static atomic_long_t rewrites = ATOMIC_LONG_INIT(0);

static void probe_entry(void *data, struct pt_regs *regs,
			const struct tracehook_call *call)
{
	unsigned long args[6];
	struct rewrite *r;
	int i;

	atomic_long_inc(&entries);

	guard(rcu)();
	r = rcu_dereference(rule);
	if (!r || r->pid != task_pid_nr(current) || r->nr != call->nr)
		return;

	atomic_long_inc(&rewrites);
	if (r->what & SET_NR)
		syscall_set_nr(current, regs, r->set_nr);
	/* A skipped call has no arguments: the first one may hold its result by now. */
	if (!(r->what & SET_ARGS) || (r->what & SET_NR && r->set_nr == -1))
		return;

	syscall_get_arguments(current, regs, args);
	for (i = 0; i < ARRAY_SIZE(args); i++) {
		if (r->what & BIT(i))
			args[i] = r->args[i];
	}
	syscall_set_arguments(current, regs, args);
}

static void probe_exit(void *data, struct pt_regs *regs,
		       const struct tracehook_call *call)
{
	struct rewrite *r;
	int nr;

	atomic_long_inc(&exits);

	guard(rcu)();
	r = rcu_dereference(rule);
	if (!r || r->pid != task_pid_nr(current) || !(r->what & SET_RET))
		return;

	/* @call has the number that the entry probes left behind. */
	nr = r->what & SET_NR ? r->set_nr : r->nr;
	if (nr != call->nr)
		return;

	if (IS_ERR_VALUE(r->ret))
		syscall_set_return_value(current, regs, r->ret, 0);
	else
		syscall_set_return_value(current, regs, 0, r->ret);
}

/*
 * Attach the exit probe last and detach it first, so that it sees few exits whose
 * entry the other probe has missed: only those of calls in flight while somebody
 * else had the machine armed, or entered between arming and the first probe.
 */
static int test_attach(u64 want)
{
	int ret = 0;

	lockdep_assert_held(&test_mutex);

	if (attached & ~want & ATTACH_EXIT)
		unregister_trace_tracehook_exit(probe_exit, NULL);
	if (attached & ~want & ATTACH_ENTRY)
		unregister_trace_tracehook_entry(probe_entry, NULL);
	attached &= want;

	if (want & ~attached & ATTACH_ENTRY) {
		ret = register_trace_tracehook_entry(probe_entry, NULL);
		if (ret)
			return ret;
		attached |= ATTACH_ENTRY;
	}
	if (want & ~attached & ATTACH_EXIT) {
		ret = register_trace_tracehook_exit(probe_exit, NULL);
		if (ret)
			return ret;
		attached |= ATTACH_EXIT;
	}
	return 0;
}

static int attach_get(void *data, u64 *val)
{
	*val = READ_ONCE(attached);
	return 0;
}

static int attach_set(void *data, u64 val)
{
	int ret;

	if (val & ~(u64)(ATTACH_ENTRY | ATTACH_EXIT))
		return -EINVAL;

	mutex_lock(&test_mutex);
	ret = test_attach(val);
	mutex_unlock(&test_mutex);
	return ret;
}
DEFINE_DEBUGFS_ATTRIBUTE(attach_fops, attach_get, attach_set, "%llu\n");

static int counts_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "entries: %ld\n", atomic_long_read(&entries));
	seq_printf(m, "exits: %ld\n", atomic_long_read(&exits));
	seq_printf(m, "rewrites: %ld\n", atomic_long_read(&rewrites));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counts);

/* One "key=value" of a rule. */
static int parse_word(struct rewrite *r, char *word)
{
	char *value = strchr(word, '=');
	unsigned int i;

	if (!value)
		return -EINVAL;
	*value++ = '\0';

	if (!strcmp(word, "pid")) {
		r->what |= HAS_PID;
		return kstrtoint(value, 0, &r->pid);
	}
	if (!strcmp(word, "nr")) {
		r->what |= HAS_NR;
		return kstrtoint(value, 0, &r->nr);
	}
	if (!strcmp(word, "set_nr")) {
		r->what |= SET_NR;
		return kstrtoint(value, 0, &r->set_nr);
	}
	if (!strcmp(word, "ret")) {
		r->what |= SET_RET;
		return kstrtol(value, 0, &r->ret);
	}
	if (strncmp(word, "arg", 3) || kstrtouint(word + 3, 10, &i) ||
	    i >= ARRAY_SIZE(r->args))
		return -EINVAL;
	r->what |= BIT(i);
	return kstrtoul(value, 0, &r->args[i]);
}

static int parse_rule(struct rewrite *r, char *line)
{
	char *word;
	int ret;

	while ((word = strsep(&line, " "))) {
		if (!*word)
			continue;
		ret = parse_word(r, word);
		if (ret)
			return ret;
	}
	/* One without the other would rewrite too much. */
	return (r->what & HAS_PID) && (r->what & HAS_NR) ? 0 : -EINVAL;
}

static ssize_t rewrite_write(struct file *file, const char __user *buf,
			     size_t count, loff_t *ppos)
{
	struct rewrite *new = NULL;
	char *line, *text;
	int ret = 0;

	if (count > PAGE_SIZE)
		return -E2BIG;

	text = memdup_user_nul(buf, count);
	if (IS_ERR(text))
		return PTR_ERR(text);

	line = strim(text);
	if (*line) {
		new = kzalloc(sizeof(*new), GFP_KERNEL);
		ret = new ? parse_rule(new, line) : -ENOMEM;
	}
	kfree(text);
	if (ret) {
		kfree(new);
		return ret;
	}

	mutex_lock(&test_mutex);
	new = rcu_replace_pointer(rule, new, lockdep_is_held(&test_mutex));
	mutex_unlock(&test_mutex);
	if (new)
		kfree_rcu(new, rcu);
	return count;
}

static const struct file_operations rewrite_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= rewrite_write,
	.llseek	= noop_llseek,
};

static struct dentry *test_dir;

static int __init tracehook_test_init(void)
{
	struct dentry *parent = debugfs_lookup("tracehook", NULL);

	test_dir = debugfs_create_dir("test", parent);
	dput(parent);

	debugfs_create_file("attach", 0600, test_dir, NULL, &attach_fops);
	debugfs_create_file("counts", 0400, test_dir, NULL, &counts_fops);
	debugfs_create_file("rewrite", 0200, test_dir, NULL, &rewrite_fops);
	return 0;
}
late_initcall(tracehook_test_init);

static void __exit tracehook_test_exit(void)
{
	/* After this no file operation is running. */
	debugfs_remove(test_dir);

	mutex_lock(&test_mutex);
	test_attach(0);
	mutex_unlock(&test_mutex);

	/* Nobody is left in a probe, and nobody can read the rule. */
	tracepoint_synchronize_unregister();
	kfree(rcu_dereference_protected(rule, true));
}
module_exit(tracehook_test_exit);

MODULE_DESCRIPTION("Test probe for the tracehook tracepoints");
MODULE_LICENSE("GPL");
MODULE_INFO(test, "Y");
