/* SPDX-License-Identifier: GPL-2.0 */
/* To set errno takes another call, of get_thread_area(). */
#ifndef SELFTEST_TRACEHOOK_ARCH_M68K_H
#define SELFTEST_TRACEHOOK_ARCH_M68K_H

#define TH_ARCH		AUDIT_ARCH_M68K
#define TH_ROLLED_BACK	nr
#define TH_RESTARTED	nr
#define TH_ERRNO_IS_A_CALL
#define TH_REG_NR	16
#define TH_REG_ARG	0
#define TH_REG_RET	14
#define TH_KEPT		0x3f
#define TH_INSN		"trap #0"
#define TH_INSN_NR	"d0"
#define TH_INSN_ARGS	"d1", "d2", "d3", "d4", "d5", "a0"
#define TH_INSN_CLOBBER	"cc"

#endif /* SELFTEST_TRACEHOOK_ARCH_M68K_H */
