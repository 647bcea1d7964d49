// SPDX-License-Identifier: GPL-2.0
/*
 * What a BPF program at the entry can do to a call, though it cannot change its
 * number, arguments or result.
 *
 *  bpf.write_data	bpf_probe_write_user() changes what write() writes
 *  bpf.write_path	or which file openat() opens; the supervisor of a seccomp
 *			filter finds it changed as well
 *  bpf.kill		bpf_send_signal() kills the program, and the call is made
 */
#include <sys/ioctl.h>

#include "rewrite.h"
#include "bpf.h"

#define INSN(_code, _dst, _src, _off, _imm)				\
	((struct bpf_insn) { .code = _code, .dst_reg = _dst, .src_reg = _src, \
			     .off = _off, .imm = _imm })
#define MOV_REG(_dst, _src)	INSN(BPF_ALU64 | BPF_MOV | BPF_X, _dst, _src, 0, 0)
#define MOV_IMM(_dst, _imm)	INSN(BPF_ALU64 | BPF_MOV | BPF_K, _dst, 0, 0, _imm)
#define ADD_IMM(_dst, _imm)	INSN(BPF_ALU64 | BPF_ADD | BPF_K, _dst, 0, 0, _imm)
#define CALL(_fn)		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_##_fn)
#define NOP()			INSN(BPF_JMP | BPF_JA, 0, 0, 0, 0)
#define EXIT()			INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

/* What the program does to a call */
struct act {
	long		nr;
	/* Write a byte to this address, or send this signal. */
	const char	*address;
	char		byte;
	int		sig;
};

/*
 * Have a program on the entry event act upon the calls of one process.
 * Return: the descriptor of the link, or -errno.
 */
static int attach(pid_t pid, const struct act *act)
{
	const __u64 address = (unsigned long)act->address;
	struct bpf_insn prog[] = {
		/* The second argument of the tracepoint */
		INSN(BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_6, BPF_REG_1, 8, 0),
		CALL(get_current_pid_tgid),
		INSN(BPF_ALU64 | BPF_RSH | BPF_K, BPF_REG_0, 0, 0, 32),
		INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 16, pid),
		/* The number is the first member of struct tracehook_call. */
		INSN(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, -1),
		MOV_REG(BPF_REG_1, BPF_REG_10),
		ADD_IMM(BPF_REG_1, -4),
		MOV_IMM(BPF_REG_2, 4),
		MOV_REG(BPF_REG_3, BPF_REG_6),
		CALL(probe_read_kernel),
		INSN(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_1, BPF_REG_10, -4, 0),
		INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_1, 0, 8, act->nr),
		/* Number 12: one of the two */
		INSN(BPF_ST | BPF_MEM | BPF_B, BPF_REG_10, 0, -8, act->byte),
		INSN(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, 0, 0, (__u32)address),
		INSN(0, 0, 0, 0, address >> 32),
		MOV_REG(BPF_REG_2, BPF_REG_10),
		ADD_IMM(BPF_REG_2, -8),
		MOV_IMM(BPF_REG_3, 1),
		CALL(probe_write_user),
		NOP(),
		MOV_IMM(BPF_REG_0, 0),
		EXIT(),
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT,
		.insn_cnt = ARRAY_SIZE(prog),
		.insns = (unsigned long)prog,
		.license = (unsigned long)"GPL",
	};
	int fd, link, i;

	if (act->sig) {
		prog[12] = MOV_IMM(BPF_REG_1, act->sig);
		prog[13] = CALL(send_signal);
		for (i = 14; i < 20; i++)
			prog[i] = NOP();
	}
	fd = syscall(__NR_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		return -errno;
	link = bpf_attach("tracehook_entry", fd);
	close(fd);
	return link;
}

static struct shared {
	char	data[8];
	char	path[64];
	char	touched;
} *shared;

FIXTURE(bpf) {
	struct th_event ev[128];
	int n;
	int go[2], out[2];
};

FIXTURE_SETUP(bpf)
{
	TH_REQUIRE();
	if (!bpf_has_tracepoints())
		SKIP(return, "needs CONFIG_BPF_EVENTS");
	shared = th_share(sizeof(*shared));
	ASSERT_NE(NULL, shared);
	ASSERT_EQ(0, pipe2(self->go, O_CLOEXEC));
	ASSERT_EQ(0, pipe2(self->out, O_CLOEXEC | O_NONBLOCK));
	ASSERT_EQ(0, th_instance_create());
}

