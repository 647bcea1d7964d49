/* SPDX-License-Identifier: GPL-2.0 */
/* Number and result have one register, and a restart restores the number. */
#ifndef SELFTEST_TRACEHOOK_ARCH_OPENRISC_H
#define SELFTEST_TRACEHOOK_ARCH_OPENRISC_H

#define TH_ARCH		AUDIT_ARCH_OPENRISC
#define TH_RESTARTED	nr
#define TH_REG_NR	11
#define TH_REG_ARG	3
#define TH_REG_RET	11
#define TH_KEPT		0x3f
#define TH_INSN		"l.sys 1"
#define TH_INSN_NR	"r11"
#define TH_INSN_ARGS	"r3", "r4", "r5", "r6", "r7", "r8"
#define TH_INSN_CLOBBER	"r12", "r13", "r15", "r17", "r19", "r21", "r23", "r25", \
			"r27", "r29", "r31", "cc"

#endif /* SELFTEST_TRACEHOOK_ARCH_OPENRISC_H */
