// SPDX-License-Identifier: GPL-2.0
/*
 * The files, and the toggle.
 *
 * - files: the files of the documented interface, and their modes
 * - unprivileged: EACCES for whoever is not root, whatever the directories allow
 * - spelling: on and off, everything that kstrtobool() takes, from both states
 * - junk_changes_nothing: everything else, whatever its length, in both states
 * - bad_address_changes_nothing: EFAULT
 * - enable_twice, disable_twice: a user counts once
 * - off_does_not_disarm_under_an_event: the toggle is one user among three
 */
#include <dirent.h>
#include <grp.h>

#include "tracehook.h"

FIXTURE(toggle)
{
};

FIXTURE_SETUP(toggle)
{
	TH_REQUIRE();
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	ASSERT_EQ(TH_STATE(0, 0, 0), th_state());
}

FIXTURE_TEARDOWN_PARENT(toggle)
{
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(0, th_instance_remove());
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/* The directory "test" is the test module's. */
TEST_F(toggle, files)
{
	static const struct {
		const char *name;
		mode_t mode;
	} files[] = {
		{ "enable", S_IFREG | 0600 },
		{ "status", S_IFREG | 0400 },
	};
	char path[PATH_MAX];
	struct dirent *de;
	struct stat st;
	unsigned int i;
	int n = 0;
	DIR *dir;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), TH_DIR "%s", files[i].name);
		ASSERT_EQ(0, stat(path, &st));
		EXPECT_EQ(files[i].mode, st.st_mode);
		EXPECT_EQ(0U, st.st_uid);
		EXPECT_EQ(0U, st.st_gid);
	}

	dir = opendir(TH_DIR);
	ASSERT_NE(NULL, dir);
	while ((de = readdir(dir)))
		n += de->d_name[0] != '.' && strcmp(de->d_name, "test");
	closedir(dir);
	EXPECT_EQ((int)ARRAY_SIZE(files), n);
}

/* Open by path, or by name in a directory that root has opened. */
static int try_open(int dir, const char *name, int flags)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s%s", dir < 0 ? TH_DIR : "", name);
	fd = openat(dir, path, flags);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

TEST_F(toggle, unprivileged)
{
	int dir = open(TH_DIR, O_PATH | O_DIRECTORY);
	static const int flags[] = { O_RDONLY, O_WRONLY, O_RDWR };
	unsigned int i;
	pid_t pid;

	ASSERT_LE(0, dir);
	pid = th_fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		ASSERT_EQ(0, setgroups(0, NULL));
		ASSERT_EQ(0, setresgid(65534, 65534, 65534));
		ASSERT_EQ(0, setresuid(65534, 65534, 65534));

		/* debugfs itself may be closed to it, but this is not: */
		ASSERT_EQ(0, try_open(dir, ".", O_RDONLY));
		for (i = 0; i < ARRAY_SIZE(flags); i++) {
			EXPECT_EQ(-EACCES, try_open(-1, "enable", flags[i]));
			EXPECT_EQ(-EACCES, try_open(-1, "status", flags[i]));
			EXPECT_EQ(-EACCES, try_open(dir, "enable", flags[i]));
			EXPECT_EQ(-EACCES, try_open(dir, "status", flags[i]));
		}
		_exit(0);
	}
	EXPECT_EQ(0, th_reap(pid));
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

FIXTURE(spelling)
{
};

FIXTURE_VARIANT(spelling)
{
	const char *const *words;
	const char *opposite;
	int expected;
};

static const char * const words_on[] = {
	"1", "y", "Y", "yes", "YES", "t", "T", "true", "True", "on", "On",
	"oN", "ON", "1junk", "yellow", "only", NULL
};

static const char * const words_off[] = {
	"0", "n", "N", "no", "NO", "f", "F", "false", "False", "of", "off",
	"OFF", "oFf", "Off", "0junk", "never", NULL
};

FIXTURE_VARIANT_ADD(spelling, on)
{
	.words = words_on,
	.opposite = "0",
	.expected = TH_STATE(1, 1, TH_TOGGLE_USER),
};

FIXTURE_VARIANT_ADD(spelling, off)
{
	.words = words_off,
	.opposite = "1",
	.expected = TH_STATE(0, 0, 0),
};

FIXTURE_SETUP(spelling)
{
	TH_REQUIRE();
}

