// SPDX-License-Identifier: GPL-2.0
/*
 * What the debuggers and tracers of make check-peers look at.  It does the same
 * in every run, and says by its exit code whether its calls had their results.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS	4
#define CALLS	10

/* For watchpoints and breakpoints. */
volatile int counter;
static volatile sig_atomic_t stop;

/* How many signals there were, for the child that sends them too. */
static volatile int *alarms;

/* Errors as the kernel gives them: no libc between the tracer and the call. */
#ifdef __x86_64__
asm(".text\n"
    ".globl raw\n"
    ".type raw, @function\n"
    "raw:	mov %edi, %eax\n"
    "	mov %rsi, %rdi\n"
    "	mov %rdx, %rsi\n"
    "	mov %rcx, %rdx\n"
    "	syscall\n"
    "raw_end:	ret\n"
    ".size raw, .-raw\n");
#else
asm(".text\n"
    ".globl raw\n"
    ".type raw, @function\n"
    "raw:	push %ebx\n"
    "	mov 8(%esp), %eax\n"
    "	mov 12(%esp), %ebx\n"
    "	mov 16(%esp), %ecx\n"
    "	mov 20(%esp), %edx\n"
    "	int $0x80\n"
    "raw_end:	pop %ebx\n"
    "	ret\n"
    ".size raw, .-raw\n");
#endif
long raw(int nr, long a, long b, long c);

__attribute__((noinline)) int work(int n)
{
	counter += n;
	return raw(SYS_getppid, n, 2, 3) > 0 ? counter : -1;
}

static int calls(void)
{
	int i, bad = 0;

	for (i = 1; i <= 5; i++)
		bad |= work(i) < 0;
	bad |= raw(SYS_write, 1, (long)"hello\n", 6) != 6;
	bad |= raw(SYS_close, -1, 0, 0) != -EBADF;
	bad |= raw(4242, 1, 2, 3) != -ENOSYS;
	return bad ? 1 : 3;
}

static int children(const char *self)
{
	int status, bad = 0;
	pid_t pid;

	pid = fork();
	if (!pid)
		_exit(work(1) > 0 && work(2) > 0 ? 7 : 1);
	bad |= waitpid(pid, &status, 0) != pid || WEXITSTATUS(status) != 7;

	pid = vfork();
	if (!pid) {
		execl(self, self, "calls", NULL);
		_exit(1);
	}
	bad |= waitpid(pid, &status, 0) != pid || WEXITSTATUS(status) != 3;
	return bad ? 1 : 3;
}

/* Nobody calls before all of them are there. */
static pthread_barrier_t all_there;

static void *thread(void *arg)
{
	long i, sum = 0;

	pthread_barrier_wait(&all_there);
	for (i = 0; i < CALLS; i++)
		sum += raw(SYS_getppid, (long)arg, i, 0) > 0;
	return (void *)sum;
}

static int threads(void)
{
	pthread_t t[THREADS];
	long i, sum = 0;
	void *ret;

	pthread_barrier_init(&all_there, NULL, THREADS);
	for (i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, thread, (void *)i);
	for (i = 0; i < THREADS; i++) {
		pthread_join(t[i], &ret);
		sum += (long)ret;
	}
	return sum == THREADS * CALLS ? 3 : 1;
}

static void on_alarm(int sig)
{
	++*alarms;
}

static void on_stop(int sig)
{
	stop = 1;
}

/* Signal @pid once it is in call @nr, and wait for its handler. */
static void signal_sleeper(pid_t pid, int sig, long nr)
{
	char path[64], buf[64], want[16];
	int fd, before = *alarms;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	snprintf(want, sizeof(want), "%ld ", nr);
	do {
		fd = open(path, O_RDONLY);
		n = read(fd, buf, sizeof(buf));
		close(fd);
	} while (n > 0 && strncmp(buf, want, strlen(want)));
	kill(pid, sig);
	while (*alarms == before)
		sched_yield();
}

/* A sleep that a signal ends, one that goes on after it, a read() likewise. */
static int signals(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	struct timespec ts = { .tv_sec = 20 };
	int fd[2], status, bad = 0;
	char c = 0;
	pid_t pid, parent = getpid();

	bad |= pipe(fd);
	sigaction(SIGUSR2, &sa, NULL);
	sa.sa_flags = SA_RESTART;
	sigaction(SIGUSR1, &sa, NULL);
	pid = fork();
	if (!pid) {
		signal_sleeper(parent, SIGUSR2, SYS_nanosleep);
		signal_sleeper(parent, SIGUSR1, SYS_read);
		signal_sleeper(parent, SIGUSR1, SYS_read);
		_exit(write(fd[1], "x", 1) != 1);
	}
	bad |= raw(SYS_nanosleep, (long)&ts, 0, 0) != -EINTR;
	bad |= raw(SYS_read, fd[0], (long)&c, 1) != 1 || c != 'x';
	bad |= waitpid(pid, &status, 0) != pid || status;
	return bad || *alarms != 3 ? 1 : 3;
}

/* Until SIGTERM, for those who attach and detach. */
static int loop(void)
{
	struct timespec ms = { .tv_nsec = 1000000 };
	long pid = getpid(), ppid = getppid();
	struct sigaction sa = { .sa_handler = on_stop };

	sigaction(SIGTERM, &sa, NULL);
	while (!stop) {
		if (raw(SYS_getpid, 0, 0, 0) != pid || raw(SYS_getppid, 0, 0, 0) != ppid)
			return 1;
		nanosleep(&ms, NULL);
	}
	return 3;
}

/* For injected results: says what it got. */
static int show(void)
{
	int i;

	signal(SIGUSR1, on_alarm);
	for (i = 0; i < 3; i++)
		printf("getppid %s\n", raw(SYS_getppid, 0, 0, 0) == 4242 ? "injected" : "real");
	for (i = 0; i < 3; i++)
		printf("close %ld\n", raw(SYS_close, -1, 0, 0));
	printf("signals %d\n", *alarms);
	return 3;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "calls";

	alarms = mmap(NULL, sizeof(*alarms), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!strcmp(what, "children"))
		return children(argv[0]);
	if (!strcmp(what, "threads"))
		return threads();
	if (!strcmp(what, "signals"))
		return signals();
	if (!strcmp(what, "loop"))
		return loop();
	if (!strcmp(what, "show"))
		return show();
	return calls();
}
