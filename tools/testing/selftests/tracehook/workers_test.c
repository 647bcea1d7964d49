// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel threads and io_uring workers make no system calls: they are neither
 * marked nor counted, whether they are there before the machine is armed or not.
 */
#include <linux/io_uring.h>

#include "parked.h"

FIXTURE(workers)
{
};

FIXTURE_SETUP(workers)
{
	char disabled[16];

	TH_REQUIRE();
	if (th_read("/proc/sys/kernel/io_uring_disabled", disabled,
		    sizeof(disabled)) < 0 || atoi(disabled) == 2)
		SKIP(return, "needs CONFIG_IO_URING");
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
}

FIXTURE_TEARDOWN_PARENT(workers)
{
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/*
 * Submit a splice() from an empty pipe, which always goes to a worker, and keeps
 * it busy until somebody writes to the pipe.  Return: the ring or -errno.
 */
static int uring_splice(int in, int out)
{
	struct io_uring_params params = {};
	int ring = syscall(SYS_io_uring_setup, 1, &params);
	struct io_uring_sqe *sqe;
	unsigned int *tail;
	char *sq;

	if (ring < 0)
		return -errno;
	sq = mmap(NULL, params.sq_off.array + sizeof(int),
		  PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	sqe = mmap(NULL, sizeof(*sqe), PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		   IORING_OFF_SQES);
	if (sq == MAP_FAILED || sqe == MAP_FAILED)
		return -ENOMEM;

	sqe->opcode = IORING_OP_SPLICE;
	sqe->flags = IOSQE_ASYNC;
	sqe->fd = out;
	sqe->off = -1;
	sqe->splice_fd_in = in;
	sqe->splice_off_in = -1;
	sqe->len = 1;
	*(unsigned int *)(sq + params.sq_off.array) = 0;
	tail = (unsigned int *)(sq + params.sq_off.tail);
	th_store(*tail, *tail + 1);
	if (syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0) != 1)
		return -errno;
	return ring;
}

static int count_workers(void)
{
	struct th_tasks n;

	return th_count_tasks(&n) ?: n.workers;
}

TEST_F(workers, are_left_alone)
{
	static const char * const on_off[] = { "0", "1" };
	struct th_status before, st;
	int in[2], out[2], ring, i;
	struct th_tasks n;

	ASSERT_EQ(0, pipe(in));
	ASSERT_EQ(0, pipe(out));
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, th_write(TH_ENABLE, on_off[i]));
		ASSERT_EQ(0, th_status(&before));
		ring = uring_splice(in[0], out[1]);
		ASSERT_LE(0, ring);
		ASSERT_EQ(0, th_poll(count_workers() == i + 1));

		ASSERT_EQ(0, th_count_tasks(&n));
		EXPECT_LT(0, n.kthreads);
		ASSERT_EQ(0, th_status(&st));
		EXPECT_EQ(before.threads, st.threads);
		EXPECT_EQ(n.user, st.threads);
		if (i)
			EXPECT_EQ(st.threads, st.marked);
	}

	/* There when the machine is armed, too. */
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	th_check_armed(_metadata);
}

TEST_HARNESS_MAIN
