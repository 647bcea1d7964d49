// SPDX-License-Identifier: GPL-2.0
/*
 * A 32-bit program for the tests of the other architectures' numbers.  Makes
 * getppid() and a failing close(), both with the 32-bit numbers and recognisable
 * arguments, and exits with 0.
 */
int main(void)
{
	my_syscall6(__NR_getppid, 0xb0b0b0b1, 0xb0b0b0b2, 0xb0b0b0b3,
		    0xb0b0b0b4, 0xb0b0b0b5, 0xb0b0b0b6);
	return my_syscall1(__NR_close, -1) == -EBADF ? 0 : 1;
}
