#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# run.sh check [PROGRAM...]   boot once, run the selftests, judge the console
# run.sh script SCRIPT        boot once, run a shell script or a program there
# run.sh shell                boot into an interactive shell
#
# Called by make (scripts/guest/guest.mk), which fills the environment from arch.mk:
# KERNEL B ARCH OBJ IMAGE QEMU CPU SMP MEM PORTS APPEND TTY VERDICT HOOK TESTS_DIR INIT
# GEN_INIT_CPIO BUSYBOX LIBS (which may be none),
# and by choice ACCEL=kvm|tcg[,option], TIMEOUT=seconds, V=1, QEMU_EXTRA="option ...",
# EXTRA="file ..." for /demo of the guest, INITRAMFS, a file with more lines for the
# initramfs, PROGRAM_TIMEOUT=seconds for each program and
# GUEST_ARGS="word ..." for the kernel command line, of which the programs get each
# name=value in their environment.
# Leaves a record in $B/run/<date>-<mode>-<arch>; the last line that check
# prints is "N passed, N failed, N skipped".
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mode=$1
shift
[ "$mode" != script ] || script=$1
: "${TIMEOUT:=900}" "${ACCEL:=tcg}" "${HOOK:=on}" "${V:=}" "${GUEST_ARGS:=}"

die()
{
	echo "run.sh: $*" >&2
	exit 1
}

# shellcheck disable=SC2153 # QEMU and the others come from make
set -- "$mode" "$@"
[ -z "$QEMU" ] || command -v "${QEMU%% *}" >/dev/null ||
	die "${QEMU%% *} is missing: run make deps ARCH=$ARCH"
[ -f "$OBJ/$IMAGE" ] || die "$OBJ/$IMAGE is missing: run make kernel"
[ -n "$BUSYBOX" ] || [ "$mode" = check ] || ! head -c 2 "${script:-$0}" | grep -q '#!' ||
	die "needs a static busybox for $ARCH: BUSYBOX=/path"
case ${QEMU:+$ACCEL} in
kvm)
	[ -w /dev/kvm ] || die "ACCEL=kvm: no access to /dev/kvm"
	CPU=host
	;;
tcg)
	# Before 8.1, with a thread for each CPU, QEMU may run code that another CPU
	# has just patched: the guest dies of "Oops: int3" at a static key.
	version=$("${QEMU%% *}" --version | sed -n 's/.*version \([0-9.]*\).*/\1/p')
	printf '8.1\n%s\n' "$version" | sort -VC || ACCEL=tcg,thread=single
	;;
esac

work=$OBJ/guest
mkdir -p "$work" "$B/run"
run=$B/run/$(date +%Y%m%d-%H%M%S)-$mode-$ARCH$([ "$HOOK" = on ] || echo "-$HOOK")
while ! mkdir "$run" 2>/dev/null; do run=$run+; done
ln -sfn "${run##*/}" "$B/run/latest"

# The programs of the list, each with the timeout of the kselftest settings
timeout=$(sed -n 's/^timeout=//p' "$TESTS_DIR/tracehook/settings" 2>/dev/null || :)
timeout=${PROGRAM_TIMEOUT:-$timeout}
case $mode,$# in
check,1) sed -n 's/^tracehook://p' "$TESTS_DIR/kselftest-list.txt" ;;
check,*) printf '%s\n' "${@:2}" ;;
esac | sed "s/\$/ ${timeout:-45}/" >"$work/list"
while read -r name _; do
	[ -x "$TESTS_DIR/tracehook/$name" ] || die "no such test program: $name"
done <"$work/list"

# The initramfs: an exact list, and no root needed to make the device nodes
{
	for d in /bin /dev /etc /proc /sys /tmp /tests /modules /demo ${LIBS:+/lib}; do
		echo "dir $d 755 0 0"
	done
	echo "nod /dev/console 600 0 0 c 5 1"
	echo "nod /dev/null 666 0 0 c 1 3"
	echo "file /init $INIT 755 0 0"
	echo "file /tests/list $work/list 644 0 0"
	for f in ${LIBS:-}; do
		echo "file /lib/${f##*/} $f 755 0 0"
	done
	[ -z "$BUSYBOX" ] || echo "file /bin/busybox $BUSYBOX 755 0 0
slink /bin/sh busybox 777 0 0"
	for f in "$TESTS_DIR"/tracehook/*; do
		[ ! -x "$f" ] || echo "file /tests/${f##*/} $f 755 0 0"
	done
	find "$OBJ" -name '*.ko' | sort | while read -r f; do
		echo "file /modules/${f##*/} $f 644 0 0"
	done
	for f in ${EXTRA:-}; do
		echo "file /demo/${f##*/} $f 755 0 0"
	done
	[ -z "${script:-}" ] || echo "file /script $script 755 0 0"
	[ -z "${INITRAMFS:-}" ] || cat "$INITRAMFS"
} >"$work/initramfs.list"
"$GEN_INIT_CPIO" "$work/initramfs.list" >"$work/initramfs.cpio"

