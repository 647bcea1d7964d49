/* SPDX-License-Identifier: GPL-2.0 */
/* As on mips; and getpid() has a second result, in the fifth argument's. */
#ifndef SELFTEST_TRACEHOOK_ARCH_ALPHA_H
#define SELFTEST_TRACEHOOK_ARCH_ALPHA_H

#define TH_ARCH		AUDIT_ARCH_ALPHA
#define TH_RESTARTED	nr
#define TH_REG_NR	0
#define TH_REG_ARG	16
#define TH_REG_RET	0
#define TH_REG_ERR	19
#define TH_ERR_BITS	(-1UL)
#define TH_KEPT		0x27
#define TH_INSN		"call_pal 131"
#define TH_INSN_NR	"$0"
#define TH_INSN_ARGS	"$16", "$17", "$18", "$19", "$20", "$21"
#define TH_INSN_CLOBBER	"$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", \
			"$22", "$23", "$24", "$25", "$27", "$28"

#endif /* SELFTEST_TRACEHOOK_ARCH_ALPHA_H */
