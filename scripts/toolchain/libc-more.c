// SPDX-License-Identifier: GPL-2.0
/* What a static uClibc-ng 1.0.35 leaves undefined; see libc. */
#include <stddef.h>
#include <asm/param.h>

/* It has these in the libdl of a build with shared libraries alone. */
size_t _dl_pagesize = EXEC_PAGESIZE;
size_t _dl_tls_static_size = 2048;

#ifdef __or1k__
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * That of libc takes its arguments from registers, but is declared with "...", and
 * those are on the stack here.
 */
int prctl(int option, ...)
{
	unsigned long arg[4];
	va_list ap;
	int i;

	va_start(ap, option);
	for (i = 0; i < 4; i++)
		arg[i] = va_arg(ap, unsigned long);
	va_end(ap);
	return syscall(__NR_prctl, option, arg[0], arg[1], arg[2], arg[3]);
}
#endif

#ifdef __sh__
/* libgcc_eh is made for glibc: what it asks for to unwind, nothing is known of. */
int _dl_find_object(void *pc, void *result)
{
	return -1;
}
#endif

#ifdef __sparc__
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

/* That of libc takes five arguments. */
asm(".global syscall\n"
    "syscall:\n\t"
    "mov %o0, %g1\n\t"
    "mov %o1, %o0\n\t"
    "mov %o2, %o1\n\t"
    "mov %o3, %o2\n\t"
    "mov %o4, %o3\n\t"
    "mov %o5, %o4\n\t"
    "ld [%sp + 92], %o5\n\t"
    "ta 0x10\n\t"
    "bcs __syscall_error\n\t"
    "nop\n\t"
    "retl\n\t"
    "nop");

/* What libgcc has of 64-bit arithmetic, for sparc v8: Debian's is for v9. */
typedef unsigned long long u64;
typedef long long s64;

static u64 divmod(u64 n, u64 d, u64 *rem)
{
	u64 q = 0, bit = 1;

	while (d < n && !(d >> 63))
		d <<= 1, bit <<= 1;
	for (; bit; bit >>= 1, d >>= 1)
		if (n >= d)
			n -= d, q |= bit;
	*rem = n;
	return q;
}

u64 __udivdi3(u64 n, u64 d)
{
	u64 r;

	return divmod(n, d, &r);
}

u64 __umoddi3(u64 n, u64 d)
{
	u64 r;

	divmod(n, d, &r);
	return r;
}

s64 __divdi3(s64 n, s64 d)
{
	u64 r, q = divmod(n < 0 ? -(u64)n : n, d < 0 ? -(u64)d : d, &r);

	return (n < 0) != (d < 0) ? -q : q;
}

s64 __moddi3(s64 n, s64 d)
{
	u64 r;

	divmod(n < 0 ? -(u64)n : n, d < 0 ? -(u64)d : d, &r);
	return n < 0 ? -r : r;
}

/* libgcc_eh is for v9 too; it serves pthread_exit() and pthread_cancel() alone. */

int _Unwind_ForcedUnwind(void *exc, void *stop, void *arg)
{
	abort();
}

unsigned long _Unwind_GetCFA(void *context)
{
	abort();
}

/*
 * v8 has no compare and swap. The lock is inherited: what processes share of a test's
 * memory is changed under one. Who is killed with it held leaves the others waiting.
 */

static unsigned char own, *lock = &own;

static void __attribute__((constructor(101))) share(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p != MAP_FAILED)
		lock = p;
}

static void take(void)
{
	unsigned char was;

	do
		asm volatile("ldstub [%1], %0" : "=r" (was) : "r" (lock) : "memory");
	while (was);
}

static void give(void)
{
	asm volatile("stbar\n\tstb %%g0, [%0]" : : "r" (lock) : "memory");
}

bool cas1(volatile void *p, unsigned char old, unsigned char new)
	asm("__sync_bool_compare_and_swap_1");
bool cas1(volatile void *p, unsigned char old, unsigned char new)
{
	volatile unsigned char *c = p;
	bool same;

	take();
	same = *c == old;
	if (same)
		*c = new;
	give();
	return same;
}

unsigned int add4(volatile void *p, unsigned int n, int order) asm("__atomic_fetch_add_4");
unsigned int add4(volatile void *p, unsigned int n, int order)
{
	volatile unsigned int *c = p;
	unsigned int was;

	take();
	was = *c;
	*c = was + n;
	give();
	return was;
}

int __popcountsi2(unsigned int x)
{
	int n;

	for (n = 0; x; x &= x - 1)
		n++;
	return n;
}
#endif