FIXTURE_TEARDOWN_PARENT(spelling)
{
	EXPECT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

TEST_F(spelling, is_taken)
{
	static const char * const ends[] = { "", "\n", " \t\n" };
	const char *const *word;
	char text[32];
	unsigned int i;

	for (word = variant->words; *word; word++) {
		for (i = 0; i < ARRAY_SIZE(ends); i++) {
			snprintf(text, sizeof(text), "%s%s", *word, ends[i]);
			ASSERT_EQ(0, th_write(TH_ENABLE, variant->opposite));
			ASSERT_EQ(0, th_write(TH_ENABLE, text))
				TH_LOG("'%s'", text);
			/* And from the state that it asks for. */
			ASSERT_EQ(variant->expected, th_state())
				TH_LOG("'%s'", text);
			ASSERT_EQ(0, th_write(TH_ENABLE, text));
			ASSERT_EQ(variant->expected, th_state())
				TH_LOG("'%s' again", text);
		}
	}
}

#define MIB	(1024 * 1024)

TEST_F(toggle, junk_changes_nothing)
{
	static const struct {
		const char *text;
		size_t len;
	} junk[] = {
		{ "", 0 }, { " ", 1 }, { "\n", 1 }, { "\0001", 2 }, { "\0", 1 },
		{ " 1", 2 }, { "\n1", 2 }, { "+1", 2 }, { "-1", 2 }, { "2", 1 },
		{ "o", 1 }, { "O\n", 2 }, { "o1", 2 }, { "x", 1 }, { "x1", 2 },
		{ "maybe", 5 }, { "enable", 6 }, { "\xff", 1 },
	};
	static const size_t lens[] = { 3, 4, 4095, 4096, 4097, MIB };
	static const char * const on_off[] = { "0", "1" };
	static const int states[] = { TH_STATE(0, 0, 0), TH_STATE(1, 1, TH_TOGGLE_USER) };
	char *big = malloc(MIB);
	unsigned int i, j;

	ASSERT_NE(NULL, big);
	memset(big, 'z', MIB);
	for (i = 0; i < ARRAY_SIZE(on_off); i++) {
		ASSERT_EQ(0, th_write(TH_ENABLE, on_off[i]));
		for (j = 0; j < ARRAY_SIZE(junk); j++) {
			EXPECT_EQ(-EINVAL,
				  th_write_n(TH_ENABLE, junk[j].text, junk[j].len))
				TH_LOG("'%s'", junk[j].text);
			ASSERT_EQ(states[i], th_state())
				TH_LOG("'%s'", junk[j].text);
		}
		for (j = 0; j < ARRAY_SIZE(lens); j++) {
			EXPECT_EQ(-EINVAL, th_write_n(TH_ENABLE, big, lens[j]))
				TH_LOG("%zu bytes", lens[j]);
			ASSERT_EQ(states[i], th_state())
				TH_LOG("%zu bytes", lens[j]);
		}
	}
	free(big);
}

TEST_F(toggle, bad_address_changes_nothing)
{
	char *page = mmap(NULL, getpagesize(), PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, page);
	EXPECT_EQ(-EFAULT, th_write_n(TH_ENABLE, page, 1));
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
	ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	EXPECT_EQ(-EFAULT, th_write_n(TH_ENABLE, page, 1));
	EXPECT_EQ(TH_STATE(1, 1, TH_TOGGLE_USER), th_state());
	munmap(page, getpagesize());
}

TEST_F(toggle, enable_twice)
{
	ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	EXPECT_EQ(TH_STATE(1, 1, TH_TOGGLE_USER), th_state());
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

/* The second one must not take away the event's share. */
TEST_F(toggle, disable_twice)
{
	ASSERT_EQ(0, th_instance_create());
	ASSERT_EQ(0, th_write(TH_ENTRY "enable", "1"));
	ASSERT_EQ(0, th_write(TH_ENABLE, "1"));
	EXPECT_EQ(TH_STATE(1, 1, TH_TOGGLE_USER | TH_ENTRY_USER), th_state());
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(TH_STATE(0, 1, TH_ENTRY_USER), th_state());
	ASSERT_EQ(0, th_write(TH_ENTRY "enable", "0"));
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
	ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
	EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
}

TEST_F(toggle, off_does_not_disarm_under_an_event)
{
	static const char * const events[] = {
		TH_ENTRY "enable", TH_EXIT "enable",
	};
	static const int users[] = { TH_ENTRY_USER, TH_EXIT_USER };
	struct th_status st;
	unsigned int i;

	ASSERT_EQ(0, th_instance_create());
	for (i = 0; i < ARRAY_SIZE(events); i++) {
		ASSERT_EQ(0, th_write(events[i], "1"));
		EXPECT_EQ(TH_STATE(0, 1, users[i]), th_state());
		ASSERT_EQ(0, th_write(TH_ENABLE, "0"));
		EXPECT_EQ(TH_STATE(0, 1, users[i]), th_state());
		ASSERT_EQ(0, th_status(&st));
		EXPECT_EQ(st.threads, st.marked);
		ASSERT_EQ(0, th_write(events[i], "0"));
		EXPECT_EQ(TH_STATE(0, 0, 0), th_state());
	}
}

TEST_HARNESS_MAIN
