# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Shared by the scripts beside it: sourced, never run.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$top" || exit 1
# The kernel that the series is for: make says which, or it is the default of make.
: "${KERNEL:=$(sed -n 's/^DEFAULT_KERNEL := //p' Makefile)}"
# Patches, and what is generated
QUEUE=patches/$KERNEL
: "${B:=build/$KERNEL}"
# The package that is the base, of which version, and of which suite, if not the machine's
# shellcheck disable=SC2034 # used by those who source this
BASE_PACKAGE='' BASE_VERSION='' BASE_SUITE=''
# shellcheck source=patches/6.12/base disable=SC2034 # used by those who source this
[ ! -f "$QUEUE/base" ] || . "./$QUEUE/base"
# New files live below these folders, at the path they have in the kernel.
OVERLAY_DIRS="arch include kernel Documentation tools"

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

warn()
{
	echo "${0##*/}: warning: $*" >&2
}

# need TOOL PACKAGE...: the tool is there, or one line says where it comes from
need()
{
	command -v "$1" >/dev/null ||
		die "$1 is missing: run scripts/deps, or apt-get install ${*:2}"
}

# lock_build PART: one process at a time changes that part of $B/, and
# children of a holder do not lock again
lock_build()
{
	local held=TRACEHOOK_LOCKED_$1 fd

	mkdir -p "$B"
	[ -z "${!held-}" ] || return 0
	exec {fd}>"$B/.lock-$1"
	flock -n "$fd" || { echo "${0##*/}: waiting for another make" >&2; flock "$fd"; }
	export "$held=1"
}

# source_tarball DIR VERSION: DIR/VERSION.tar.xz, the source in that $BASE_PACKAGE of the
# archive, downloaded if it is not there
source_tarball()
{
	local dir=$1 tarball=$1/$2.tar.xz

	[ ! -f "$tarball" ] || return 0
	(cd "$dir" && apt-get -q download "$BASE_PACKAGE=$2") > "$dir/log" 2>&1 ||
		die "cannot download $BASE_PACKAGE $2: $(tail -n 1 "$dir/log")"
	dpkg-deb --fsys-tarfile "$dir/$BASE_PACKAGE"_*.deb |
		tar -xO "./usr/src/$BASE_PACKAGE.tar.xz" > "$tarball.new"
	rm "$dir/$BASE_PACKAGE"_*.deb
	mv "$tarball.new" "$tarball"
}

# copy_all FROM TO: the files that are named on stdin
copy_all()
{
	rsync -a --files-from=- "$1" "$2"
}

overlay_files()
{
	local f

	# shellcheck disable=SC2086 # a list of folders
	git ls-files -co --exclude-standard -- $OVERLAY_DIRS | LC_ALL=C sort -u |
	while read -r f; do
		if [ -e "$f" ] || [ -L "$f" ]; then echo "$f"; fi
	done
}

# list_of FILE: its lines, less comments and empty ones
list_of()
{
	[ -f "$1" ] || die "$1 is missing"
	sed -e 's/[[:space:]]*#.*//' -e '/^[[:space:]]*$/d' "$1"
}

# The series is groups, in this order: the core, then one for each architecture, named
# as its folder below arch/
series_groups()
{
	list_of "$QUEUE/series"
}

# All patches, as GROUP/NAME.patch
series_patches()
{
	local group

	series_groups | while read -r group; do
		list_of "$QUEUE/$group/series" | sed "s,^,$group/,"
	done
}

# our_group GROUP: the architecture does not work as it should without
our_group()
{
	[ "$1" = core ] || [ "$1" = "${SRCARCH-}" ]
}

# Everything above the first hunk: mail header, changelog, notes below "---"
patch_head()
{
	sed '/^diff \|^--- a\//,$d' "$1"
}

# patch_field PATCH NAME: what a line "NAME: ..." in its head says
patch_field()
{
	patch_head "$1" | sed -n "s/^$2: *//p"
}

