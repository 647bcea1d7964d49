/* SPDX-License-Identifier: GPL-2.0 */
/* sc has the sign of an error in CR0, where it stays for the restart; scv not. */
#ifndef SELFTEST_TRACEHOOK_ARCH_POWERPC_H
#define SELFTEST_TRACEHOOK_ARCH_POWERPC_H

#include <sys/auxv.h>
#if defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define TH_ARCH		AUDIT_ARCH_PPC64LE
#elif defined(__powerpc64__)
#define TH_ARCH		AUDIT_ARCH_PPC64
#define TH_COMPAT
static const struct th_compat th_compat[] = {
	{ .program = "compat32", .arch = AUDIT_ARCH_PPC,
	  .exit = 1, .close = 6, .getpid = 20, .getppid = 64 },
};

#else
#define TH_ARCH		AUDIT_ARCH_PPC
#endif
#define TH_ROLLED_BACK	args[0]
#define TH_RESTARTED	(getauxval(AT_HWCAP2) & 0x00100000 ? \
			 args[0] : -args[0])
#define TH_REG_NR	0
#define TH_REG_ARG	34
#define TH_REG_RET	3
#define TH_REG_ERR	38
#define TH_ERR_BITS	0x10000000UL
#define TH_KEPT		0x3e
#define TH_INSN		"sc"
#define TH_INSN_NR	"r0"
#define TH_INSN_ARGS	"r3", "r4", "r5", "r6", "r7", "r8"
#define TH_INSN_RET	0
#define TH_INSN_CLOBBER	"cr0", "ctr", "r9", "r10", "r11", "r12"

#endif /* SELFTEST_TRACEHOOK_ARCH_POWERPC_H */
