/* SPDX-License-Identifier: GPL-2.0 */
/* Rules for the test probe, and filters that judge what it leaves behind. */
#ifndef SELFTEST_TRACEHOOK_REWRITE_H
#define SELFTEST_TRACEHOOK_REWRITE_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdarg.h>

#include "tracee.h"

/* Calls @nr of thread @tid are rewritten as the words of @fmt say. */
static inline int rewrite_rule(pid_t tid, long nr, const char *fmt, ...)
{
	char rule[512];
	va_list ap;
	int n;

	n = snprintf(rule, sizeof(rule), "pid=%d nr=%ld ", tid, nr);
	va_start(ap, fmt);
	vsnprintf(rule + n, sizeof(rule) - n, fmt, ap);
	va_end(ap);
	return th_write(TH_REWRITE, rule);
}

/* The teardown of tests that use the test probe */
static inline void rewrite_restore(struct __test_metadata *_metadata)
{
	EXPECT_EQ(0, th_write(TH_ATTACH, "0"));
	EXPECT_EQ(0, th_write(TH_REWRITE, "\n"));
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/* From now on, to the end of this process. */
static inline int filter_install(struct sock_filter *insns, int n)
{
	struct sock_fprog prog = { n, insns };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog);
}

#define FILTER_LOAD(_field)						\
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, _field))
/* The half of an argument of which the byte order says where it is. */
#define FILTER_LOAD_ARG(_i, _high)					\
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS,				\
		 offsetof(struct seccomp_data, args) + 8 * (_i) +	\
		 ((__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) == (_high) ? 4 : 0))
#define FILTER_RET(_action)						\
	BPF_STMT(BPF_RET | BPF_K, _action)
/* What is loaded is not @_value: skip the next @_n. */
#define FILTER_UNLESS(_value, _n)					\
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, _value, 0, _n)

#endif /* SELFTEST_TRACEHOOK_REWRITE_H */
