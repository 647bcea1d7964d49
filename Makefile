# SPDX-License-Identifier: GPL-2.0
# The one way in. Wiring only: the work is done by scripts/ and, for the guest,
# by tools/testing/selftests/tracehook/qemu/.

DEFAULT_KERNEL := 6.12
export BASE_CALLER := $(or $(PWD),$(CURDIR))
ifndef KERNEL
KERNEL := $(or $(if $(LINUX),$(shell scripts/series/version $(LINUX))),$(DEFAULT_KERNEL))
endif
ARCH ?= x86_64
B ?= build/$(KERNEL)
JOBS ?= $(shell nproc)
QEMU_DIR := tools/testing/selftests/tracehook/qemu

include $(QEMU_DIR)/arch.mk

ifeq ($(V),1)
Q :=
else
Q := @
MAKEFLAGS += --no-print-directory
endif
export KERNEL B V LINUX FORCE ARCH JOBS KARCH SRCARCH CROSS CCACHE

# The same stamp in every kernel, so that the cache hits and links repeat.
export KBUILD_BUILD_TIMESTAMP := Thu Jan  1 00:00:00 UTC 1970
export KBUILD_BUILD_USER := tracehook
export KBUILD_BUILD_HOST := localhost
export CCACHE_BASEDIR ?= $(CURDIR)/build
# Believe the compiler's dependencies and do not preprocess twice: a first build of
# a kernel file takes 1.05 of the time without ccache instead of 1.45; what this does
# not see, scripts/ccache does
export CCACHE_DEPEND ?= 1
# Not :=, as make deps may be what installs it
CCACHE = $(if $(shell command -v ccache),$(CURDIR)/scripts/ccache)

KARCH = $(or $(KARCH_$(ARCH)),$(error ARCH=$(ARCH): not in $(QEMU_DIR)/arch.mk))
CROSS = $(CROSS_$(ARCH))
# kmake SOURCE,OBJECTS: the kernel's make; KMAKE is that of the main build
kmake = $(MAKE) -C $(CURDIR)/$(1) O=$(CURDIR)/$(2) ARCH=$(KARCH) \
	CROSS_COMPILE=$(CROSS) CC="$(strip $(CCACHE) $(CROSS)gcc)" $(FLAGS_$(ARCH))
KMAKE = $(call kmake,$(B)/linux,$(B)/$(ARCH))

.PHONY: help
help:
	@sed -n 's/^## //p' $(sort $(MAKEFILE_LIST))

## Targets (ARCH=x86_64, V=1 shows commands, JOBS=n), BUILD is build/<kernel>:
##   fetch      the base kernel: the Debian package, or LINUX=/tree-or-tarball
##   tree       compose base, new files and patches in BUILD/linux;
##              FORCE=1 drops edits made there
##   kernel     build it in BUILD/<arch>
##   series     write the series to BUILD/series, ready to mail, a folder
##              for each group
##   refresh    rewrite the patches in their one form; with PATCH=name, edits made in
##              BUILD/linux go to that patch (new files: to this repository);
##              with MUTANT=name they become mutants/name.patch
##   port       LINUX=/tree: carry the patches to a kernel that they do not apply to,
##              TO=version as patches/version; then DO=continue, drop or abort
##   lint       checkpatch, sparse, W=1, kernel-doc, docutils, shellcheck, every prefix
##              compiles;
##              CHECKS="checkpatch shellcheck" runs these alone
##   compare-off  with the option off the objects are those of the series before
##              the option
##   bisect     build and boot every prefix of the series; PREFIXES="1 3": these
##   model      have spin exhaust the models of the protocol and catch every
##              mutation of them; RUNS="NO_BARRIER_A fork" runs these alone
##   clean      remove objects and results; distclean: all of build/

.PHONY: fetch tree
fetch:
	$(Q)scripts/series/base

tree: fetch
	$(Q)scripts/series/compose

.PHONY: kernel
kernel: image

.PHONY: series refresh
series: tree
	$(Q)scripts/series/series

refresh: fetch
	$(Q)scripts/series/refresh $(or $(PATCH),$(if $(MUTANT),mutants/$(MUTANT)))

.PHONY: port
port:
	$(Q)TO=$(TO) scripts/series/port $(or $(DO),$(GROUPS))

.PHONY: model
model: | deps
	$(Q)OUT=build/model tools/testing/selftests/tracehook/model/run.sh $(RUNS)

.PHONY: clean distclean
clean:
	$(Q)[ ! -d $(B) ] || find $(B) -mindepth 1 -maxdepth 1 ! -name 'base*' ! -name 'linux*' \
		-exec rm -rf {} +

distclean:
	$(Q)rm -rf build

# From here on the variables of the guest are known
include $(wildcard scripts/*/*.mk mutants/*.mk)

.PHONY: lint bisect compare-off
lint: tree $(B)/$(ARCH)/.config
	$(Q)scripts/series/lint $(CHECKS)

bisect: tests
	$(Q)$(GUEST_ENV) scripts/series/bisect $(PREFIXES)

compare-off: image
	$(Q)$(GUEST_ENV) scripts/series/compare-off
