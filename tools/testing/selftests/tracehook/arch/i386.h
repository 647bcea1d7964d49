/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SELFTEST_TRACEHOOK_ARCH_I386_H
#define SELFTEST_TRACEHOOK_ARCH_I386_H

#define TH_ARCH		AUDIT_ARCH_I386
#define TH_PATIENCE	1
#define TH_ROLLED_BACK	nr
#define TH_RESTARTED	nr
#define TH_REG_NR	11
#define TH_REG_ARG	0
#define TH_REG_RET	6
#define TH_KEPT		0x3f
static inline long th_syscall_regs(long nr, unsigned long *args)
{
	asm volatile("pushl %%ebp\n\t"
		     "pushl %%esi\n\t"
		     "movl (%%esi), %%ebx\n\t"
		     "movl 4(%%esi), %%ecx\n\t"
		     "movl 8(%%esi), %%edx\n\t"
		     "movl 16(%%esi), %%edi\n\t"
		     "movl 20(%%esi), %%ebp\n\t"
		     "movl 12(%%esi), %%esi\n\t"
		     "int $0x80\n\t"
		     "xchgl %%esi, (%%esp)\n\t"
		     "movl %%ebx, (%%esi)\n\t"
		     "movl %%ecx, 4(%%esi)\n\t"
		     "movl %%edx, 8(%%esi)\n\t"
		     "movl %%edi, 16(%%esi)\n\t"
		     "movl %%ebp, 20(%%esi)\n\t"
		     "popl 12(%%esi)\n\t"
		     "popl %%ebp"
		     : "+a" (nr) : "S" (args)
		     : "ebx", "ecx", "edx", "edi", "cc", "memory");
	return nr;
}

#endif /* SELFTEST_TRACEHOOK_ARCH_I386_H */
