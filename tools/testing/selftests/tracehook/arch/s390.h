/* SPDX-License-Identifier: GPL-2.0 */
/* The number has 16 bits; for a tracer it is where the result is. */
#ifndef SELFTEST_TRACEHOOK_ARCH_S390_H
#define SELFTEST_TRACEHOOK_ARCH_S390_H

#define TH_ARCH		AUDIT_ARCH_S390X
#define TH_COMPAT
static const struct th_compat th_compat[] = {
	{ .program = "compat32", .arch = AUDIT_ARCH_S390,
	  .exit = 1, .close = 6, .getpid = 20, .getppid = 64 },
};

#define TH_NR_NONE	65535
#define TH_ROLLED_BACK	args[0]
#define TH_RESTARTED	args[0]
#define TH_REG_NR	4
#define TH_REG_ARG	26
#define TH_REG_RET	4
#define TH_SKIP_RET	(-ENOSYS)
#define TH_KEPT		0x3e
#define TH_INSN		"svc 0"
#define TH_INSN_NR	"1"
#define TH_INSN_ARGS	"2", "3", "4", "5", "6", "7"
#define TH_INSN_RET	0
#define TH_INSN_CLOBBER	"cc"

#endif /* SELFTEST_TRACEHOOK_ARCH_S390_H */
