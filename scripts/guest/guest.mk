# SPDX-License-Identifier: GPL-2.0
# The guest: configuration, kernels, test programs, and booting them.

## Guest:
##   run        build, boot, and watch every system call of a few programs
##   check      build with the option on and off and run all the selftests;
##              TESTS="a_test b_test" runs these alone
##   check-all  check on every architecture, ARCHES="a b" on these, and a table of the
##              results; ARCH=name check for one
##   check-debug  the selftests under KASAN, lockdep and the like; slow
##   check-lockdown  who can arm a machine that is locked down, on a kernel that can be
##   check-oldest  compose, build and boot the oldest kernel of the line in the archive
##   check-oabi  ARCH=arm: calls of its old ABI, on a kernel that has them and no filters
##   shell      a shell in the guest, with the tests in /tests
##   bench      count the instructions of system calls, option on and off, beside
##              raw_syscalls; table and plots in BUILD/bench
##   bench-smp  calls in a second on many processors, and how long a fork() waits for
##              arming, beside raw_syscalls.  Wants ARCH=arm64, QEMU 8.1, or ACCEL=kvm,
##              to run processors at once
##   experiments  the same with what the series might have done instead, patches in
##              experiments/; EXPERIMENTS="a b" takes these, ARCH=name that machine
##   tests      build the test programs; image, image-off: the kernels
##   deps       install the packages that are missing
##              (ACCEL=kvm: not emulated; TIMEOUT=seconds for a boot)

# Options for every machine and for this one, of every kernel and of this one.
# MORE: fragments for a kernel of another kind
FRAGMENTS = kernel/configs/tracehook_guest.config \
	arch/$(SRCARCH)/configs/tracehook_$(ARCH).config \
	$(wildcard $(patsubst %,patches/$(KERNEL)/options/%.config,all $(ARCH))) $(MORE)
OBJ := $(B)/$(ARCH)
OBJ_OFF := $(B)/$(ARCH)-off
OBJ_SMALL := $(B)/$(ARCH)-small
GUEST := $(OBJ)/guest
# The guest's shell; the host's serves where its programs run
BUSYBOX ?= $(if $(filter x86_64 um,$(ARCH)),/bin/busybox)
PLUGIN := $(if $(PLUGIN_$(ARCH)),$(OBJ)/gcc-plugin.so)
# Where Debian has no libc that runs, one is built, and this has the options that it needs.
LIBC := $(if $(LIBC_$(ARCH)),$(OBJ)/libc/options)
USERCC = $(CROSS_$(ARCH))gcc$(if $(LIBC), $(shell cat $(LIBC)))
# Where static programs of it do not run, they come with its shared objects.
STATIC := $(if $(LIBS_$(ARCH)),,-static)
GUESTCC = $(USERCC) -O2 -Wall -Wextra $(STATIC) -pthread
CONFIG_SH := ARCH=$(KARCH_$(ARCH)) $(FLAGS_$(ARCH)) CROSS_COMPILE=$(CROSS_$(ARCH)) $(QEMU_DIR)/config.sh

.DELETE_ON_ERROR:

.PHONY: deps
deps:
	$(Q)scripts/deps $(DEPS_$(ARCH))

fetch: | deps

$(OBJ)/gcc-plugin.so: $(PLUGIN_$(ARCH)) | deps
	$(Q)mkdir -p $(@D)
	$(Q)g++ -O2 -fno-rtti -shared -fPIC -Wall -I$$($(CROSS)gcc -print-file-name=plugin)/include \
		-o $@ $<

$(OBJ)/.config: $(FRAGMENTS) $(QEMU_DIR)/config.sh $(PLUGIN) | tree
	$(Q)$(CONFIG_SH) merge $(B)/linux $(OBJ) $(FRAGMENTS)

