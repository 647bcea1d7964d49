/* SPDX-License-Identifier: GPL-2.0 */
/* The fifth argument is where the result goes, and a restart restores it. */
#ifndef SELFTEST_TRACEHOOK_ARCH_SH_H
#define SELFTEST_TRACEHOOK_ARCH_SH_H

#define TH_STEPS_TO_CALLS	true
#ifdef __LITTLE_ENDIAN__
#define TH_ARCH		AUDIT_ARCH_SHEL
#else
#define TH_ARCH		AUDIT_ARCH_SH
#endif
#define TH_ROLLED_BACK	args[4]
#define TH_RESTARTED	args[4]
#define TH_REG_NR	3
#define TH_REG_ARG	4
#define TH_REG_RET	0
#define TH_KEPT		0x2f
#define TH_INSN		"trapa #0x16"
#define TH_INSN_NR	"r3"
#define TH_INSN_ARGS	"r4", "r5", "r6", "r7", "r0", "r1"
#define TH_INSN_RET	4
#define TH_INSN_CLOBBER	"t"

#endif /* SELFTEST_TRACEHOOK_ARCH_SH_H */
