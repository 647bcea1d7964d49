// SPDX-License-Identifier: GPL-2.0
/* Demo: four threads make calls, wait until standard input ends, make some more. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_barrier_t started;

static void *work(void *arg)
{
	char c;
	int i;

	(void)arg;
	pthread_barrier_wait(&started);
	while (read(0, &c, 1) > 0)
		;
	for (i = 0; i < 10; i++)
		getppid();
	return NULL;
}

int main(void)
{
	pthread_t thread[4];
	int i;

	pthread_barrier_init(&started, NULL, 5);
	for (i = 0; i < 4; i++)
		if (pthread_create(&thread[i], NULL, work, NULL))
			return 1;
	pthread_barrier_wait(&started);
	for (i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	puts("threads: four threads have come and gone");
	return 0;
}
