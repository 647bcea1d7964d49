// SPDX-License-Identifier: GPL-2.0
/*
 * Who can arm the machine by the files and by BPF.  A variant of "who" is
 * somebody who has less than root has, or has it elsewhere; what he may not do
 * must not arm the machine even for a moment.
 *
 *  who.files		toggle, status and an event's file, and mounts of one's own
 *  who.bpf		raw tracepoints
 *  inherited.files	what root has opened works on for whoever gets it
 *  inherited.bpf_program
 *			and to have a loaded program is enough to attach it
 *
 * toggle_test has the modes of the files, security_perf_test who may by perf.
 */
#include <sys/mount.h>

#include "security.h"

#define UNPRIV_BPF	"/proc/sys/kernel/unprivileged_bpf_disabled"

FIXTURE(who) {
	/* Of the files, opened by root */
	int debugfs, event, status;
	char unpriv_bpf[16];
};

FIXTURE_VARIANT(who) {
	uid_t uid;
	unsigned long long caps;
	enum userns userns;
	/* What he may do */
	bool files, bpf;
};

FIXTURE_VARIANT_ADD(who, nobody) { .uid = NOBODY };

FIXTURE_VARIANT_ADD(who, nobody_in_userns) {
	.uid = NOBODY, .userns = USERNS_OWN,
};

FIXTURE_VARIANT_ADD(who, nobody_in_userns_with_root) {
	.uid = NOBODY, .userns = USERNS_WITH_ROOT, .caps = ALL_CAPS,
	.files = true,
};

/* The owner of the files needs no capability. */
FIXTURE_VARIANT_ADD(who, root_without_capabilities) { .files = true };

FIXTURE_VARIANT_ADD(who, root_in_userns) {
	.userns = USERNS_OWN, .caps = CAP(SETFCAP), .files = true,
};

FIXTURE_VARIANT_ADD(who, cap_dac_override) {
	.uid = NOBODY, .caps = CAP(DAC_OVERRIDE), .files = true,
};

FIXTURE_VARIANT_ADD(who, cap_bpf) { .uid = NOBODY, .caps = CAP(BPF) };

FIXTURE_VARIANT_ADD(who, cap_perfmon) { .uid = NOBODY, .caps = CAP(PERFMON) };

FIXTURE_VARIANT_ADD(who, cap_bpf_and_perfmon) {
	.uid = NOBODY, .caps = CAP(BPF) | CAP(PERFMON), .bpf = true,
};

FIXTURE_VARIANT_ADD(who, cap_sys_admin) {
	.uid = NOBODY, .caps = CAP(SYS_ADMIN), .bpf = true,
};

FIXTURE_SETUP(who)
{
	TH_REQUIRE();
	if (th_read(UNPRIV_BPF, self->unpriv_bpf, sizeof(self->unpriv_bpf)) < 0)
		self->unpriv_bpf[0] = '\0';
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	ASSERT_EQ(0, th_instance_create());
	self->debugfs = open(TH_DIR, O_PATH | O_DIRECTORY);
	ASSERT_LE(0, self->debugfs);
	self->event = open(TH_ENTRY, O_PATH | O_DIRECTORY);
	ASSERT_LE(0, self->event);
	self->status = open(TH_STATUS, O_RDONLY);
	ASSERT_LE(0, self->status);
	ASSERT_EQ(0, unmarked());
}

