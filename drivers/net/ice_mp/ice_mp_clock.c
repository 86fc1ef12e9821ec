/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * The device's clock: 64 bits of nanoseconds in registers, of which a time
 * stamp in a descriptor has the low 32. What is missing is found from a recent
 * time that the event thread notes now and then, so that data threads, those of
 * secondary processes too, never read a register.
 */

#include <errno.h>

#include "ice_mp_port.h"

/** Readings until the high half did not change under the low one. */
#define CLOCK_TRIES	3

static int
clock_read(const struct ice_mp_pf *pf, uint64_t *ns)
{
	uint32_t hi = ice_mp_rd32(pf, GLTSYN_TIME_H(0)), lo, again;
	unsigned int i;

	for (i = 0; i < CLOCK_TRIES; i++) {
		lo = ice_mp_rd32(pf, GLTSYN_TIME_L(0));
		again = ice_mp_rd32(pf, GLTSYN_TIME_H(0));
		if (again == hi) {
			if (hi == UINT32_MAX)
				return -EIO;	/* it reads as all ones */
			*ns = (uint64_t)hi << 32 | lo;
			return 0;
		}
		hi = again;
	}
	return -EIO;
}

void
ice_mp_clock_tick(struct ice_mp_port *port)
{
	uint64_t ns;

	if (clock_read(port->pf, &ns) == 0)
		__atomic_store_n(&port->clock, ns, __ATOMIC_RELAXED);
}

int
ice_mp_read_clock(struct rte_eth_dev *dev, uint64_t *clock)
{
	return clock_read(ice_mp_dev_port(dev)->pf, clock);
}
