/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_RATE_H_
#define _ICE_MP_RATE_H_

/**
 * @file
 * Rates of scheduler nodes, and limits of Tx queues. Control lock held; return
 * 0 or -errno of the device, -ERANGE: the scheduler has no such rate.
 */

#include "ice_mp.h"

/** The profile of a node without a rate. */
#define ICE_MP_RATE_NONE	0

/**
 * A profile for nodes of a layer (ICE_MP_SCHED_*_LAYER), which stays until it
 * was put as often or the device is reset.
 * @param type  ICE_MP_AQ_RL_PROFILE_CIR or _EIR
 * @param mbps  0: *id is ICE_MP_RATE_NONE
 */
int ice_mp_rate_get(struct ice_mp_pf *pf, uint8_t layer, uint8_t type, uint32_t mbps,
		    uint16_t *id);
/** No node has it any more that was given it once. */
void ice_mp_rate_put(struct ice_mp_pf *pf, uint8_t layer, uint8_t type, uint32_t mbps);
/** Forget all of them. */
void ice_mp_rates_fini(struct ice_mp_pf *pf);

/** A Tx queue has a new node: limit it as the application wants; the node is
 * gone. */
int ice_mp_queue_rate_start(struct ice_mp_port *port, uint16_t queue, uint32_t teid);
void ice_mp_queue_rate_stop(struct ice_mp_port *port, uint16_t queue);

/** Limit a Tx queue; mbps in Mb/s, 0: not at all. It stays so when the queue is
 * stopped and started again, and after a reset. */
int ice_mp_set_queue_rate_limit(struct rte_eth_dev *dev, uint16_t queue, uint32_t mbps);

#endif /* _ICE_MP_RATE_H_ */
