# SPDX-License-Identifier: GPL-2.0
# What the guest layer knows of each architecture: data only, one fact a line.
# Left out is what is the same as its default, at the end.
#
#   KARCH     the kernel's ARCH=
#   UAPI      that of its user space headers, if another
#   CROSS     prefix of the compiler; empty is the host's own
#   LIBC      a libc has to be built; what uClibc-ng calls the architecture
#   LIBS      the loader and the shared objects, if static programs do not run
#   PLUGIN    the source of a plugin that mends its gcc
#   FLAGS     more variables for the kernel's make
#   IMAGE     what the boot loader takes, below the object folder
#   QEMU      the emulator, with the machine; empty: the image is a program
#   CPU       its -cpu for TCG; KVM uses host
#   SMP, MEM  processors and memory
#   PORTS     its devices: the console on CONSOLE, the verdict to the file VERDICT
#   APPEND    kernel command line: the console, and how it ends
#   TTY       the console, as the guest's shell opens it
#   VERDICT   second port, where the guest writes its verdict; TTY if it has none
#   SYSCALLS  tables of system call names: AUDIT_ARCH_* in hex, ABIs, table
#   CC32      compiler of 32-bit programs for this kernel; empty if it runs none
#   CCN32     the same for the third ABI of mips64
#   DEPS      packages, beyond those that every architecture needs

# Serial ports of the machine; a port of virtio over MMIO, PCI or CCW
PORTS_SERIAL := -serial CONSOLE -serial file:VERDICT
PORTS_VIRTIO = -serial CONSOLE -device virtio-serial-$(1) \
	-chardev file,id=verdict,path=VERDICT -device virtserialport,chardev=verdict

ARCHES := x86_64 i386 um arm64 arm riscv64 powerpc64le powerpc64 powerpc \
	  s390x mips mips64 sparc64 sparc32 sh4 hppa alpha m68k openrisc
# For these there is a compiler, but no machine
BUILT := arc hexagon loongarch64
ALL = $(ARCHES) $(BUILT)

KARCH_x86_64   := x86_64
IMAGE_x86_64   := arch/x86/boot/bzImage
QEMU_x86_64    := qemu-system-x86_64 -machine pc
CPU_x86_64     := max
APPEND_x86_64  := console=ttyS0
SYSCALLS_x86_64 := c000003e:common,64:arch/x86/entry/syscalls/syscall_64.tbl \
		   40000003:i386:arch/x86/entry/syscalls/syscall_32.tbl
CC32_x86_64    := i686-linux-gnu-gcc
DEPS_x86_64    := qemu-system-x86 gcc-i686-linux-gnu libc6-dev-i386-cross

KARCH_i386     := i386
CROSS_i386     := i686-linux-gnu-
IMAGE_i386     := arch/x86/boot/bzImage
QEMU_i386      := qemu-system-i386 -machine pc
# Of AMD's, family 6 is not good enough for two
CPU_i386       := max,vendor=GenuineIntel
APPEND_i386    := console=ttyS0
DEPS_i386      := qemu-system-x86 gcc-i686-linux-gnu libc6-dev-i386-cross

KARCH_um       := um
UAPI_um        := x86_64
IMAGE_um       := linux
SMP_um         := 1
MEM_um         := 512M
APPEND_um      := console=tty0 panic=0 end=off
TTY_um         := tty0
VERDICT_um     := tty1

KARCH_arm64    := arm64
CROSS_arm64    := aarch64-linux-gnu-
IMAGE_arm64    := arch/arm64/boot/Image
QEMU_arm64     := qemu-system-aarch64 -machine virt
CPU_arm64      := max
PORTS_arm64    := $(call PORTS_VIRTIO,device)
APPEND_arm64   := console=ttyAMA0
TTY_arm64      := ttyAMA0
VERDICT_arm64  := vport0p1
CC32_arm64     := arm-linux-gnueabihf-gcc
DEPS_arm64     := qemu-system-arm gcc-aarch64-linux-gnu libc6-dev-arm64-cross \
		  gcc-arm-linux-gnueabihf libc6-dev-armhf-cross

KARCH_arm      := arm
CROSS_arm      := arm-linux-gnueabihf-
IMAGE_arm      := arch/arm/boot/zImage
QEMU_arm       := qemu-system-arm -machine virt
CPU_arm        := cortex-a15
SMP_arm        := 1
MEM_arm        := 512M
PORTS_arm      := $(call PORTS_VIRTIO,device)
APPEND_arm     := console=ttyAMA0
TTY_arm        := ttyAMA0
VERDICT_arm    := vport0p1
DEPS_arm       := qemu-system-arm gcc-arm-linux-gnueabihf libc6-dev-armhf-cross

KARCH_riscv64  := riscv
CROSS_riscv64  := riscv64-linux-gnu-
IMAGE_riscv64  := arch/riscv/boot/Image
QEMU_riscv64   := qemu-system-riscv64 -machine virt
CPU_riscv64    := rv64
PORTS_riscv64  := $(call PORTS_VIRTIO,device)
APPEND_riscv64 := console=ttyS0
VERDICT_riscv64 := vport0p1
DEPS_riscv64   := qemu-system-misc gcc-riscv64-linux-gnu libc6-dev-riscv64-cross

