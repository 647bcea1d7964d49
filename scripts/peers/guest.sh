#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What init of the guest runs: makes the tree of packages the root and goes on there.
# The kernel command line has peers_state, peers_groups, peers_seed and peers_port.
r=/newroot
mkdir $r
# A mount of its own, and moved to /: in a chroot there would be no user namespaces
mount -o bind /image $r || exit 1
for d in dev proc sys tmp; do
	mount -o rbind /$d $r/$d || exit 1
done
# run_kselftest.sh appends there, to a file if there is none
ln -s /proc/self/fd/1 /dev/stdout
cd $r && mount -o move . / || exit 1
exec chroot . /bin/bash /peers/guest-run
