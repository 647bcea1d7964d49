/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Number and result have one register, and the fourth argument and the sign of
 * an error another one, of which there is no copy.  A tracer that skips a call
 * sets a negative number, which is the result as well.
 */
#ifndef SELFTEST_TRACEHOOK_ARCH_MIPS_H
#define SELFTEST_TRACEHOOK_ARCH_MIPS_H

#if _MIPS_SIM == _ABIO32
#define TH_ARCH		AUDIT_ARCH_MIPS
#define TH_MIPS_REG(n)	(6 + (n))
#elif _MIPS_SIM == _ABI64
#define TH_ARCH		AUDIT_ARCH_MIPS64
#define TH_COMPAT
static const struct th_compat th_compat[] = {
	{ .program = "compat32", .arch = AUDIT_ARCH_MIPS,
	  .exit = 4001, .close = 4006, .getpid = 4020, .getppid = 4064,
	  .sign_extended = true },
	{ .program = "compatn32", .arch = AUDIT_ARCH_MIPS64N32,
	  .exit = 6058, .close = 6003, .getpid = 6038, .getppid = 6108,
	  .sign_extended = true, .wide = true },
};

#define TH_MIPS_REG(n)	(n)
#endif
#define TH_ROLLED_BACK	(-nr)
#define TH_RESTARTED	nr
#define TH_REG_NR	TH_MIPS_REG(2)
#define TH_REG_ARG	TH_MIPS_REG(4)
#define TH_REG_RET	TH_MIPS_REG(2)
#define TH_REG_ERR	TH_MIPS_REG(7)
#define TH_ERR_BITS	(-1UL)
#define TH_SKIP_RET	(-4711)
#if _MIPS_SIM == _ABIO32
/* The last two are on the stack, and are read there, but not written. */
#define TH_KEPT		0x07
static inline long th_syscall_regs(long nr, unsigned long *args)
{
	register long v0 asm("$2") = nr;
	register unsigned long a0 asm("$4") = args[0];
	register unsigned long a1 asm("$5") = args[1];
	register unsigned long a2 asm("$6") = args[2];
	register unsigned long a3 asm("$7") = args[3];

	asm volatile(".set push\n\t"
		     ".set noreorder\n\t"
		     "subu $29, 32\n\t"
		     "sw %[arg4], 16($29)\n\t"
		     "sw %[arg5], 20($29)\n\t"
		     "syscall\n\t"
		     "addiu $29, 32\n\t"
		     ".set pop"
		     : "+r" (v0), "+r" (a0), "+r" (a1), "+r" (a2), "+r" (a3)
		     : [arg4] "r" (args[4]), [arg5] "r" (args[5])
		     : "$1", "$3", "$10", "$11", "$12", "$13", "$14", "$15",
		       "$24", "$25", "hi", "lo", "memory");
	args[0] = a0;
	args[1] = a1;
	args[2] = a2;
	return a3 ? -v0 : v0;
}
#else
#define TH_KEPT		0x37
#define TH_INSN		"syscall"
#define TH_INSN_NR	"$2"
#define TH_INSN_ARGS	"$4", "$5", "$6", "$7", "$8", "$9"
#define TH_INSN_CLOBBER	"$1", "$3", "$10", "$11", "$12", "$13", "$14", "$15", \
			"$24", "$25", "hi", "lo"
#endif

#endif /* SELFTEST_TRACEHOOK_ARCH_MIPS_H */
