/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before everything in a kernel for sparc: FMODE_NONOTIFY of 6.12.117 is the
 * bit of sparc's __O_TMPFILE, which the BUILD_BUG_ON() in fcntl_init() refuses. With
 * another bit no program can ask this kernel for O_TMPFILE, and no test does.
 */
#if defined(__KERNEL__) && defined(CONFIG_64BIT) == defined(__arch64__) /* no vdso32 */
#include <uapi/asm/fcntl.h>
#ifndef O_EMPTYPATH /* 7.3 has that bit for it, and does not count FMODE_NONOTIFY */
#undef __O_TMPFILE
#define __O_TMPFILE	0x4000000
#endif
#endif
