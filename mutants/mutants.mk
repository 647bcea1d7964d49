# SPDX-License-Identifier: GPL-2.0

## Mutants:
##   mutants    break the series in each of the ways of mutants/, one at a time, and
##              have the selftests catch it; MUTANTS="name name" takes these alone

.PHONY: mutants
mutants: tests
	$(Q)$(GUEST_ENV) mutants/run $(MUTANTS)