# An edited Kconfig may drop an option in the build: look again after it.
.PHONY: image
image: tree $(OBJ)/.config
	$(Q)STEPS=$(if $(filter x86_64,$(ARCH)),2700,2100) scripts/progress "kernel, $(ARCH)" $(OBJ)/make.log $(KMAKE) -j$(JOBS) all \
		$(if $(UAPI_$(ARCH)),,headers)
	$(if $(UAPI_$(ARCH)),$(Q)$(KMAKE) -s ARCH=$(UAPI_$(ARCH)) headers)
	$(Q)$(CONFIG_SH) verify $(B)/linux $(OBJ) $(FRAGMENTS)

# Variants: the same with one more fragment, in a folder of their own
STEPS_off := 1700
STEPS_small := 900
STEPS_debug := 1700
STEPS_kcsan := 1700
define variant
$(OBJ)-$(1)/.config: $(FRAGMENTS) $(QEMU_DIR)/variants/$(1).config $(QEMU_DIR)/config.sh | tree
	$(Q)$(CONFIG_SH) merge $(B)/linux $(OBJ)-$(1) $(FRAGMENTS) $(QEMU_DIR)/variants/$(1).config

.PHONY: image-$(1)
image-$(1): tree $(OBJ)-$(1)/.config | image
	$(Q)STEPS=$$(STEPS_$(1)) scripts/progress "kernel, variant $(1)" $(OBJ)-$(1)/make.log \
		$$(call kmake,$(B)/linux,$(OBJ)-$(1)) -j$(JOBS) all
	$(Q)$(CONFIG_SH) verify $(B)/linux $(OBJ)-$(1) $(FRAGMENTS) $(QEMU_DIR)/variants/$(1).config
endef
$(foreach v,off small debug kcsan lockdown latency oabi,$(eval $(call variant,$(v))))

$(OBJ)/libc/options: scripts/toolchain/libc scripts/toolchain/libc-more.c | image
	$(Q)CROSS=$(CROSS) PLUGIN=$(abspath $(PLUGIN)) scripts/progress "libc" $(OBJ)/libc.log \
		scripts/toolchain/libc $(LIBC_$(ARCH)) $(OBJ)/usr/include $(@D)

.PHONY: tests
tests: image $(LIBC) $(GUEST)/init
	$(Q)rm -rf $(GUEST)/selftests
	$(Q)scripts/progress "selftests" $(GUEST)/selftests.log \
		$(MAKE) -C $(B)/linux/tools/testing/selftests TARGETS=tracehook \
		FORCE_TARGETS=1 O=$(CURDIR)/$(OBJ) ARCH=$(KARCH) CROSS_COMPILE=$(CROSS) \
		$(if $(LIBC),CC="$(USERCC)") STATIC=$(STATIC) \
		CC32="$(CC32_$(ARCH))" CCN32="$(CCN32_$(ARCH))" \
		KSFT_INSTALL_PATH=$(CURDIR)/$(GUEST)/selftests install
	$(Q)find $(GUEST)/selftests/tracehook -type f -perm /1 ! -name '*.sh' \
		-exec $(CROSS)strip {} +

$(GUEST)/init: $(QEMU_DIR)/init.c $(LIBC)
	$(Q)mkdir -p $(@D)
	$(Q)$(GUESTCC) -o $@ $<

# The programs that make run watches
DEMO := $(addprefix $(GUEST)/demo/,threads denied debugger hello \
	$(if $(CC32_$(ARCH)),hello32))
$(GUEST)/demo/%: $(QEMU_DIR)/demo/%.c $(LIBC)
	$(Q)mkdir -p $(@D)
	$(Q)$(GUESTCC) -o $@ $<

$(GUEST)/demo/hello32: $(QEMU_DIR)/demo/hello.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC32_$(ARCH)) -O2 -static -o $@ $<

