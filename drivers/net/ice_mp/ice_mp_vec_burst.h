/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * The burst functions of one width (ICE_MP_VEC_BITS), see
 * ICE_MP_VEC_DECLARE().
 */

#include "ice_mp_rx_vec.h"
#include "ice_mp_tx_vec.h"

#define ICE_MP_VEC_RX(name, meta) \
uint16_t \
ice_mp_rx_##name(void *rxq, struct rte_mbuf **pkts, uint16_t nb) \
{ \
	return rx_burst(rxq, pkts, nb, meta); \
}
#define ICE_MP_VEC_TX(name, fast_free, offload) \
	ICE_MP_TX_RUNS(tx_##name, tx_post, fast_free, offload) \
	ICE_MP_TX_SHORT(tx_##name, groups, tx_post_groups, offload) \
	ICE_MP_TX_SHORT(tx_##name, few, ice_mp_tx_post, offload) \
	ICE_MP_TX_SHORT(tx_##name, any, tx_post, offload) \
	ICE_MP_TX_BURST(tx_##name, \
			nb < TX_GROUP ? tx_##name##_few(q, pkts, nb) : \
			nb % TX_GROUP == 0 ? tx_##name##_groups(q, pkts, nb) : \
					     tx_##name##_any(q, pkts, nb))
#define ICE_MP_VEC_DEFINE(w) \
	ICE_MP_VEC_RX(w, false) \
	ICE_MP_VEC_RX(w##_offload, true) \
	ICE_MP_VEC_TX(w, false, false) \
	ICE_MP_VEC_TX(w##_fast_free, true, false) \
	ICE_MP_VEC_TX(w##_offload, false, true) \
	ICE_MP_VEC_TX(w##_offload_fast_free, true, true)
