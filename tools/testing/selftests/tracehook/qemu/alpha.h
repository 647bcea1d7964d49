/* SPDX-License-Identifier: GPL-2.0 */
/* 6.12.117 calls it in arch/alpha/mm/fault.c, but alpha has no such function. */
#define show_signal_msg(...)
