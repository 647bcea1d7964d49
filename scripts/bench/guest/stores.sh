#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The part of make bench that is looked at from outside.
probe=/sys/module/bench_probe/parameters/attach
echo tracehook_entry > $probe && echo tracehook_exit > $probe || exit 1
# A shell asks for its parent when it starts.
sh -c :
echo > $probe
