/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/*
 * Which burst functions a port has, by its offloads, its queues, the CPU and
 * what the application allows.
 */

#include <ethdev_driver.h>
#include <rte_vect.h>

#include "ice_mp_port.h"
#include "ice_mp_rxtx.h"

static bool
needs_scatter(const struct rte_eth_dev *dev)
{
	const struct ice_mp_rxq *q;
	uint16_t i;

	if (dev->data->dev_conf.rxmode.offloads & RTE_ETH_RX_OFFLOAD_SCATTER)
		return true;
	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		q = dev->data->rx_queues[i];
		if (q != NULL && ice_mp_port_max_frame(ice_mp_dev_port(dev)) > q->buf_len)
			return true;
	}
	return false;
}

/* What a CPU needs for a width, and its burst functions. */
static const struct vec_path {
	uint16_t bits;
	enum rte_cpu_flag_t cpu[2];
	eth_rx_burst_t rx[2];	/* by offload */
	eth_tx_burst_t tx[2][2];	/* by offload, fast free */
} vec_paths[] = {
#define VEC_PATH(w, n, cpu0, cpu1) { n, { RTE_CPUFLAG_##cpu0, RTE_CPUFLAG_##cpu1 }, \
	{ ice_mp_rx_##w, ice_mp_rx_##w##_offload }, \
	{ { ice_mp_tx_##w, ice_mp_tx_##w##_fast_free }, \
	  { ice_mp_tx_##w##_offload, ice_mp_tx_##w##_offload_fast_free } } }
#ifdef ICE_MP_AVX512
	VEC_PATH(avx512, 512, AVX512BW, AVX512VL),
#endif
#ifdef ICE_MP_AVX2
	VEC_PATH(avx2, 256, AVX2, AVX2),
#endif
#ifdef ICE_MP_SSE
	VEC_PATH(sse, 128, SSE4_2, SSE4_2),
#endif
	{ .bits = 0 },
};

/* The widest that the CPU has and the application allows; NULL: none. */
static const struct vec_path *
best_vec_path(void)
{
	uint16_t max = rte_vect_get_max_simd_bitwidth();
	const struct vec_path *p;

	for (p = vec_paths; p->bits != 0; p++)
		if (p->bits <= max && rte_cpu_get_flag_enabled(p->cpu[0]) == 1 &&
		    rte_cpu_get_flag_enabled(p->cpu[1]) == 1)
			return p;
	return NULL;
}

static bool
keeps_crc(const struct rte_eth_dev *dev)
{
	const struct ice_mp_rxq *q;
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		q = dev->data->rx_queues[i];
		if (q != NULL && q->crc_len != 0)
			return true;
	}
	return false;
}

bool
ice_mp_rxqs_show_two_tags(const struct rte_eth_dev *dev)
{
	const struct ice_mp_rxq *q;
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		q = dev->data->rx_queues[i];
		if (q != NULL && q->desc_shift != 5)
			return false;
	}
	return true;
}

/* Is there a queue whose long descriptors tell what only one path reads? */
static bool
wants_long_desc(const struct rte_eth_dev *dev)
{
	const struct ice_mp_rxq *q;
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		q = dev->data->rx_queues[i];
		if (q != NULL && q->desc_shift == 5)
			return true;
	}
	return false;
}

/* Receive offloads that show in an mbuf's flags. */
#define RX_META_OFFLOADS \
	(RTE_ETH_RX_OFFLOAD_VLAN_STRIP | RTE_ETH_RX_OFFLOAD_IPV4_CKSUM | \
	 RTE_ETH_RX_OFFLOAD_UDP_CKSUM | RTE_ETH_RX_OFFLOAD_TCP_CKSUM | \
	 RTE_ETH_RX_OFFLOAD_SCTP_CKSUM | RTE_ETH_RX_OFFLOAD_OUTER_IPV4_CKSUM | \
	 RTE_ETH_RX_OFFLOAD_RSS_HASH)

static eth_rx_burst_t
rx_burst_for(const struct rte_eth_dev *dev, uint64_t offloads)
{
	const struct vec_path *vec = best_vec_path();

	if (offloads & RTE_ETH_RX_OFFLOAD_BUFFER_SPLIT)
		return ice_mp_rx_split;
	if (wants_long_desc(dev))
		return ice_mp_rx_full;
	if (dev->data->scattered_rx)
		return ice_mp_rx_scattered;
	if (vec == NULL || keeps_crc(dev))
		return ice_mp_rx_single;
	return vec->rx[(offloads & RX_META_OFFLOADS) != 0];
}

void
ice_mp_set_burst(struct rte_eth_dev *dev)
{
	uint64_t tx = dev->data->dev_conf.txmode.offloads;
	const struct vec_path *vec = best_vec_path();
	const struct ice_mp_txq *q;
	bool fast = true, offload;
	uint16_t i;

	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		q = dev->data->tx_queues[i];
		if (q == NULL)
			continue;
		tx |= q->offloads & ~RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
		fast = fast && (q->offloads & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE);
	}
	offload = tx & ~RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	dev->data->scattered_rx = needs_scatter(dev);
	dev->rx_pkt_burst = rx_burst_for(dev, dev->data->dev_conf.rxmode.offloads);
	if (tx & ICE_MP_TX_TUNNEL_OFFLOADS)
		dev->tx_pkt_burst = fast ? ice_mp_tx_tunnel_fast_free : ice_mp_tx_tunnel;
	else if (vec != NULL)
		dev->tx_pkt_burst = vec->tx[offload][fast];
	else if (offload)
		dev->tx_pkt_burst = fast ? ice_mp_tx_full_fast_free : ice_mp_tx_full;
	else
		dev->tx_pkt_burst = fast ? ice_mp_tx_fast_free : ice_mp_tx_simple;
	dev->tx_pkt_prepare = ice_mp_tx_prepare;
}

/*
 * What data threads call is in ethdev's own table. rte_eth_dev_start() copies
 * the ethdev's functions there at its end, which may be now; until then, or
 * after ethdev took it back, the table is not ours.
 */
void
ice_mp_publish_burst(struct rte_eth_dev *dev, eth_rx_burst_t rx, eth_tx_burst_t tx)
{
	struct rte_eth_fp_ops *fp = &rte_eth_fp_ops[dev->data->port_id];

	if (fp->rxq.data != dev->data->rx_queues)
		return;
	__atomic_store_n(&fp->rx_pkt_burst, rx, __ATOMIC_RELAXED);
	__atomic_store_n(&fp->tx_pkt_burst, tx, __ATOMIC_RELAXED);
	rte_wmb();
}

void
ice_mp_change_rx_burst(struct rte_eth_dev *dev, uint64_t offloads)
{
	dev->rx_pkt_burst = rx_burst_for(dev, offloads);
	ice_mp_publish_burst(dev, dev->rx_pkt_burst, dev->tx_pkt_burst);
}

void
ice_mp_set_burst_dummy(struct rte_eth_dev *dev)
{
	dev->rx_pkt_burst = rte_eth_pkt_burst_dummy;
	dev->tx_pkt_burst = rte_eth_pkt_burst_dummy;
	dev->tx_pkt_prepare = rte_eth_pkt_burst_dummy;
}
