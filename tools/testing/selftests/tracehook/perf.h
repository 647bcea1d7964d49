/* SPDX-License-Identifier: GPL-2.0 */
/* Both events into one ring of perf, and what is in it. */
#ifndef SELFTEST_TRACEHOOK_PERF_H
#define SELFTEST_TRACEHOOK_PERF_H

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "tracehook.h"

#define PERF_EVENTS_DIR	"/sys/kernel/tracing/events/tracehook/"

struct perf_ring {
	int		fd[2];		/* exit, entry */
	int		type[2];
	char		*map;
	size_t		page, size;
};

static inline bool perf_is_there(void)
{
	return syscall(__NR_perf_event_open, NULL, 0, -1, -1, 0) != -1 ||
	       errno != ENOSYS;
}

/* The number that perf and the records know an event by, or -errno. */
static inline int perf_type(bool entry)
{
	char buf[16];
	ssize_t n = th_read(entry ? PERF_EVENTS_DIR "tracehook_entry/id" :
				    PERF_EVENTS_DIR "tracehook_exit/id",
			    buf, sizeof(buf));

	return n < 0 ? n : atoi(buf);
}

/* Open both events, which stay disabled.  Return: 0 or -errno. */
static inline int perf_open(struct perf_ring *r, pid_t pid, int cpu)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_TRACEPOINT,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_RAW,
		.disabled = 1,
	};
	int i;

	for (i = 0; i < 2; i++) {
		r->type[i] = perf_type(i);
		if (r->type[i] < 0)
			return r->type[i];
		attr.config = r->type[i];
		r->fd[i] = syscall(__NR_perf_event_open, &attr, pid, cpu, -1,
				   PERF_FLAG_FD_CLOEXEC);
		if (r->fd[i] < 0)
			return -errno;
	}
	r->page = sysconf(_SC_PAGESIZE);
	r->size = 1 << 20;
	r->map = mmap(NULL, r->page + r->size, PROT_READ | PROT_WRITE,
		      MAP_SHARED, r->fd[0], 0);
	if (r->map == MAP_FAILED ||
	    ioctl(r->fd[1], PERF_EVENT_IOC_SET_OUTPUT, r->fd[0]))
		return -errno;
	return 0;
}

static inline int perf_switch(struct perf_ring *r, bool on)
{
	unsigned long request = on ? PERF_EVENT_IOC_ENABLE :
				     PERF_EVENT_IOC_DISABLE;

	return ioctl(r->fd[0], request, 0) || ioctl(r->fd[1], request, 0) ?
	       -errno : 0;
}

static inline void perf_close(struct perf_ring *r)
{
	munmap(r->map, r->page + r->size);
	close(r->fd[0]);
	close(r->fd[1]);
}

/* The ring does not wrap: it is read once, and has room for all of a test. */
static inline bool perf_copy(struct perf_ring *r, size_t at, void *to, size_t len)
{
	if (at + len > r->size)
		return false;
	memcpy(to, r->map + r->page + at, len);
	return true;
}

/*
 * Copy the events from the ring, after @n others.  Their pid is that which perf
 * tells, in the namespace of who opened it.  Return: how many there are then, or
 * -errno; -EOVERFLOW if perf has lost some.
 */
static inline int perf_events(struct perf_ring *r, struct th_event *ev, int n,
			      int max)
{
	struct perf_event_mmap_page *head = (void *)r->map;
	struct perf_event_header header;
	struct {
		__u32		pid, tid, size;
	} sample;
	/* After the size, which leaves it where no __u64 may be */
	struct {
		__u16		type;
		__u16		flags;
		__s32		common_pid;
		__s32		nr;
		__u32		arch;
		__u64		id;
		unsigned long	args[6];	/* or the result */
	} raw;
	size_t end, at, len;

	/* The records come before the head: see perf_output_put_handle(). */
	end = head->data_head;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	for (at = 0; at < end; at += header.size) {
		if (!perf_copy(r, at, &header, sizeof(header)))
			return -EOVERFLOW;
		if (header.type == PERF_RECORD_LOST)
			return -EOVERFLOW;
		if (header.type != PERF_RECORD_SAMPLE)
			continue;
		if (!perf_copy(r, at + sizeof(header), &sample, sizeof(sample)))
			return -EOVERFLOW;
		memset(&raw, 0, sizeof(raw));
		len = sample.size < sizeof(raw) ? sample.size : sizeof(raw);
		if (!perf_copy(r, at + sizeof(header) + sizeof(sample), &raw, len))
			return -EOVERFLOW;
		if (n >= max)
			return -E2BIG;
		memset(&ev[n], 0, sizeof(ev[n]));
		ev[n].entry = raw.type == r->type[1];
		ev[n].pid = sample.tid;
		ev[n].nr = raw.nr;
		ev[n].arch = raw.arch;
		ev[n].id = raw.id;
		if (ev[n].entry)
			memcpy(ev[n].args, raw.args, sizeof(ev[n].args));
		else
			memcpy(&ev[n].ret, raw.args, sizeof(ev[n].ret));
		n++;
	}
	return n;
}

#endif /* SELFTEST_TRACEHOOK_PERF_H */