FIXTURE_TEARDOWN(who)
{
	if (self->unpriv_bpf[0])
		EXPECT_EQ(0, th_write(UNPRIV_BPF, self->unpriv_bpf));
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	close(self->event);
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

TEST_F(who, files)
{
	const struct {
		int dir;
		const char *name;
		int user;	/* of those that can be written to */
	} files[] = {
		{ self->debugfs, "enable", TH_TOGGLE_USER },
		{ self->debugfs, "status", 0 },
		{ self->event, "enable", TH_ENTRY_USER },
	};
	static const int flags[] = { O_RDONLY, O_WRONLY, O_RDWR };
	int fd, i, f, expected, marked;
	pid_t pid = th_fork();

	ASSERT_LE(0, pid);
	if (pid) {
		ASSERT_EQ(0, th_reap(pid));
		return;
	}
	ASSERT_EQ(0, become(variant->uid, variant->caps, variant->userns));
	for (i = 0; i < (int)ARRAY_SIZE(files); i++) {
		for (f = 0; f < (int)ARRAY_SIZE(flags); f++) {
			/* For the owner the mode counts, if he is no more. */
			expected = variant->files &&
				   (variant->caps || files[i].user ||
				    flags[f] == O_RDONLY) ? 0 : -EACCES;
			fd = openat(files[i].dir, files[i].name, flags[f]);
			EXPECT_EQ(expected, fd < 0 ? -errno : 0)
				TH_LOG("%s %d", files[i].name, flags[f]);
			if (fd < 0 || !files[i].user || flags[f] == O_RDONLY)
				continue;
			EXPECT_EQ(1, write(fd, "1", 1));
			EXPECT_EQ(TH_STATE(0, 1, files[i].user),
				  armed_users(self->status, &marked));
			EXPECT_EQ(1, write(fd, "0", 1));
			close(fd);
		}
	}
	if (variant->userns) {
		EXPECT_EQ(0, unshare(CLONE_NEWNS));
		EXPECT_EQ(-1, mount("none", "/tmp", "debugfs", 0, NULL));
		EXPECT_EQ(EPERM, errno);
		EXPECT_EQ(-1, mount("none", "/tmp", "tracefs", 0, NULL));
		EXPECT_EQ(EPERM, errno);
	}
	EXPECT_EQ(TH_STATE(0, 0, 0), armed_users(self->status, &marked));
	if (!variant->files)
		EXPECT_EQ(0, marked);
	_exit(0);
}

TEST_F(who, bpf)
{
	static const char * const names[] = { "tracehook_entry", "tracehook_exit" };
	int i, prog;
	pid_t pid;

	if (!bpf_has_tracepoints())
		SKIP(return, "needs CONFIG_BPF_EVENTS");
	/* So that it is not this that denies it; 1 is for good. */
	if (strncmp(self->unpriv_bpf, "1", 1))
		ASSERT_EQ(0, th_write(UNPRIV_BPF, "0"));
	pid = th_fork();
	ASSERT_LE(0, pid);
	if (pid) {
		ASSERT_EQ(0, th_reap(pid));
		return;
	}
	ASSERT_EQ(0, become(variant->uid, variant->caps, variant->userns));
	for (i = 0; i < 2; i++) {
		prog = bpf_load();
		check_attempt(_metadata, self->status,
			      prog < 0 ? prog : bpf_attach(names[i], prog),
			      variant->bpf ? 0 : -EPERM,
			      i ? TH_EXIT_USER : TH_ENTRY_USER, i);
		close(prog);
	}
	_exit(0);
}

FIXTURE(inherited) {
	int enable, status, event;
};

FIXTURE_VARIANT(inherited) {
	enum userns userns;
};

FIXTURE_VARIANT_ADD(inherited, by_nobody) { USERNS_INIT };

FIXTURE_VARIANT_ADD(inherited, into_userns) { USERNS_OWN };

FIXTURE_SETUP(inherited)
{
	TH_REQUIRE();
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	ASSERT_EQ(0, th_instance_create());
	self->enable = open(TH_ENABLE, O_RDWR);
	ASSERT_LE(0, self->enable);
	self->status = open(TH_STATUS, O_RDONLY);
	ASSERT_LE(0, self->status);
	self->event = open(TH_ENTRY "enable", O_RDWR);
	ASSERT_LE(0, self->event);
}

FIXTURE_TEARDOWN(inherited)
{
	close(self->event);
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/* But what it opens anew is judged anew. */
TEST_F(inherited, files)
{
	static const int users[] = { TH_TOGGLE_USER, TH_ENTRY_USER };
	const int fds[] = { self->enable, self->event };
	int i, marked;
	char path[64], c;
	pid_t pid = th_fork();

	ASSERT_LE(0, pid);
	if (pid) {
		ASSERT_EQ(0, th_reap(pid));
		return;
	}
	ASSERT_EQ(0, become(NOBODY, 0, variant->userns));
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(1, write(fds[i], "1", 1));
		EXPECT_EQ(TH_STATE(0, 1, users[i]), armed_users(self->status, &marked));
		EXPECT_EQ(1, pread(fds[i], &c, 1, 0));
		EXPECT_EQ('1', c);
		EXPECT_EQ(1, write(fds[i], "0", 1));
		EXPECT_EQ(TH_STATE(0, 0, 0), armed_users(self->status, &marked));
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[i]);
		EXPECT_EQ(-EACCES, th_write(path, "1"));
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->status);
	EXPECT_EQ(-EACCES, th_read(path, &c, 1));
	EXPECT_EQ(TH_STATE(0, 0, 0), armed_users(self->status, &marked));
	_exit(0);
}

/* To have a loaded program is all that it takes to attach it. */
TEST_F(inherited, bpf_program)
{
	int prog, link, marked;
	pid_t pid;

	if (!bpf_has_tracepoints())
		SKIP(return, "needs CONFIG_BPF_EVENTS");
	prog = bpf_load();
	ASSERT_LE(0, prog);
	pid = th_fork();
	ASSERT_LE(0, pid);
	if (pid) {
		ASSERT_EQ(0, th_reap(pid));
		return;
	}
	ASSERT_EQ(0, become(NOBODY, 0, variant->userns));
	link = bpf_attach("tracehook_entry", prog);
	EXPECT_LE(0, link);
	EXPECT_EQ(TH_STATE(0, 1, TH_ENTRY_USER), armed_users(self->status, &marked));
	close(link);
	EXPECT_EQ(TH_STATE(0, 0, 0), armed_users(self->status, &marked));
	_exit(0);
}

TEST_HARNESS_MAIN
