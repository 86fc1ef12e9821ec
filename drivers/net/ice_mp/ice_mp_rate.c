/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Rates. The scheduler knows them as profiles of a layer, of which it has not
 * many, so nodes of a layer with the same rate share one.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_rate.h"
#include "ice_mp_rxtx.h"

/** Bytes a node may send at once, in units of 64. */
#define RATE_BURST		(15 * 1024 / 64)
/** A profile is exact to one part of this. */
#define RATE_ACCURACY		128
#define RATE_MAX_ENCODE		31
#define BYTES_PER_MBIT		(1000 * 1000 / 8)
/** Wake-up: integer and fraction of PSM clocks per byte. */
#define WAKE_UP_FRACTION_BITS	9
#define WAKE_UP_INT_MAX		63

/** A rate that nodes of a layer can be given. */
struct ice_mp_rate {
	SLIST_ENTRY(ice_mp_rate) next;
	uint32_t mbps;
	uint32_t refs;		/**< nodes that have it */
	uint16_t id;		/**< the device's number of it */
	uint8_t layer, type;
};

/* Hz */
static uint64_t
rate_clock(struct ice_mp_pf *pf)
{
	static const uint64_t clocks[] = { 367647059, 416666667, 446428571, 390625000 };

	return clocks[(ice_mp_rd32(pf, GLGEN_CLKSTAT_SRC) & GLGEN_CLKSTAT_SRC_PSM_M) >>
		      GLGEN_CLKSTAT_SRC_PSM_S];
}

static int
rate_profile(struct ice_mp_pf *pf, uint32_t mbps, struct ice_mp_aq_rl_profile *prof)
{
	uint64_t bytes = (uint64_t)mbps * BYTES_PER_MBIT;
	uint64_t clock = rate_clock(pf);
	uint64_t mult = 0, wake;
	unsigned int encode;

	for (encode = 0; encode <= RATE_MAX_ENCODE && mult <= RATE_ACCURACY; encode++)
		mult = (((bytes * ICE_MP_RL_CLOCK_DIV) << encode) + clock - 1) / clock;
	if (mult <= RATE_ACCURACY || mult > UINT16_MAX)
		return -ERANGE;
	prof->multiply = mult;
	prof->encode = encode - 1;
	prof->max_burst = RATE_BURST;
	wake = (clock << WAKE_UP_FRACTION_BITS) / bytes;
	prof->wake_up = wake >> WAKE_UP_FRACTION_BITS > WAKE_UP_INT_MAX ?
			ICE_MP_RL_WAKE_UP_INT | wake >> WAKE_UP_FRACTION_BITS : wake;
	return 0;
}

/* The device forgot all of them with the epoch. */
static void
rates_refresh(struct ice_mp_pf *pf)
{
	if (pf->rates_epoch == pf->ctl.epoch)
		return;
	ice_mp_rates_fini(pf);
	pf->rates_epoch = pf->ctl.epoch;
}

static struct ice_mp_rate *
rate_find(struct ice_mp_pf *pf, uint8_t layer, uint8_t type, uint32_t mbps)
{
	struct ice_mp_rate *r;

	SLIST_FOREACH(r, &pf->rates, next)
		if (r->layer == layer && r->type == type && r->mbps == mbps)
			break;
	return r;
}

int
ice_mp_rate_get(struct ice_mp_pf *pf, uint8_t layer, uint8_t type, uint32_t mbps, uint16_t *id)
{
	struct ice_mp_aq_rl_profile prof = { .level = layer + 1, .flags = type };
	struct ice_mp_rate *r;
	int rc;

	*id = ICE_MP_RATE_NONE;
	if (mbps == 0)
		return 0;
	rates_refresh(pf);
	r = rate_find(pf, layer, type, mbps);
	if (r == NULL) {
		rc = rate_profile(pf, mbps, &prof);
		if (rc != 0)
			return rc;
		r = calloc(1, sizeof(*r));
		if (r == NULL)
			return -ENOMEM;
		rc = ice_mp_aqc_add_rate(pf, &prof);
		if (rc != 0) {
			free(r);
			return rc;
		}
		r->mbps = mbps;
		r->id = prof.id;
		r->layer = layer;
		r->type = type;
		SLIST_INSERT_HEAD(&pf->rates, r, next);
	}
	r->refs++;
	*id = r->id;
	return 0;
}

