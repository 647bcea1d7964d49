# SPDX-License-Identifier: GPL-2.0
# What the guest layer knows of each architecture: data only, one fact a line.
#
#   KARCH     the kernel's ARCH=
#   CROSS     prefix of the compiler; empty is the host's own
#   IMAGE     what the boot loader takes, below the object folder
#   FRAGMENT  the architecture's config fragment
#   QEMU      the emulator, with the machine
#   CPU       its -cpu for TCG; KVM uses host
#   APPEND    kernel command line: the console
#   TTY       the console, as the guest's shell opens it
#   VERDICT   second port, where the guest writes its verdict
#   SYSCALLS  tables of system call names: AUDIT_ARCH_* in hex, ABIs, table
#   CC32      compiler of 32-bit programs for this kernel; empty if it runs none
#   DEPS      packages, beyond those that every architecture needs

ARCHES := x86_64

KARCH_x86_64    := x86_64
CROSS_x86_64    :=
IMAGE_x86_64    := arch/x86/boot/bzImage
FRAGMENT_x86_64 := arch/x86/configs/tracehook_guest.config
QEMU_x86_64     := qemu-system-x86_64 -machine pc
CPU_x86_64      := max
APPEND_x86_64   := console=ttyS0
TTY_x86_64      := ttyS0
VERDICT_x86_64  := ttyS1
SYSCALLS_x86_64 := c000003e:common,64:arch/x86/entry/syscalls/syscall_64.tbl \
		   40000003:i386:arch/x86/entry/syscalls/syscall_32.tbl
CC32_x86_64     := i686-linux-gnu-gcc
DEPS_x86_64     := qemu-system-x86 gcc-i686-linux-gnu libc6-dev-i386-cross
