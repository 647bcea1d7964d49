// SPDX-License-Identifier: GPL-2.0
/*
 * Empty probes on the tracepoints of tracehook and of raw_syscalls, for bench.
 * The parameter "attach" is the name of a tracepoint to attach to, or empty to
 * detach from all.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

struct pt_regs;
struct tracehook_call;

static void probe_entry(void *data, struct pt_regs *regs,
			const struct tracehook_call *call)
{
}

static void probe_exit(void *data, struct pt_regs *regs,
		       const struct tracehook_call *call)
{
}

static void probe_sys_enter(void *data, struct pt_regs *regs, long id)
{
}

static void probe_sys_exit(void *data, struct pt_regs *regs, long ret)
{
}

/* Those of experiments/audit-route.patch of the repository of the series */
static void probe_audit_entry(void *data, int nr, unsigned long a0, unsigned long a1,
			      unsigned long a2, unsigned long a3)
{
}

static void probe_audit_exit(void *data, long ret)
{
}

static struct {
	const char		*name;
	void			*probe;
	struct tracepoint	*tp;
	bool			attached;
} points[] = {
	{ "tracehook_entry", probe_entry },
	{ "tracehook_exit", probe_exit },
	{ "sys_enter", probe_sys_enter },
	{ "sys_exit", probe_sys_exit },
	{ "audit_call_entry", probe_audit_entry },
	{ "audit_call_exit", probe_audit_exit },
};

static DEFINE_MUTEX(bench_mutex);

static void find_point(struct tracepoint *tp, void *unused)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(points); i++) {
		if (!strcmp(tp->name, points[i].name))
			points[i].tp = tp;
	}
}

static void detach_all(void)
{
	int i;

	for (i = ARRAY_SIZE(points) - 1; i >= 0; i--) {
		if (points[i].attached)
			tracepoint_probe_unregister(points[i].tp,
						    points[i].probe, NULL);
		points[i].attached = false;
	}
}

static int attach_to(const char *name)
{
	int i, ret;

	for (i = 0; i < ARRAY_SIZE(points); i++) {
		if (strcmp(name, points[i].name) || !points[i].tp)
			continue;
		if (points[i].attached)
			return -EBUSY;
		ret = tracepoint_probe_register(points[i].tp, points[i].probe,
						NULL);
		points[i].attached = !ret;
		return ret;
	}
	return -ENOENT;
}

static int attach_set(const char *val, const struct kernel_param *kp)
{
	char name[20];
	int ret = 0;

	if (strscpy(name, val, sizeof(name)) < 0)
		return -ENOENT;

	mutex_lock(&bench_mutex);
	if (*strim(name))
		ret = attach_to(strim(name));
	else
		detach_all();
	mutex_unlock(&bench_mutex);
	return ret;
}

static const struct kernel_param_ops attach_ops = { .set = attach_set };
module_param_cb(attach, &attach_ops, NULL, 0200);
MODULE_PARM_DESC(attach, "tracepoint to attach an empty probe to");

static int __init bench_probe_init(void)
{
	for_each_kernel_tracepoint(find_point, NULL);
	return 0;
}
module_init(bench_probe_init);

static void __exit bench_probe_exit(void)
{
	detach_all();
	tracepoint_synchronize_unregister();
}
module_exit(bench_probe_exit);

MODULE_DESCRIPTION("Empty system call probes, to measure");
MODULE_LICENSE("GPL");