void
ice_mp_rate_put(struct ice_mp_pf *pf, uint8_t layer, uint8_t type, uint32_t mbps)
{
	struct ice_mp_aq_rl_profile prof = { .level = layer + 1, .flags = type };
	struct ice_mp_rate *r;
	int rc = 0;

	if (mbps == 0)
		return;
	rates_refresh(pf);
	r = rate_find(pf, layer, type, mbps);
	if (r == NULL || --r->refs != 0)
		return;
	prof.id = r->id;
	SLIST_REMOVE(&pf->rates, r, ice_mp_rate, next);
	free(r);
	if (ice_mp_present(pf))
		rc = ice_mp_aqc_del_rate(pf, &prof);
	if (rc != 0)
		PF_LOG(pf, WARNING, "Rate profile %u stays behind: %s.", prof.id,
		       rte_strerror(-rc));
}

void
ice_mp_rates_fini(struct ice_mp_pf *pf)
{
	struct ice_mp_rate *r;

	while ((r = SLIST_FIRST(&pf->rates)) != NULL) {
		SLIST_REMOVE_HEAD(&pf->rates, next);
		free(r);
	}
}

/* ---- Tx queues ---- */

#define QUEUE_LAYER	(ICE_MP_SCHED_LAYERS - 1)

static int
queue_rate_apply(struct ice_mp_port *port, uint16_t queue, uint32_t teid, uint32_t mbps)
{
	struct ice_mp_pf *pf = port->pf;
	uint16_t id;
	int rc;

	if (mbps == port->txq_rate_on[queue])
		return 0;
	rc = ice_mp_rate_get(pf, QUEUE_LAYER, ICE_MP_AQ_RL_PROFILE_EIR, mbps, &id);
	if (rc == 0) {
		rc = ice_mp_aqc_node_rates(pf, teid, ICE_MP_RATE_NONE, id);
		if (rc != 0)
			ice_mp_rate_put(pf, QUEUE_LAYER, ICE_MP_AQ_RL_PROFILE_EIR, mbps);
	}
	if (rc != 0) {
		PORT_LOG(port, ERR, "Tx queue %u cannot be limited to %u Mb/s: %s.", queue, mbps,
			 rte_strerror(-rc));
		return rc;
	}
	ice_mp_queue_rate_stop(port, queue);
	port->txq_rate_on[queue] = mbps;
	return 0;
}

int
ice_mp_queue_rate_start(struct ice_mp_port *port, uint16_t queue, uint32_t teid)
{
	return queue_rate_apply(port, queue, teid, port->txq_rate[queue]);
}

void
ice_mp_queue_rate_stop(struct ice_mp_port *port, uint16_t queue)
{
	ice_mp_rate_put(port->pf, QUEUE_LAYER, ICE_MP_AQ_RL_PROFILE_EIR,
			port->txq_rate_on[queue]);
	port->txq_rate_on[queue] = 0;
}

int
ice_mp_set_queue_rate_limit(struct rte_eth_dev *dev, uint16_t queue, uint32_t mbps)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	struct ice_mp_aq_rl_profile prof;
	const struct ice_mp_txq *q;
	int rc;

	/* ethdev compares with what the port could have. */
	if (queue >= dev->data->nb_tx_queues)
		return -EINVAL;
	if (mbps != 0 && rate_profile(port->pf, mbps, &prof) != 0) {
		PORT_LOG(port, ERR, "The scheduler has no rate of %u Mb/s.", mbps);
		return -EINVAL;
	}
	if (dev->data->tx_queue_state[queue] == RTE_ETH_QUEUE_STATE_STARTED) {
		q = dev->data->tx_queues[queue];
		rc = queue_rate_apply(port, queue, q->teid, mbps);
		if (rc != 0)
			return rc;
	}
	port->txq_rate[queue] = mbps;
	return 0;
}
