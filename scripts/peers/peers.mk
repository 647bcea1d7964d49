# SPDX-License-Identifier: GPL-2.0

## Peers:
##   check-peers  programs that nobody here wrote, on a machine that is never armed,
##              armed, and toggled at random: the kernel's selftests, strace, gdb,
##              ltrace, perf, bpftrace, trace-cmd; results must be the same.
##              PEERS="selftests gdb" runs these groups alone, SEED=n repeats the
##              toggling; some 20 minutes

PEERS_DIR := scripts/peers
PEERS_OUT := $(B)/peers
PEERS_DEPS := clang libbpf-dev libcap-dev

.PHONY: peers-deps
peers-deps: deps
	$(Q)scripts/deps $(DEPS_$(ARCH)) $(PEERS_DEPS)

# The guest's programs: Debian's, the kernel's, ours
$(PEERS_OUT)/root.stamp: $(PEERS_DIR)/packages $(PEERS_DIR)/image | peers-deps
	$(Q)mkdir -p $(@D)
	$(Q)scripts/progress "packages for the guest" $(@D)/image.log \
		$(PEERS_DIR)/image $(@D) $(PEERS_DIR)/packages
	$(Q)touch $@

.PHONY: peers-tests
peers-tests: image peers-deps
	$(Q)rm -rf $(PEERS_OUT)/tests
	$(Q)scripts/progress "the kernel's selftests" $(PEERS_OUT)/tests.log \
		$(MAKE) -C $(B)/base/tools/testing/selftests FORCE_TARGETS=1 \
		TARGETS="$(sort $(shell sed -n 's/^\([a-z].*\):.*/\1/p' $(PEERS_DIR)/selftests))" \
		O=$(CURDIR)/$(OBJ) ARCH=$(KARCH) CC=$(CURDIR)/$(PEERS_DIR)/cc \
		KSFT_INSTALL_PATH=$(CURDIR)/$(PEERS_OUT)/tests install

# Debuggers want lazy binding, line numbers and addresses that stay
PEERS_CFLAGS := -g -O0 -Wall -pthread -no-pie -fcf-protection=none -Wl,-z,lazy
.PHONY: peers-programs
peers-programs: peers-deps
	$(Q)mkdir -p $(PEERS_OUT)/bin
	$(Q)cp $(PEERS_DIR)/guest-run $(PEERS_DIR)/*.sh $(PEERS_OUT)/bin
	$(Q)sed '/^#/d' $(PEERS_DIR)/selftests >$(PEERS_OUT)/bin/selftests
	$(Q)cd $(PEERS_DIR) && gcc $(PEERS_CFLAGS) -o $(CURDIR)/$(PEERS_OUT)/bin/target target.c
	$(Q)cd $(PEERS_DIR) && $(CC32_$(ARCH)) $(PEERS_CFLAGS) \
		-o $(CURDIR)/$(PEERS_OUT)/bin/target32 target.c
	$(Q)$(GUESTCC) -Wno-unused-parameter -o $(PEERS_OUT)/bin/toggle $(PEERS_DIR)/toggle.c
	$(Q)gcc -O2 -Wall -o $(PEERS_OUT)/bin/rawtp $(PEERS_DIR)/rawtp.c -lbpf
	$(Q)clang -O2 -g -Wall -target bpf -D__TARGET_ARCH_x86 -I/usr/include/x86_64-linux-gnu \
		-c -o $(PEERS_OUT)/bin/rawtp.bpf.o $(PEERS_DIR)/rawtp.bpf.c

# The fourth kernel is that with the option off: make compare-off says how near it
# is to the base
.PHONY: check-peers
check-peers: image image-off peers-tests peers-programs $(PEERS_OUT)/root.stamp $(GUEST)/init
	$(Q)$(GUEST_ENV) SEED=$(SEED) $(PEERS_DIR)/run $(PEERS)