# The series as make series has written it, less the cover letters
series_mails()
{
	local group

	series_groups | while read -r group; do
		find "$top/$B/series/$group" -name '*.patch' ! -name '0000-*' 2>/dev/null | sort
	done
}

# other_arch FILE: it is of another architecture than $SRCARCH
other_arch()
{
	case $1 in
	arch/x86/um/*) [ "$SRCARCH" != um ] ;;
	arch/"$SRCARCH"/*) false ;;
	arch/*) ;;
	*) false ;;
	esac
}

# elsewhere PATCH: it touches nothing but other architectures, so the kernel is that
# of before
elsewhere()
{
	local f

	while read -r f; do
		other_arch "$f" || return 1
	done < <(lsdiff --strip=1 "$QUEUE/$1"; patch_adds "$QUEUE/$1")
}

# in_base PATCH TREE: the kernel in TREE has what it does, as a line "Unless: FILE TEXT"
# in its head tells
in_base()
{
	local f text

	read -r f text < <(patch_field "$1" Unless) && grep -qsF "$text" "$2/$f"
}

# The overlay files that belong to a patch: "Adds:" lines below its "---"; a
# folder, written with a slash at its end, stands for all files below it
patch_adds()
{
	local f

	patch_head "$1" | awk '/^---$/ { below = 1 }
		below && $1 == "Adds:" { for (i = 2; i <= NF; i++) print $i }' |
	while read -r f; do
		case $f in
		*/) overlay_files | grep "^$f" ;;
		*) echo "$f" ;;
		esac
	done
}

# kmake SOURCE OBJECTS ARGUMENT...: the kernel's make, for $KARCH and $CROSS
kmake()
{
	local src=$1 obj=$2

	shift 2
	need "${CROSS-}gcc" "gcc${CROSS:+-${CROSS%-}}"
	mkdir -p "$obj"
	env -u MAKEFLAGS -u MAKELEVEL make -s -C "$src" O="$top/$obj" ARCH="$KARCH" \
		CROSS_COMPILE="${CROSS-}" CC="${CCACHE:+$CCACHE }${CROSS-}gcc" \
		-j"${JOBS:-$(nproc)}" "$@"
}

# What "make" can be asked for of the kernel files that the series touches in the
# tree $1, for $KARCH; headers are seen through the files that use them most
touched_objects()
{
	{
		grep '\.c$' "$B/linux.files" | grep -v '^kernel/tracehook/\|^tools/'
		printf '%s\n' kernel/exit.c kernel/seccomp.c kernel/signal.c fs/exec.c \
			"arch/$SRCARCH/kernel/"{process,ptrace,signal}.c
		[ "$SRCARCH" != x86 ] || printf '%s\n' kernel/entry/{common,syscall-common}.c \
			arch/x86/entry/{common,syscall_32,syscall_64}.c
	} | sort -u | while read -r f; do
		! other_arch "$f" || continue
		[ ! -f "$1/$f" ] || echo "${f%.c}.o"
	done
	[ ! -d "$1/kernel/tracehook" ] || echo kernel/tracehook/
}

# add_sum RC LOG: add to passed, failed and skipped the last sum that a command has
# printed into LOG; without one it counts as one case, and never passes with RC
add_sum()
{
	local p f s

	read -r p f s < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' \
		"$2" | tail -n 1) || p=$(($1 == 0)) f=$(($1 != 0)) s=0
	[ "$1" = 0 ] || [ "$f" != 0 ] || f=1
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	echo "   $p passed, $f failed, $s skipped"
}

# step TITLE COMMAND...: run it, without its sum, which goes to add_sum
step()
{
	local title=$1 out rc

	shift
	echo "== $title"
	out=$(mktemp)
	"$@" | tee "$out" | grep -v '^[0-9]* passed, '
	rc=${PIPESTATUS[0]}
	add_sum "$rc" "$out"
	rm -f "$out"
}
