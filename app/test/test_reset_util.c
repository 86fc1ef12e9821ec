/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file What cases about resets of the device share. */

#include <stdlib.h>

#include "test.h"

int64_t
t_accesses(void)
{
	return t_state(T_DEV, "fault", "accesses");
}

int64_t
t_recoveries(void)
{
	return t_telemetry("/ice_mp/pf," T_DEV, NULL, "recoveries");
}

static unsigned int nb_events[3];

static int
on_event(uint16_t id __rte_unused, enum rte_eth_event_type type, void *arg __rte_unused,
	 void *ret __rte_unused)
{
	unsigned int *at = &nb_events[type == RTE_ETH_EVENT_ERR_RECOVERING ? 0 :
				      type == RTE_ETH_EVENT_RECOVERY_SUCCESS ? 1 : 2];

	__atomic_fetch_add(at, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static const enum rte_eth_event_type watched[] = {
	RTE_ETH_EVENT_ERR_RECOVERING, RTE_ETH_EVENT_RECOVERY_SUCCESS,
	RTE_ETH_EVENT_RECOVERY_FAILED,
};

int
t_reset_watch(void)
{
	unsigned int i;
	uint8_t p;

	memset(nb_events, 0, sizeof(nb_events));
	for (i = 0; i < RTE_DIM(watched); i++)
		for (p = 0; p < F.nb; p++)
			T_EQ(rte_eth_dev_callback_register(F.id[p], watched[i], on_event, NULL), 0);
	return 0;
}

void
t_reset_unwatch(void)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(watched); i++)
		t_unregister(RTE_ETH_ALL, watched[i], on_event, (void *)-1);
}

int
t_reset_told(int64_t nb)
{
	T_WAIT(__atomic_load_n(&nb_events[1], __ATOMIC_SEQ_CST) == nb * F.nb, 5000,
	       "%u RECOVERY_SUCCESS for %lld recoveries of %u ports", nb_events[1],
	       (long long)nb, F.nb);
	T_EQ(nb_events[0], nb * F.nb);
	T_EQ(nb_events[2], 0);
	return 0;
}

unsigned int
t_sweep_step(int64_t nb, unsigned int most)
{
	const char *full = getenv("ICE_MP_TEST_FULL");

	if (full != NULL && strcmp(full, "1") == 0)
		return 1;
	/* As many as a machine that is thirty times slower has time for. */
	if (getenv("ICE_MP_TEST_SHORT") != NULL)
		most = (most + 3) / 4;
	return nb > most ? (nb + most - 1) / most : 1;
}
