/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Becoming somebody who has less than root has, or has it elsewhere; and seeing
 * whether something armed the machine, even for a moment.
 */
#ifndef SELFTEST_TRACEHOOK_SECURITY_H
#define SELFTEST_TRACEHOOK_SECURITY_H

#include <grp.h>
#include <linux/capability.h>
#include <sched.h>

#include "bpf.h"
#include "parked.h"

#define NOBODY		65534
#define CAP(x)		(1ULL << CAP_##x)
#define ALL_CAPS	(CAP(SYS_ADMIN) | CAP(DAC_OVERRIDE) | CAP(PERFMON) | CAP(BPF))

enum userns {
	/* That of the machine. */
	USERNS_INIT,
	/* Their own, with themselves as its root. */
	USERNS_OWN,
	/* One where root has mapped the root of the machine. */
	USERNS_WITH_ROOT,
};

/* Map some ids into the user namespace of a process. */
static inline int map_ids(const char *pid, const char *uids, const char *gids)
{
	char path[64];
	int err;

	snprintf(path, sizeof(path), "/proc/%s/uid_map", pid);
	err = th_write(path, uids);
	snprintf(path, sizeof(path), "/proc/%s/gid_map", pid);
	return err ?: th_write(path, gids);
}

/* Mapping root takes a process outside. */
static inline int enter_userns_with_root(void)
{
	char pid[16], c;
	int go[2];
	pid_t helper;

	if (pipe2(go, O_CLOEXEC))
		return -errno;
	snprintf(pid, sizeof(pid), "%d", getpid());
	helper = th_fork();
	if (!helper)
		_exit(read(go[0], &c, 1) != 1 ||
		      map_ids(pid, "0 0 65535\n", "0 0 65535\n"));
	if (unshare(CLONE_NEWUSER) || write(go[1], "x", 1) != 1)
		return -errno;
	return th_reap(helper) ? -EPERM : 0;
}

static inline int set_caps(unsigned long long caps)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {
		{ .effective = caps, .permitted = caps },
		{ .effective = caps >> 32, .permitted = caps >> 32 },
	};

	return syscall(SYS_capset, &head, data) ? -errno : 0;
}

static inline bool has_caps(unsigned long long caps)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	return !syscall(SYS_capget, &head, data) &&
	       !(caps & ~(data[0].effective | (unsigned long long)data[1].effective << 32));
}

/* Give up what the variant has not.  Return: 0 or -errno. */
static inline int become(uid_t uid, unsigned long long caps, enum userns ns)
{
	int err = 0;

	if (ns == USERNS_WITH_ROOT)
		err = enter_userns_with_root();
	if (!err && (prctl(PR_SET_KEEPCAPS, 1) || setgroups(0, NULL) ||
		     setresgid(uid, uid, uid) || setresuid(uid, uid, uid)))
		err = -errno;
	if (!err)
		err = set_caps(caps);
	/* Else its own files in /proc are root's. */
	prctl(PR_SET_DUMPABLE, 1);
	if (err || ns != USERNS_OWN)
		return err;

	if (unshare(CLONE_NEWUSER))
		return -errno;
	err = th_write("/proc/self/setgroups", "deny");
	if (!err)
		err = uid ? map_ids("self", "0 65534 1\n", "0 65534 1\n") :
			    map_ids("self", "0 0 1\n", "0 0 1\n");
	return err ?: has_caps(ALL_CAPS) ? 0 : -EPERM;
}

/* Whoever this is, it can read this descriptor of the status.  Return: TH_STATE() */
static inline int armed_users(int fd, int *marked)
{
	char buf[256];
	ssize_t n = pread(fd, buf, sizeof(buf) - 1, 0);
	struct th_status st;
	int err;

	if (n < 0)
		return -errno;
	buf[n] = '\0';
	err = th_status_parse(buf, &st);
	*marked = st.marked;
	return err ?: TH_STATE(0, st.armed, st.users);
}

/* Nobody is marked: from now on, a mark says that the machine was armed. */
static inline int unmarked(void)
{
	struct th_status st;

	return th_poll(!th_status(&st) && !st.marked);
}

/*
 * What came of an attempt to arm the machine that may get a descriptor: it must
 * have armed the machine, for @user, for as long as it is open, or not for a moment.
 */
static inline void check_attempt(struct __test_metadata *_metadata, int status,
				 int fd, int expected, int user, int which)
{
	int marked;

	EXPECT_EQ(expected, fd < 0 ? fd : 0)
		TH_LOG("attempt %d", which);
	if (fd >= 0) {
		EXPECT_EQ(TH_STATE(0, 1, user), armed_users(status, &marked));
		close(fd);
	}
	EXPECT_EQ(TH_STATE(0, 0, 0), armed_users(status, &marked));
	if (expected) {
		EXPECT_EQ(0, marked)
			TH_LOG("attempt %d armed the machine", which);
	}
}

#endif /* SELFTEST_TRACEHOOK_SECURITY_H */
