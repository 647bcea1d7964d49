// SPDX-License-Identifier: GPL-2.0
/*
 * rawtp OBJECT PROGRAM ARGUMENT...: have libbpf attach what is in OBJECT, run the
 * program, and print the maps.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

struct key {
	int		nr;
	unsigned int	arch;
	long		value;
};

static void print(const char *name, int fd)
{
	struct key *last = NULL, key;
	long n;

	for (; !bpf_map_get_next_key(fd, last, &key); last = &key) {
		if (!bpf_map_lookup_elem(fd, &key, &n))
			printf("%s nr=%d arch=%x value=%ld: %ld\n", name, key.nr,
			       key.arch, key.value, n);
	}
}

int main(int argc, char **argv)
{
	struct bpf_object *object;
	struct bpf_program *prog;
	struct bpf_map *map;
	int status;
	pid_t pid;

	if (argc < 3)
		return 2;
	object = bpf_object__open_file(argv[1], NULL);
	if (!object || bpf_object__load(object))
		return 1;
	/* In the order of the object: the entry first, see the manual */
	bpf_object__for_each_program(prog, object) {
		if (!bpf_program__attach(prog))
			return 1;
	}

	pid = fork();
	if (!pid) {
		execv(argv[2], argv + 2);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	printf("%s: %d\n", argv[2], WEXITSTATUS(status));
	fflush(stdout);
	bpf_object__for_each_map(map, object)
		print(bpf_map__name(map), bpf_map__fd(map));
	return 0;
}