FIXTURE_TEARDOWN(bpf)
{
	EXPECT_EQ(0, th_trace_off());
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

static void wait_go(struct _test_data_bpf *self)
{
	char c;

	/* The program does not take faults: a child has to map the page itself. */
	__atomic_store_n(&shared->touched, 1, __ATOMIC_RELAXED);
	/* Not left to the parent alone, so that this end sees it close. */
	close(self->go[1]);
	if (syscall(__NR_read, self->go[0], &c, 1) != 1)
		_exit(120);
}

static int let_go(struct _test_data_bpf *self)
{
	return write(self->go[1], "x", 1) == 1 ? 0 : -errno;
}

TEST_F(bpf, write_data)
{
	char data[8] = {};
	int link, with;
	struct act act;
	pid_t pid;

	for (with = 0; with < 2; with++) {
		memcpy(shared->data, "abc", 4);
		act = (struct act) {
			.nr = __NR_write, .address = shared->data + 1,
			.byte = 'X',
		};
		pid = th_fork();
		if (!pid) {
			wait_go(self);
			_exit(syscall(__NR_write, self->out[1], shared->data, 3) != 3);
		}
		ASSERT_LT(0, pid);
		/* The program has to be for another number first. */
		if (!with)
			act.nr = TH_NR_UNKNOWN;
		link = attach(pid, &act);
		ASSERT_LE(0, link);
		ASSERT_EQ(0, let_go(self));
		EXPECT_EQ(0, th_reap(pid));
		close(link);
		ASSERT_EQ(3, read(self->out[0], data, sizeof(data)));
		EXPECT_STREQ(with ? "aXc" : "abc", data);
	}
}

/* All calls of openat() wait for a supervisor.  Return: its descriptor. */
static int supervised(void)
{
	struct sock_filter insns[] = {
		FILTER_LOAD(nr),
		FILTER_UNLESS(__NR_openat, 1),
		FILTER_RET(SECCOMP_RET_USER_NOTIF),
		FILTER_RET(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { ARRAY_SIZE(insns), insns };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		       SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog);
}

/* It has the tracee's descriptor by inheritance, and its memory is shared. */
static int supervise(int fd, char *path, size_t size)
{
	struct seccomp_notif req = {};
	struct seccomp_notif_resp resp = {};

	if (ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &req))
		return -errno;
	snprintf(path, size, "%s", (char *)(unsigned long)req.data.args[1]);
	resp.id = req.id;
	resp.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	return ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &resp) ? -errno : 0;
}

TEST_F(bpf, write_path)
{
	const struct act act = {
		.nr = __NR_openat, .address = shared->path + 8, .byte = 'l',
	};
	char path[64] = "";
	int with, link = -1, fd;
	pid_t pid, maker;

	for (with = 0; with < 2; with++) {
		memcpy(shared->path, "/dev/nul-", 10);
		maker = th_fork();
		if (!maker) {
			/* Only a process of its own is under the filter. */
			fd = supervised();
			if (fd < 0)
				_exit(77);
			pid = fork();
			if (!pid) {
				wait_go(self);
				_exit(syscall(__NR_openat, AT_FDCWD, shared->path,
					      O_RDONLY) < 0 ? errno : 0);
			}
			link = with ? attach(pid, &act) : 0;
			if (link < 0 || let_go(self) ||
			    supervise(fd, path, sizeof(path)) ||
			    strcmp(path, with ? "/dev/null" : "/dev/nul-"))
				_exit(78);
			_exit(th_reap(pid));
		}
		ASSERT_LT(0, maker);
		fd = th_reap(maker);
		if (fd == 77 && !th_has_filters())
			SKIP(return, "needs CONFIG_SECCOMP_FILTER");
		EXPECT_EQ(with ? 0 : ENOENT, fd);
	}
}

TEST_F(bpf, kill)
{
	const struct act act = { .nr = __NR_write, .sig = SIGKILL };
	struct th_event *entry, *exit;
	char data[8] = {};
	pid_t pid;
	int link;

	memcpy(shared->data, "abc", 4);
	pid = th_fork();
	if (!pid) {
		wait_go(self);
		syscall(__NR_write, self->out[1], shared->data, 3);
		th_syscall_poisoned(TH_NR_UNKNOWN);
		_exit(0);
	}
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, th_trace_on());
	link = attach(pid, &act);
	ASSERT_LE(0, link);
	ASSERT_EQ(0, let_go(self));
	EXPECT_EQ(128 + SIGKILL, th_reap(pid));
	close(link);
	ASSERT_EQ(0, th_trace_off());

	/* Dead, and yet it has written. */
	EXPECT_EQ(3, read(self->out[0], data, sizeof(data)));
	EXPECT_STREQ("abc", data);
	self->n = th_events(pid, self->ev, ARRAY_SIZE(self->ev));
	ASSERT_GE((int)ARRAY_SIZE(self->ev), self->n);
	ASSERT_LE(2, self->n);
	entry = &self->ev[self->n - 2];
	exit = entry + 1;
	EXPECT_TRUE(entry->entry);
	EXPECT_FALSE(exit->entry);
	EXPECT_EQ(__NR_write, entry->nr);
	EXPECT_EQ(entry->id, exit->id);
	EXPECT_EQ(3, exit->ret);
}

TEST_HARNESS_MAIN
