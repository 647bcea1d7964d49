/* SPDX-License-Identifier: GPL-2.0 */
/* An empty BPF program on a raw tracepoint, without libbpf. */
#ifndef SELFTEST_TRACEHOOK_BPF_H
#define SELFTEST_TRACEHOOK_BPF_H

#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../kselftest.h"

/* Return: the descriptor of the program, or -errno. */
static inline int bpf_load(void)
{
	const struct bpf_insn prog[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT,
		.insn_cnt = ARRAY_SIZE(prog),
		.insns = (unsigned long)prog,
		.license = (unsigned long)"GPL",
	};
	int fd = syscall(__NR_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	return fd < 0 ? -errno : fd;
}

/* Whether there are programs of this kind at all; for root. */
static inline bool bpf_has_tracepoints(void)
{
	int fd = bpf_load();

	if (fd >= 0)
		close(fd);
	return fd != -EINVAL && fd != -ENOSYS;
}

/* Return: the descriptor of the link, or -errno. */
static inline int bpf_attach(const char *name, int prog)
{
	union bpf_attr attr = {
		.raw_tracepoint.name = (unsigned long)name,
		.raw_tracepoint.prog_fd = prog,
	};
	int fd = syscall(__NR_bpf, BPF_RAW_TRACEPOINT_OPEN, &attr, sizeof(attr));

	return fd < 0 ? -errno : fd;
}

/* Return: the descriptor of the link, which keeps the program, or -errno. */
static inline int bpf_load_attach(const char *name)
{
	int prog = bpf_load(), fd;

	if (prog < 0)
		return prog;
	fd = bpf_attach(name, prog);
	close(prog);
	return fd;
}

#endif /* SELFTEST_TRACEHOOK_BPF_H */
