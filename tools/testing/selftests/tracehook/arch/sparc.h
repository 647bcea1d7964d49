/* SPDX-License-Identifier: GPL-2.0 */
/* The sign of an error, the carry, is still there in a call to be restarted. */
#ifndef SELFTEST_TRACEHOOK_ARCH_SPARC_H
#define SELFTEST_TRACEHOOK_ARCH_SPARC_H

#if defined(__arch64__)
#define TH_ARCH		AUDIT_ARCH_SPARC64
#define TH_COMPAT
static const struct th_compat th_compat[] = {
	{ .program = "compat32", .arch = AUDIT_ARCH_SPARC,
	  .exit = 1, .close = 6, .getpid = 20, .getppid = 197 },
};

#define TH_INSN		"ta 0x6d"
#else
#define TH_ARCH		AUDIT_ARCH_SPARC
#define TH_INSN		"ta 0x10"
#endif
#define TH_RESTARTED	(-args[0])
#define TH_FORK_RET1	args[1]
#define TH_REG_NR	1
#define TH_REG_ARG	8
#define TH_REG_RET	8
#define TH_KEPT		0x3e
#define TH_INSN_NR	"g1"
#define TH_INSN_ARGS	"o0", "o1", "o2", "o3", "o4", "o5"
#define TH_INSN_RET	0
#define TH_INSN_CLOBBER	"cc"

#endif /* SELFTEST_TRACEHOOK_ARCH_SPARC_H */
