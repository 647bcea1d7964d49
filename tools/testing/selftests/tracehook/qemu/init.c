// SPDX-License-Identifier: GPL-2.0
/*
 * Process 1 of the test guest: static, no shell needed. The kernel command line
 * hands it its environment:
 *
 *   guest=check    run the programs of /tests/list, one "name timeout" per line
 *   guest=script   run /script
 *   guest=shell    an interactive shell
 *   hook=on|off    what the kernel was built with
 *   tty=NAME       terminal of guest=shell and guest=script
 *   winsize=R:C    rows and columns of it
 *   verdict=NAME   port for the verdict: a number, 0 is good, written last of all;
 *                  if it is that of tty=, as a line "verdict: NUMBER"
 *   end=off        power off, where a reboot does not end the emulator
 *
 * Test output goes through /dev/kmsg, which writes whole lines, so that kernel
 * messages and TAP never end up inside each other.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SUITE	"selftests: tracehook: "
#define STATUS	"/sys/kernel/debug/tracehook/status"

/* /dev/kmsg takes about 1000 bytes a record: longer lines are cut into several. */
#define LINE	900

static int kmsg = STDERR_FILENO;
static int failures;

/* Give away a controlling terminal, which discards output when its owner ends. */
static bool interactive;

static void say(const char *fmt, ...)
{
	char buf[LINE + 64];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof(buf))
		n = sizeof(buf) - 1;
	if (write(kmsg, buf, n) < 0)
		failures++;
}

/*
 * The host takes a missing verdict for a failure, so every way out is safe.  On a
 * port that the console has too, the verdict is a line that says what it is.
 */
static void finish(void)
{
	const char *port = getenv("verdict"), *tty = getenv("tty");
	bool shared = port && tty && !strcmp(port, tty);
	char path[64];
	int fd;

	sync();
	if (port) {
		snprintf(path, sizeof(path), "/dev/%s", port);
		fd = open(path, O_WRONLY | O_NOCTTY);
		if (fd >= 0) {
			dprintf(fd, shared ? "\nverdict: %d\n" : "%d\n", failures);
			fsync(fd);
			ioctl(fd, TCSBRK, 1);
			close(fd);
		}
	}
	reboot(strcmp(getenv("end") ?: "reboot", "off") ? RB_AUTOBOOT :
							  RB_POWER_OFF);
	_exit(1);
}

static void fail(const char *what)
{
	say("not ok guest: %s: %s\n", what, strerror(errno));
	failures++;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* Without the option the kernel need not have tracefs. */
static void mount_all(bool on)
{
	static const struct {
		const char *type, *where;
	} fs[] = {
		{ "devtmpfs", "/dev" },
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "devpts", "/dev/pts" },
		{ "tmpfs", "/dev/shm" },
		{ "tmpfs", "/tmp" },
		{ "debugfs", "/sys/kernel/debug" },
		{ "tracefs", "/sys/kernel/tracing" },
		{ }
	}, *f;

	for (f = fs; f->type; f++) {
		if (!on && !strcmp(f->type, "tracefs") && access(f->where, F_OK))
			continue;
		mkdir(f->where, 0755);
		if (mount(f->type, f->where, f->type, 0, NULL))
			fail(f->where);
		if (f == fs)
			kmsg = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	}
	chmod("/tmp", 01777);
}