KARCH_powerpc64le := powerpc
CROSS_powerpc64le := powerpc64le-linux-gnu-
IMAGE_powerpc64le := vmlinux
QEMU_powerpc64le := qemu-system-ppc64 -machine pseries
CPU_powerpc64le := power9
APPEND_powerpc64le := console=hvc0
TTY_powerpc64le := hvc0
VERDICT_powerpc64le := hvc1
DEPS_powerpc64le := qemu-system-ppc gcc-powerpc64le-linux-gnu libc6-dev-ppc64el-cross

KARCH_powerpc64 := powerpc
CROSS_powerpc64 := powerpc64-linux-gnu-
IMAGE_powerpc64 := vmlinux
QEMU_powerpc64 := qemu-system-ppc64 -machine pseries
CPU_powerpc64  := power9
APPEND_powerpc64 := console=hvc0
TTY_powerpc64  := hvc0
VERDICT_powerpc64 := hvc1
CC32_powerpc64 := powerpc-linux-gnu-gcc
DEPS_powerpc64 := qemu-system-ppc gcc-powerpc64-linux-gnu libc6-dev-ppc64-cross \
		  gcc-powerpc-linux-gnu libc6-dev-powerpc-cross

KARCH_powerpc  := powerpc
CROSS_powerpc  := powerpc-linux-gnu-
IMAGE_powerpc  := vmlinux
QEMU_powerpc   := qemu-system-ppc -machine ppce500
CPU_powerpc    := e500mc
MEM_powerpc    := 512M
APPEND_powerpc := console=ttyS0
DEPS_powerpc   := qemu-system-ppc gcc-powerpc-linux-gnu libc6-dev-powerpc-cross \
		  u-boot-tools

KARCH_s390x    := s390
CROSS_s390x    := s390x-linux-gnu-
IMAGE_s390x    := arch/s390/boot/bzImage
QEMU_s390x     := qemu-system-s390x -machine s390-ccw-virtio
CPU_s390x      := max
PORTS_s390x    := $(call PORTS_VIRTIO,ccw)
APPEND_s390x   := console=ttysclp0
TTY_s390x      := ttysclp0
VERDICT_s390x  := vport0p1
CC32_s390x     := s390x-linux-gnu-gcc -m31
DEPS_s390x     := qemu-system-misc gcc-s390x-linux-gnu libc6-dev-s390x-cross \
		  libc6-dev-s390-s390x-cross lib32gcc-12-dev-s390x-cross

KARCH_mips     := mips
CROSS_mips     := mips-linux-gnu-
IMAGE_mips     := vmlinux
QEMU_mips      := qemu-system-mips -machine malta
CPU_mips       := 24Kf
SMP_mips       := 1
MEM_mips       := 256M
APPEND_mips    := console=ttyS0
DEPS_mips      := qemu-system-mips gcc-mips-linux-gnu libc6-dev-mips-cross

KARCH_mips64   := mips
CROSS_mips64   := mips64-linux-gnuabi64-
IMAGE_mips64   := vmlinux
QEMU_mips64    := qemu-system-mips64 -machine malta
CPU_mips64     := MIPS64R2-generic
SMP_mips64     := 1
MEM_mips64     := 256M
APPEND_mips64  := console=ttyS0
CC32_mips64    := mips64-linux-gnuabi64-gcc -mabi=32
CCN32_mips64   := mips64-linux-gnuabi64-gcc -mabi=n32
DEPS_mips64    := qemu-system-mips gcc-mips64-linux-gnuabi64 libc6-dev-mips64-cross \
		  libc6-dev-mips32-mips64-cross lib32gcc-12-dev-mips64-cross \
		  libc6-dev-mipsn32-mips64-cross libn32gcc-12-dev-mips64-cross

KARCH_sparc64  := sparc64
CROSS_sparc64  := sparc64-linux-gnu-
FLAGS_sparc64  := KCFLAGS="-include $(CURDIR)/$(QEMU_DIR)/sparc.h"
IMAGE_sparc64  := arch/sparc/boot/image
QEMU_sparc64   := qemu-system-sparc64 -machine sun4u
SMP_sparc64    := 1
PORTS_sparc64  := -serial CONSOLE
# OpenBIOS comes back from a reset, which is a panic
APPEND_sparc64 := console=ttyS0 end=off
VERDICT_sparc64 := ttyS0
CC32_sparc64   := sparc64-linux-gnu-gcc -m32
DEPS_sparc64   := qemu-system-sparc gcc-sparc64-linux-gnu libc6-dev-sparc64-cross \
		  libc6-dev-sparc-sparc64-cross lib32gcc-12-dev-sparc64-cross

