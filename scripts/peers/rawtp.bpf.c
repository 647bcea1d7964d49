// SPDX-License-Identifier: GPL-2.0
/* Counts the calls that target.c makes, by number and calling convention. */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* As in include/linux/tracehook_types.h */
struct tracehook_call {
	int	nr;
	__u32	arch;
	__u64	id;
};

/* As in rawtp.c */
struct key {
	int	nr;
	__u32	arch;
	long	value;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct key);
	__type(value, long);
} entries SEC(".maps"), exits SEC(".maps");

static int add(void *map, const struct tracehook_call *call, long value)
{
	struct key key = { .nr = call->nr, .arch = call->arch, .value = value };
	char comm[16] = "";
	long one = 1, *n;

	bpf_get_current_comm(comm, sizeof(comm));
	if (comm[0] != 't' || comm[1] != 'a' || comm[2] != 'r' || comm[3] != 'g')
		return 0;
	if (key.nr != 110 && key.nr != 64 && key.nr != 4242)
		return 0;
	n = bpf_map_lookup_elem(map, &key);
	if (n)
		++*n;
	else
		bpf_map_update_elem(map, &key, &one, BPF_ANY);
	return 0;
}

/* The value is the first argument */
SEC("raw_tp/tracehook_entry")
int on_entry(struct bpf_raw_tracepoint_args *ctx)
{
	struct pt_regs *regs = (void *)ctx->args[0];
	struct tracehook_call call = {};
	unsigned long value = 0;

	bpf_probe_read_kernel(&call, sizeof(call), (void *)ctx->args[1]);
	if (call.arch & 0x80000000)
		bpf_probe_read_kernel(&value, sizeof(value), &regs->rdi);
	else
		bpf_probe_read_kernel(&value, sizeof(value), &regs->rbx);
	return add(&entries, &call, value);
}

/* The value is an error, or whether there is a result */
SEC("raw_tp/tracehook_exit")
int on_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct pt_regs *regs = (void *)ctx->args[0];
	struct tracehook_call call = {};
	long value = 0;

	bpf_probe_read_kernel(&call, sizeof(call), (void *)ctx->args[1]);
	bpf_probe_read_kernel(&value, sizeof(value), &regs->rax);
	return add(&exits, &call, value > 0 ? 1 : value);
}

char LICENSE[] SEC("license") = "GPL";
