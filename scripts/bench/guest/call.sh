#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The part of make bench that runs in the guest.
[ ! -e /demo/bench_probe.ko ] || insmod /demo/bench_probe.ko
exec /tests/bench
