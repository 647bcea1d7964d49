// SPDX-License-Identifier: GPL-2.0
/* Demo: says what it was built for; built as a 32-bit program too. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	printf("hello from a %zu-bit program, child of %d\n", sizeof(long) * 8, getppid());
	return 0;
}
