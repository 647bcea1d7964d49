/* SPDX-License-Identifier: GPL-2.0 */
/* As on arm64, and the kernel has SYSEMU, but not in its user's headers. */
#ifndef SELFTEST_TRACEHOOK_ARCH_RISCV_H
#define SELFTEST_TRACEHOOK_ARCH_RISCV_H

#if __riscv_xlen == 64
#define TH_ARCH		AUDIT_ARCH_RISCV64
#define TH_COMPAT
static const struct th_compat th_compat[] = {
	{ .program = "compat32", .arch = AUDIT_ARCH_RISCV32,
	  .exit = 93, .close = 57, .getpid = 172, .getppid = 173,
	  .sign_extended = true },
};

#else
#define TH_ARCH		AUDIT_ARCH_RISCV32
#endif
#define TH_ROLLED_BACK	args[0]
#define TH_RESTARTED	args[0]
#define TH_SYSEMU	31
#define TH_REG_NR	17
#define TH_ARG		1
#define TH_REG_ARG	11
#define TH_REG_RET	10
#define TH_KEPT		0x3e
#define TH_INSN		"ecall"
#define TH_INSN_NR	"a7"
#define TH_INSN_ARGS	"a0", "a1", "a2", "a3", "a4", "a5"
#define TH_INSN_RET	0
#define TH_INSN_CLOBBER	"memory"

#endif /* SELFTEST_TRACEHOOK_ARCH_RISCV_H */