args="panic=-1 oops=panic panic_on_warn=1 hung_task_panic=1 softlockup_panic=1"
args="$args printk.devkmsg=on $APPEND"
args="$args guest=$mode hook=$HOOK tty=$TTY verdict=$VERDICT $GUEST_ARGS"
# The size of the terminal, as rows:columns; a serial line does not tell
[ "$mode" != shell ] || args="$args winsize=$(stty size 2>/dev/null | tr ' ' :)"
[ "$mode" = shell ] && args="$args loglevel=3" || args="$args ignore_loglevel"
# shellcheck disable=SC2153 # from make
ports=${PORTS//VERDICT/$run/verdict}
# shellcheck disable=SC2206 # machine arguments are words
if [ -n "$QEMU" ]; then
	cmd=($QEMU -accel "$ACCEL" ${CPU:+-cpu "$CPU"} -smp "$SMP" -m "$MEM" -nic none
		-no-reboot -kernel "$OBJ/$IMAGE" -initrd "$work/initramfs.cpio"
		-append "$args" ${QEMU_EXTRA:-} -display none -monitor none)
	shell=(${ports//CONSOLE/mon:stdio})
	ports=(${ports//CONSOLE/stdio})
else
	# User mode Linux: descriptor 3 is the second port
	cmd=("$OBJ/$IMAGE" "mem=$MEM" "initrd=$work/initramfs.cpio" $args con=null)
	shell=("con0=fd:0,fd:1")
	ports=("con0=null,fd:1" "con1=null,fd:3")
fi

if [ "$mode" = shell ]; then
	echo "Ctrl-A x ends QEMU, so does leaving the shell."
	exec "${cmd[@]}" "${shell[@]}"
fi
cmd+=("${ports[@]}")

cp "$OBJ/.config" "$run/config"
printf '%q ' "${cmd[@]}" >"$run/qemu"
{
	echo "base: $(cat "$B/base.stamp")"
	echo "commit: $(git describe --always --dirty --abbrev=12 2>/dev/null || echo none)"
	echo "series: $(cat "patches/$KERNEL"/{series,*/*.patch} | sha256sum | cut -c1-16)"
	echo "image: $(sha256sum <"$OBJ/$IMAGE" | cut -c1-16)"
} >"$run/record"

# What to show while it runs: everything, the script's output, or the results
case $mode$V in
check1)	show=(cat) ;;
check*)	show=(sed -Enu -e 's/\r$//' -e 's/ selftests: tracehook: /  /'
		-e 's/^\[ *([0-9]+)\.[0-9]+\] (not ok|ok) [0-9]+  (.*)/  \2  \3 (at \1 s)/p') ;;
*)	show=(sed -Eu -e '/^\[ *[0-9]+\.[0-9]+\]/d' -e 's/\r$//') ;;
esac
rc=0
{
	timeout --foreground -k 5 "$TIMEOUT" "${cmd[@]}" </dev/null \
		2>"$run/qemu.err" 3>"$run/verdict" ||
		echo $? >"$run/rc"
} | tee "$run/console.log" | "${show[@]}"
[ ! -f "$run/rc" ] || rc=$(cat "$run/rc")
[ "$rc" != 137 ] || rc=124
# User mode Linux says there how it looks at its host.
[ "$QEMU$rc" = 0 ] || sed 's/^/qemu: /' "$run/qemu.err" >&2
# Without a second port it is the last line of the console.
[ "$VERDICT" != "$TTY" ] ||
	sed -n 's/^verdict: \([0-9]*\)\r*$/\1/p' "$run/console.log" >"$run/verdict"

skips=$here/skip/$ARCH
[ -f "$skips" ] || skips=/dev/null
tap=yes
[ "$mode" = check ] || tap=no
all=no
[ "$mode$#" != check1 ] || all=yes
bad=0
awk -f "$here/check-log.awk" -v tap=$tap -v all=$all -v hook="$HOOK" -v rc="$rc" \
	-v limit="$TIMEOUT" -v verdict="$(tr -d '\r\n' <"$run/verdict" 2>/dev/null || :)" \
	file=1 "$skips" file=2 "$here/console.allow" file=3 "$run/console.log" \
	>"$run/result" || bad=1
[ $bad = 0 ] || echo "log: $run/console.log" >&2
# A script that went well has said so itself.
[ $tap$bad = no0 ] || cat "$run/result"
exit $bad
