// SPDX-License-Identifier: GPL-2.0
/*
 * toggle SEED FILE: until SIGTERM, arm and disarm the machine at random, every
 * few milliseconds, by the toggle and, less often, by the events of a trace
 * instance of its own.  FILE has the number of changes, for whoever wants to
 * know that they go on.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define INSTANCE	"/sys/kernel/tracing/instances/toggle/"

static struct {
	const char *path;
	int state;
} knobs[] = {
	{ .path = "/sys/kernel/debug/tracehook/enable" },
	{ .path = INSTANCE "events/tracehook/tracehook_entry/enable" },
	{ .path = INSTANCE "events/tracehook/tracehook_exit/enable" },
};

static volatile sig_atomic_t stop;

static void on_term(int sig)
{
	stop = 1;
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0) {
		perror(path);
		exit(1);
	}
	close(fd);
}

static void flip(int i)
{
	knobs[i].state = !knobs[i].state;
	put(knobs[i].path, knobs[i].state ? "1" : "0");
}

int main(int argc, char **argv)
{
	unsigned long *changes;
	int i, fd;

	if (argc != 3)
		return 2;
	srandom(strtoul(argv[1], NULL, 0));
	fd = open(argv[2], O_RDWR | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || ftruncate(fd, sizeof(*changes)))
		return 1;
	changes = mmap(NULL, sizeof(*changes), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (changes == MAP_FAILED)
		return 1;
	mkdir(INSTANCE, 0700);
	put(INSTANCE "buffer_size_kb", "64");
	signal(SIGTERM, on_term);

	while (!stop) {
		struct timespec ts = { .tv_nsec = 500000 + random() % 5000000 };

		nanosleep(&ts, NULL);
		/* The events one time in eight: each of them waits for RCU. */
		flip(random() % 8 ? 0 : 1 + random() % 2);
		++*changes;
	}
	/* The exit first: it would see exits without entry. */
	for (i = 2; i >= 0; i--) {
		if (knobs[i].state)
			flip(i);
	}
	return 0;
}