# What run.sh wants to know
GUEST_ENV = OBJ=$(OBJ) OBJ_OFF=$(OBJ_OFF) OBJ_SMALL=$(OBJ_SMALL) GUEST=$(GUEST) TESTS_DIR=$(GUEST)/selftests \
	INIT=$(GUEST)/init GEN_INIT_CPIO=$(OBJ)/usr/gen_init_cpio IMAGE=$(IMAGE_$(ARCH)) \
	QEMU="$(QEMU_$(ARCH))" CPU=$(CPU_$(ARCH)) SMP=$(SMP_$(ARCH)) MEM=$(MEM_$(ARCH)) \
	PORTS="$(PORTS_$(ARCH))" APPEND="$(APPEND_$(ARCH))" BUSYBOX=$(BUSYBOX) \
	TTY=$(TTY_$(ARCH)) VERDICT=$(VERDICT_$(ARCH)) SYSCALLS="$(SYSCALLS_$(ARCH))" \
	LIBS="$(LIBS_$(ARCH))"
export ACCEL TIMEOUT

# What is to come, before the first of it; times as on two processors in 2026
.PHONY: plan
plan:
	@echo "make check, $(ARCH): kernel (5 to 12 minutes the first time), programs (1)," \
		"guest (5)$(if $(TESTS)$(filter-out x86_64,$(ARCH)),,; kernel without the" \
		"option (2), objects with it off (3), its guest (1))"
tree: $(if $(filter check,$(MAKECMDGOALS)),plan)

.PHONY: check check-debug check-lockdown check-oabi shell run bench
check: plan tests $(if $(TESTS)$(filter-out x86_64,$(ARCH)),,image-small)
	$(Q)$(GUEST_ENV) scripts/guest/check $(TESTS)

# The table in the documentation is that of all.
TABLE := Documentation/trace/tracehook-architectures.txt
.PHONY: check-all
check-all: fetch
	$(Q)BUILT="$(BUILT)" $(if $(filter file,$(origin ARCHES)),\
		WRITE=$(TABLE) scripts/guest/all $(ALL),scripts/guest/all $(ARCHES))

check-debug: tests image-debug
	$(Q)$(GUEST_ENV) OBJ=$(OBJ)-debug TIMEOUT=$(or $(TIMEOUT),3000) \
		$(QEMU_DIR)/run.sh check $(TESTS)

check-lockdown: tests image-lockdown
	$(Q)$(GUEST_ENV) OBJ=$(OBJ)-lockdown scripts/guest/lockdown

.PHONY: check-oldest
check-oldest: fetch
	$(Q)scripts/series/oldest

# With a list of allowed skips of its own, and there is none.
check-oabi: tests image-oabi
	$(Q)$(GUEST_ENV) OBJ=$(OBJ)-oabi ARCH=$(ARCH)-oabi $(QEMU_DIR)/run.sh check abi_test

shell: tests
	$(Q)$(GUEST_ENV) $(QEMU_DIR)/run.sh shell

run: image $(GUEST)/init $(DEMO)
	$(Q)$(GUEST_ENV) scripts/guest/demo

# Empty probes in C, to measure
$(GUEST)/bench_probe/bench_probe.ko: image
	$(Q)mkdir -p $(@D)
	$(Q)cp $(B)/linux/tools/testing/selftests/tracehook/bench_probe/* $(@D)
	$(Q)$(KMAKE) -s M=$(CURDIR)/$(@D) modules

bench: tests image-off image-latency $(GUEST)/bench_probe/bench_probe.ko
	$(Q)$(GUEST_ENV) PROBE=$(GUEST)/bench_probe/bench_probe.ko scripts/bench/run

.PHONY: bench-smp
bench-smp: tests $(GUEST)/bench_probe/bench_probe.ko
	$(Q)$(GUEST_ENV) scripts/bench/smp

.PHONY: experiments
experiments: tests $(GUEST)/bench_probe/bench_probe.ko
	$(Q)$(GUEST_ENV) scripts/bench/experiments $(EXPERIMENTS)
