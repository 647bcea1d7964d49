# SPDX-License-Identifier: GPL-2.0

## Torture:
##   torture    processes, tracers and users of the events against each other, on
##              the plain kernel, under KASAN and lockdep, and under KCSAN;
##              SECONDS=120 SEED=number KERNELS="plain debug kcsan"

KERNELS ?= plain debug kcsan

# bash has a SECONDS of its own
unexport SECONDS

.PHONY: torture
torture: tests $(patsubst %,image-%,$(filter-out plain,$(KERNELS)))
	$(Q)$(GUEST_ENV) TORTURE_SECONDS=$(or $(SECONDS),120) TORTURE_SEED=$(SEED) \
		scripts/guest/torture $(KERNELS)
