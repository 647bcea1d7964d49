#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The part of make bench that runs in the guest.
[ -e /sys/kernel/debug/tracehook ] && echo "# the option is on" || echo "# the option is off"
exec /tests/bench
