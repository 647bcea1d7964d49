// SPDX-License-Identifier: GPL-2.0
/*
 * torture: what the recorder knows of ids, from all of its recordings.
 *
 * A thread takes blocks of 2^16 consecutive ids, keeps a block to itself, also
 * when execve() gives it another thread id, and uses the ids of it in order.  So
 * the last one that was seen of a block tells which of them are used up.
 */
#include "ids.h"

/* A newer block takes the place of an older one. */
#define NR_BLOCKS	65536

struct block {
	unsigned long long last;	/* id */
	pid_t		tid;		/* whose call it was, and which */
	int		nr;
	unsigned int	arch;
	bool		open;
};

static struct block blocks[NR_BLOCKS];

static unsigned long long number(unsigned long long id)
{
	return (id - 1) >> 16;
}

/* Return: NULL of a block that is forgotten. */
static struct block *block_of(unsigned long long id)
{
	struct block *b = &blocks[number(id) % NR_BLOCKS];

	if (!b->last || number(b->last) < number(id))
		memset(b, 0, sizeof(*b));
	else if (number(b->last) > number(id))
		return NULL;
	return b;
}

static void remember(struct block *b, const struct th_event *ev)
{
	b->last = ev->id;
	b->tid = ev->pid;
	b->nr = ev->nr;
	b->arch = ev->arch;
	b->open = ev->entry;
}

/* Whether it is the first one of a block. */
bool id_is_first(unsigned long long id)
{
	return (uint16_t)id == 1;
}

/* Whether a thread that was reported a call of the one has the other next. */
bool id_follows(unsigned long long id, unsigned long long next)
{
	return (uint16_t)id ? next == id + 1 :
			      id_is_first(next) && number(next) > number(id);
}

/* The id of an entry has never been used. */
const char *judge_new_id(const struct th_event *ev)
{
	struct block *b;

	if (!ev->id)
		return "no id";
	b = block_of(ev->id);
	if (!b)
		return NULL;
	if (ev->id <= b->last)
		return "its id has been used";
	remember(b, ev);
	return NULL;
}

/* An exit that has its entry in the same recording */
void close_id(const struct th_event *ev)
{
	struct block *b = block_of(ev->id);

	if (b)
		remember(b, ev);
}

/*
 * An exit that has not: its id is a new one, or that of a call that was open when
 * an earlier recording ended, unless no such call is left (@none_open).
 */
const char *judge_id_of_orphan(const struct th_event *ev, bool execed,
			       bool none_open)
{
	struct block *b;

	if (!ev->id)
		return "no entry, no id";
	b = block_of(ev->id);
	if (!b)
		return NULL;
	if (ev->id < b->last || (ev->id == b->last && (!b->open || none_open)))
		return "no entry, and the call with its id was over";
	if (ev->id == b->last && (b->nr != ev->nr || b->arch != ev->arch))
		return "its id is that of another call";
	if (ev->id == b->last && b->tid != ev->pid && !execed)
		return "its id is that of another thread's call";
	remember(b, ev);
	return NULL;
}

static int compare_keys(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/*
 * Whether a recording has two entries or two exits of the same id, looked at
 * without regard to threads and blocks.  Return: the id, or 0.
 */
unsigned long long find_id_twice(const struct th_event *ev, int n)
{
	unsigned long long twice = 0;
	uint64_t *keys = malloc(n * sizeof(*keys));
	int i;

	if (!keys)
		return 0;
	for (i = 0; i < n; i++)
		keys[i] = ev[i].id << 1 | ev[i].entry;
	qsort(keys, n, sizeof(*keys), compare_keys);
	for (i = 1; i < n && !twice; i++) {
		if (keys[i] == keys[i - 1])
			twice = keys[i] >> 1;
	}
	free(keys);
	return twice;
}
