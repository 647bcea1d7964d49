/* SPDX-License-Identifier: GPL-2.0 */
/* A tracer does not get at the copy of x0 that is the argument for others. */
#ifndef SELFTEST_TRACEHOOK_ARCH_ARM64_H
#define SELFTEST_TRACEHOOK_ARCH_ARM64_H

#define TH_ARCH		AUDIT_ARCH_AARCH64
#define TH_COMPAT
static const struct th_compat th_compat[] = {
	{ .program = "compat32", .arch = AUDIT_ARCH_ARM,
	  .exit = 1, .close = 6, .getpid = 20, .getppid = 64 },
};

#define TH_ROLLED_BACK	args[0]
#define TH_RESTARTED	args[0]
#define TH_NT_NR	0x404	/* NT_ARM_SYSTEM_CALL */
#define TH_ARG		1
#define TH_REG_ARG	1
#define TH_REG_RET	0
#define TH_KEPT		0x3e
#define TH_INSN		"svc #0"
#define TH_INSN_NR	"x8"
#define TH_INSN_ARGS	"x0", "x1", "x2", "x3", "x4", "x5"
#define TH_INSN_RET	0
#define TH_INSN_CLOBBER	"cc"

#endif /* SELFTEST_TRACEHOOK_ARCH_ARM64_H */
