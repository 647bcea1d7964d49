// SPDX-License-Identifier: GPL-2.0
/*
 * A program of another ABI for the tests of its numbers.  Makes getppid() and a
 * failing close(), both with its own numbers and recognisable arguments, and
 * exits with 0.  Built with libc, or with nolibc where there is no libc for it.
 */
#ifndef NOLIBC
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#define my_syscall6	syscall
#define my_syscall1(_nr, _arg) (syscall(_nr, _arg) == -1 ? -errno : 0)
#endif

int main(void)
{
	int code;

	my_syscall6(__NR_getppid, 0xb0b0b0b1, 0xb0b0b0b2, 0xb0b0b0b3,
		    0xb0b0b0b4, 0xb0b0b0b5, 0xb0b0b0b6);
	code = my_syscall1(__NR_close, -1) == -EBADF ? 0 : 1;
	/* Not exit_group() */
	my_syscall1(__NR_exit, code);
	return 2;
}
