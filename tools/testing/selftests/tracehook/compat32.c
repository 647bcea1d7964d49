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
#endif

int main(void)
{
	int code;

	syscall(__NR_getppid, 0xb0b0b0b1, 0xb0b0b0b2, 0xb0b0b0b3,
		0xb0b0b0b4, 0xb0b0b0b5, 0xb0b0b0b6);
	code = syscall(__NR_close, -1) == -1 && errno == EBADF ? 0 : 1;
	/* Not exit_group() */
	syscall(__NR_exit, code);
	return 2;
}