static void load_modules(void)
{
	struct dirent **list;
	char path[300];
	int fd, i, n;

	n = scandir("/modules", &list, NULL, alphasort);
	for (i = 0; i < n; i++) {
		if (list[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/modules/%s", list[i]->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
			fail(path);
		close(fd);
	}
}

/* Whether the machine is armed, and for whom; -1 if the file does not say. */
static int read_status(char users[64])
{
	FILE *f = fopen(STATUS, "re");
	int value;

	if (!f)
		return -1;
	if (fscanf(f, "armed: %d users: %63[^\n]", &value, users) != 2)
		value = -1;
	fclose(f);
	return value;
}

static pid_t spawn(const char *dir, char *const argv[], const char *tty, int out)
{
	pid_t pid = fork();
	int in;

	if (pid)
		return pid;
	setsid();
	in = open(tty, O_RDWR | O_NOCTTY);
	if (interactive)
		ioctl(in, TIOCSCTTY, 0);
	dup2(in, 0);
	dup2(out < 0 ? in : out, 1);
	dup2(out < 0 ? in : out, 2);
	if (chdir(dir) == 0)
		execv(argv[0], argv);
	dprintf(2, "cannot execute %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* Forwards what is in the pipe as "# line"; false at the end of the file. */
static bool forward(int fd, char *line, size_t *len)
{
	ssize_t n = read(fd, line + *len, LINE - *len);
	char *nl;

	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	*len += n;
	while ((nl = memchr(line, '\n', *len)) || *len == LINE) {
		n = nl ? nl - line : LINE;
		say("# %.*s\n", (int)n, line);
		n += !!nl;
		*len -= n;
		memmove(line, line + n, *len);
	}
	return true;
}

/* Where it hangs goes to the console. */
static void show_tasks(void)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "t", 1) < 0)
		say("# cannot show the tasks: %s\n", strerror(errno));
	close(fd);
}

/* Runs one program to its end or to its timeout; says why it failed, or NULL. */
static const char *run_program(const char *path, double timeout)
{
	double end = now() + timeout, grace = 0;
	bool open_ended = true, alone = false;
	char *const argv[] = { (char *)path, NULL };
	static char why[96], line[LINE];
	char users[64] = "";
	int out[2], status = -1, s;
	size_t len = 0;
	pid_t pid, p;

	if (pipe2(out, O_CLOEXEC))
		return "pipe";
	pid = spawn("/tests", argv, "/dev/null", out[1]);
	close(out[1]);
	fcntl(out[0], F_SETFL, O_NONBLOCK);

	/* Once the program is gone, what it started has two seconds to follow. */
	while (now() < end && !(grace && (now() > grace || (alone && !open_ended)))) {
		struct pollfd pfd = { open_ended ? out[0] : -1, POLLIN, 0 };

		poll(&pfd, 1, 20);
		while (open_ended && pfd.revents) {
			open_ended = forward(out[0], line, &len);
			pfd.revents = 0;
		}
		while ((p = waitpid(-1, &s, WNOHANG)) > 0) {
			if (p != pid)
				continue;
			status = s;
			grace = now() + 2;
		}
		alone = p < 0;
	}
	if (!grace)
		show_tasks();
	if (!alone) {
		kill(-1, SIGKILL);
		while (waitpid(-1, NULL, 0) > 0)
			;
	}
	errno = 0;
	while (open_ended && forward(out[0], line, &len) && errno != EAGAIN)
		;
	if (len)
		say("# %.*s\n", (int)len, line);
	close(out[0]);

	if (!grace)
		snprintf(why, sizeof(why), "TIMEOUT %.0f seconds", timeout);
	else if (WIFSIGNALED(status))
		snprintf(why, sizeof(why), "killed by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) == 4)
		return "SKIP";
	else if (WEXITSTATUS(status))
		snprintf(why, sizeof(why), "exit=%d", WEXITSTATUS(status));
	else if (!alone)
		return "left processes behind";
	else if (read_status(users) > 0)
		snprintf(why, sizeof(why), "left the machine armed, users: %s", users);
	else
		return NULL;
	return why;
}

static void run_list(void)
{
	char name[64], path[96];
	FILE *list = fopen("/tests/list", "re");
	int n = 0, timeout;
	const char *why;

	if (!list) {
		fail("/tests/list");
		return;
	}
	while (fscanf(list, "%63s %d", name, &timeout) == 2)
		n++;
	rewind(list);
	say("TAP version 13\n");
	say("1..%d\n", n);
	for (n = 1; fscanf(list, "%63s %d", name, &timeout) == 2; n++) {
		say("# " SUITE "%s\n", name);
		snprintf(path, sizeof(path), "/tests/%s", name);
		why = run_program(path, timeout);
		if (why && strcmp(why, "SKIP"))
			failures++;
		say("%sok %d " SUITE "%s%s%s\n", why && strcmp(why, "SKIP") ? "not " : "",
		    n, name, why ? " # " : "", why ?: "");
	}
	fclose(list);
}

/* What must hold when everything has run; the host counts these as test cases. */
static void final_checks(bool on)
{
	char users[64] = "";
	long taint = -1;
	FILE *f;
	bool ok;

	ok = on == !access(STATUS, F_OK);
	failures += !ok;
	say("%sok guest: the option is %s\n", ok ? "" : "not ", on ? "on" : "off");
	ok = !on || (read_status(users) == 0 && !strcmp(users, "none"));
	failures += !ok;
	say("%sok guest: nothing is left armed\n", ok ? "" : "not ");

	/* 1 << 12 is an out-of-tree module, 1 << 18 a test module. */
	f = fopen("/proc/sys/kernel/tainted", "re");
	ok = f && fscanf(f, "%ld", &taint) == 1 && !(taint & ~(1 << 12 | 1 << 18));
	failures += !ok;
	say("%sok guest: the kernel is not tainted (%ld)\n", ok ? "" : "not ", taint);
}

static int run_and_wait(char *const argv[], const char *tty)
{
	pid_t pid = spawn("/tmp", argv, tty, -1), p;
	int status, fd;

	while ((p = wait(&status)) != pid && (p > 0 || errno == EINTR))
		;
	/* What it wrote must be out before the machine goes down. */
	fd = open(tty, O_RDWR | O_NOCTTY);
	ioctl(fd, TCSBRK, 1);
	close(fd);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* That of the terminal of whoever started the guest, if it is known */
static void set_winsize(const char *tty)
{
	const char *size = getenv("winsize");
	struct winsize ws = { 0 };
	int fd;

	if (!size || sscanf(size, "%hu:%hu", &ws.ws_row, &ws.ws_col) != 2)
		return;
	fd = open(tty, O_RDWR | O_NOCTTY);
	if (fd < 0 || ioctl(fd, TIOCSWINSZ, &ws))
		fail(tty);
	close(fd);
}

int main(void)
{
	char *const install[] = { "/bin/busybox", "--install", "-s", "/bin", NULL };
	char *const script[] = { "/script", NULL };
	char *const shell[] = { "/bin/sh", "-l", NULL };
	const char *mode = getenv("guest") ?: "check";
	bool on = strcmp(getenv("hook") ?: "on", "off");
	char tty[64];

	mount_all(on);
	setenv("PATH", "/bin:/tests:/demo", 1);
	setenv("HOME", "/tmp", 1);
	snprintf(tty, sizeof(tty), "/dev/%s", getenv("tty") ?: "console");
	if (!access(install[0], X_OK) && run_and_wait(install, tty))
		fail("busybox --install");
	load_modules();

	if (!strcmp(mode, "shell")) {
		interactive = true;
		set_winsize(tty);
		run_and_wait(shell, tty);
	} else if (!strcmp(mode, "script")) {
		failures += run_and_wait(script, tty);
	} else {
		run_list();
		final_checks(on);
	}
	finish();
}