KARCH_sparc32  := sparc
CROSS_sparc32  := sparc64-linux-gnu-
LIBC_sparc32   := sparc
FLAGS_sparc32  := KCFLAGS="-include $(CURDIR)/$(QEMU_DIR)/sparc.h"
IMAGE_sparc32  := arch/sparc/boot/image
QEMU_sparc32   := qemu-system-sparc -machine SS-5
SMP_sparc32    := 1
MEM_sparc32    := 256M
APPEND_sparc32 := console=ttyS0
DEPS_sparc32   := qemu-system-sparc gcc-sparc64-linux-gnu uclibc-source

KARCH_sh4      := sh
CROSS_sh4      := sh4-linux-gnu-
LIBC_sh4       := sh
PLUGIN_sh4     := scripts/toolchain/gcc-sh4.cc
FLAGS_sh4      := KCFLAGS="-fplugin=$(CURDIR)/$(B)/sh4/gcc-plugin.so"
IMAGE_sh4      := arch/sh/boot/zImage
QEMU_sh4       := qemu-system-sh4 -machine r2d
SMP_sh4        := 1
MEM_sh4        := 64M
PORTS_sh4      := -serial null -serial CONSOLE
APPEND_sh4     := console=ttySC1
TTY_sh4        := ttySC1
VERDICT_sh4    := ttySC1
DEPS_sh4       := qemu-system-misc gcc-sh4-linux-gnu gcc-12-plugin-dev-sh4-linux-gnu \
		  uclibc-source

KARCH_hppa     := parisc
CROSS_hppa     := hppa-linux-gnu-
IMAGE_hppa     := vmlinux
# Its firmware calls a screen the console, if there is one
QEMU_hppa      := qemu-system-hppa -machine hppa -vga none
SMP_hppa       := 1
MEM_hppa       := 3G
PORTS_hppa     := -serial CONSOLE
# The firmware of QEMU 7.2 claims cache lines of 32 KiB, which slabs are aligned to
APPEND_hppa    := console=ttyS0 slab_max_order=5
VERDICT_hppa   := ttyS0
DEPS_hppa      := qemu-system-misc gcc-hppa-linux-gnu libc6-dev-hppa-cross

KARCH_alpha    := alpha
CROSS_alpha    := alpha-linux-gnu-
# Static programs of glibc 2.36 do not find their TLS, and end in __ctype_init()
LIBS_alpha     := $(addprefix /usr/alpha-linux-gnu/lib/,ld-linux.so.2 libc.so.6.1)
FLAGS_alpha    := KCFLAGS="-include $(CURDIR)/$(QEMU_DIR)/alpha.h"
IMAGE_alpha    := vmlinux
QEMU_alpha     := qemu-system-alpha -machine clipper
APPEND_alpha   := console=ttyS0
DEPS_alpha     := qemu-system-misc gcc-alpha-linux-gnu libc6.1-dev-alpha-cross

KARCH_m68k     := m68k
CROSS_m68k     := m68k-linux-gnu-
IMAGE_m68k     := vmlinux
QEMU_m68k      := qemu-system-m68k -machine virt
CPU_m68k       := m68040
SMP_m68k       := 1
MEM_m68k       := 512M
PORTS_m68k     := $(call PORTS_VIRTIO,device)
APPEND_m68k    := console=ttyGF0
TTY_m68k       := ttyGF0
VERDICT_m68k   := vport0p1
DEPS_m68k      := qemu-system-misc gcc-m68k-linux-gnu libc6-dev-m68k-cross

KARCH_openrisc := openrisc
CROSS_openrisc := or1k-elf-
LIBC_openrisc  := or1k
IMAGE_openrisc := vmlinux
QEMU_openrisc  := qemu-system-or1k -machine virt
SMP_openrisc   := 1
MEM_openrisc   := 512M
PORTS_openrisc := $(call PORTS_VIRTIO,device)
APPEND_openrisc := console=ttyS0
VERDICT_openrisc := vport0p1
DEPS_openrisc  := qemu-system-misc gcc-or1k-elf uclibc-source

KARCH_arc      := arc
CROSS_arc      := arc-linux-gnu-
IMAGE_arc      := vmlinux
DEPS_arc       := gcc-arc-linux-gnu

KARCH_hexagon  := hexagon
FLAGS_hexagon  := LLVM=1 CC=clang
IMAGE_hexagon  := vmlinux
DEPS_hexagon   := clang lld llvm

KARCH_loongarch64 := loongarch
FLAGS_loongarch64 := LLVM=-19 CC=clang-19
IMAGE_loongarch64 := vmlinux
DEPS_loongarch64 := clang-19 lld-19 llvm-19

# Folder below arch/, where its options are, and its group of the series
SRCARCH = $(patsubst sparc64,sparc,$(patsubst x86_64,x86,$(patsubst i386,x86,$(KARCH))))

# Defaults
$(foreach a,$(ALL),\
	$(eval SMP_$(a) ?= 2)$(eval MEM_$(a) ?= 1G)\
	$(eval PORTS_$(a) ?= $(PORTS_SERIAL))\
	$(eval TTY_$(a) ?= ttyS0)$(eval VERDICT_$(a) ?= ttyS1))
