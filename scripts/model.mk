# SPDX-License-Identifier: GPL-2.0

## Model:
##   model      have spin exhaust the models of the protocol and catch every
##              mutation of them; RUNS="NO_BARRIER_A fork" runs these alone

.PHONY: model
model:
	$(Q)scripts/model $(RUNS)
