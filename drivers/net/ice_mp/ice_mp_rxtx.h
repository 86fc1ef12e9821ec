/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_RXTX_H_
#define _ICE_MP_RXTX_H_

/**
 * @file
 * Queues and burst functions. Queue structures are laid out by access: what
 * a burst reads, what it writes, then what only the slow path touches.
 */

#include "ice_mp.h"

/* TODO(DRV-B): struct ice_mp_rxq, struct ice_mp_txq */

/* ethdev operations (control threads) */
int ice_mp_rx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
			  unsigned int socket, const struct rte_eth_rxconf *conf,
			  struct rte_mempool *mp);
int ice_mp_tx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
			  unsigned int socket, const struct rte_eth_txconf *conf);
void ice_mp_rx_queue_release(struct rte_eth_dev *dev, uint16_t queue);
void ice_mp_tx_queue_release(struct rte_eth_dev *dev, uint16_t queue);
int ice_mp_rx_queue_start(struct rte_eth_dev *dev, uint16_t queue);
int ice_mp_rx_queue_stop(struct rte_eth_dev *dev, uint16_t queue);
int ice_mp_tx_queue_start(struct rte_eth_dev *dev, uint16_t queue);
int ice_mp_tx_queue_stop(struct rte_eth_dev *dev, uint16_t queue);
void ice_mp_rxq_info_get(struct rte_eth_dev *dev, uint16_t queue, struct rte_eth_rxq_info *info);
void ice_mp_txq_info_get(struct rte_eth_dev *dev, uint16_t queue, struct rte_eth_txq_info *info);
int ice_mp_rx_burst_mode_get(struct rte_eth_dev *dev, uint16_t queue,
			     struct rte_eth_burst_mode *mode);
int ice_mp_tx_burst_mode_get(struct rte_eth_dev *dev, uint16_t queue,
			     struct rte_eth_burst_mode *mode);
uint32_t ice_mp_rx_queue_count(void *rxq);
int ice_mp_rx_descriptor_status(void *rxq, uint16_t offset);
int ice_mp_tx_descriptor_status(void *txq, uint16_t offset);
int ice_mp_tx_done_cleanup(void *txq, uint32_t free_cnt);
const uint32_t *ice_mp_supported_ptypes_get(struct rte_eth_dev *dev);

/** Queue part of dev_infos_get: limits, default configs, offload capas. */
void ice_mp_queue_infos(struct rte_eth_dev_info *info);

/** Start every queue that is not deferred; on error none is left started.
 * @return 0 or -errno */
int ice_mp_queues_start(struct rte_eth_dev *dev);
/** Stop every queue and free what its rings hold. */
void ice_mp_queues_stop(struct rte_eth_dev *dev);
/** Forget hardware state after a reset: rings are emptied, nothing is asked
 * of the device. Data threads must have left the burst functions. */
void ice_mp_queues_lost(struct rte_eth_dev *dev);

/** Choose the burst functions from offloads and queue state. */
void ice_mp_set_burst(struct rte_eth_dev *dev);
/** Burst functions that do nothing and return 0. */
void ice_mp_set_burst_dummy(struct rte_eth_dev *dev);

uint16_t ice_mp_tx_prepare(void *txq, struct rte_mbuf **pkts, uint16_t nb);

/** Software counters of a queue since the last reset (queue xstats). */
struct ice_mp_queue_stats {
	uint64_t packets, bytes, errors;
	uint64_t no_mbuf;	/**< Rx: mbuf allocation failed */
};
void ice_mp_rxq_stats(const struct rte_eth_dev *dev, uint16_t queue,
		      struct ice_mp_queue_stats *out);
void ice_mp_txq_stats(const struct rte_eth_dev *dev, uint16_t queue,
		      struct ice_mp_queue_stats *out);
void ice_mp_queue_stats_reset(struct rte_eth_dev *dev);

#endif /* _ICE_MP_RXTX_H_ */
