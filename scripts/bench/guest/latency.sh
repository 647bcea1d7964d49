#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The part of make bench that runs in a guest with the latency tracers.
for tracer in irqsoff preemptoff; do
	echo $tracer > /sys/kernel/tracing/current_tracer || exit 1
	/tests/bench_arm -l 10 1000 10000 100000 > /tmp/out || exit 1
	sed "s/\t/\t$tracer, /" /tmp/out
done
