#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The other part of make bench that runs in the guest.
exec /tests/bench_arm 10 1000 10000 100000
