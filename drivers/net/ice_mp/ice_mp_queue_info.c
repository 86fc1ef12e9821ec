/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <string.h>

#include "ice_mp_compat.h"
#include "ice_mp_rxtx.h"

/*
 * What can be asked about queues: configuration, fill level, counters.
 */

void
ice_mp_rxq_info_get(struct rte_eth_dev *dev, uint16_t queue, struct rte_eth_rxq_info *info)
{
	const struct ice_mp_rxq *q = dev->data->rx_queues[queue];

	info->mp = q->mp;
	info->scattered_rx = dev->data->scattered_rx;
	info->nb_desc = q->nb_desc;
	info->rx_buf_size = q->buf_len;
	info->conf.rx_free_thresh = q->conf_free_thresh;
	info->conf.rx_drop_en = q->drop_en;
	info->conf.rx_deferred_start = q->deferred;
	info->conf.offloads = q->offloads;
}

void
ice_mp_txq_info_get(struct rte_eth_dev *dev, uint16_t queue, struct rte_eth_txq_info *info)
{
	const struct ice_mp_txq *q = dev->data->tx_queues[queue];

	info->nb_desc = q->nb_desc;
	info->conf.tx_rs_thresh = q->rs_thresh;
	info->conf.tx_free_thresh = q->free_thresh;
	info->conf.tx_deferred_start = q->deferred;
	info->conf.offloads = q->offloads;
}

/* A burst function (ethdev's types of both directions are one) and what it is called. */
struct burst_name {
	eth_rx_burst_t fn;
	const char *name;
};

static int
mode_name(struct rte_eth_burst_mode *mode, eth_rx_burst_t fn, const struct burst_name *names,
	  unsigned int nb)
{
	unsigned int i;

	for (i = 0; i < nb; i++) {
		if (names[i].fn != fn)
			continue;
		snprintf(mode->info, sizeof(mode->info), "%s", names[i].name);
		return 0;
	}
	return -EINVAL;
}

int
ice_mp_rx_burst_mode_get(struct rte_eth_dev *dev, uint16_t queue,
			 struct rte_eth_burst_mode *mode)
{
	static const struct burst_name names[] = {
		{ ice_mp_rx_single, "Scalar" },
		{ ice_mp_rx_scattered, "Scalar Scattered" },
		{ ice_mp_rx_full, "Scalar Full" },
		{ ice_mp_rx_split, "Scalar Split" },
#define VEC_MODES(w, name) \
		{ ice_mp_rx_##w, "Vector " name }, \
		{ ice_mp_rx_##w##_offload, "Offload Vector " name }
#ifdef ICE_MP_SSE
		VEC_MODES(sse, "SSE"),
#endif
#ifdef ICE_MP_AVX2
		VEC_MODES(avx2, "AVX2"),
#endif
#ifdef ICE_MP_AVX512
		VEC_MODES(avx512, "AVX512"),
#endif
#undef VEC_MODES
	};

	RTE_SET_USED(queue);
	return mode_name(mode, dev->rx_pkt_burst, names, RTE_DIM(names));
}

int
ice_mp_tx_burst_mode_get(struct rte_eth_dev *dev, uint16_t queue,
			 struct rte_eth_burst_mode *mode)
{
	static const struct burst_name names[] = {
		{ ice_mp_tx_full, "Scalar" },
		{ ice_mp_tx_full_fast_free, "Scalar Fast Free" },
		{ ice_mp_tx_tunnel, "Scalar Tunnel" },
		{ ice_mp_tx_tunnel_fast_free, "Scalar Tunnel Fast Free" },
		{ ice_mp_tx_simple, "Scalar Simple" },
		{ ice_mp_tx_fast_free, "Scalar Simple Fast Free" },
#define VEC_MODES(w, name) \
		{ ice_mp_tx_##w, "Vector " name }, \
		{ ice_mp_tx_##w##_fast_free, "Vector " name " Fast Free" }, \
		{ ice_mp_tx_##w##_offload, "Offload Vector " name }, \
		{ ice_mp_tx_##w##_offload_fast_free, "Offload Vector " name " Fast Free" }
#ifdef ICE_MP_SSE
		VEC_MODES(sse, "SSE"),
#endif
#ifdef ICE_MP_AVX2
		VEC_MODES(avx2, "AVX2"),
#endif
#ifdef ICE_MP_AVX512
		VEC_MODES(avx512, "AVX512"),
#endif
#undef VEC_MODES
	};

	RTE_SET_USED(queue);
	return mode_name(mode, dev->tx_pkt_burst, names, RTE_DIM(names));
}

static bool
rx_done(const struct ice_mp_rxq *q, uint32_t slot)
{
	const volatile union ice_mp_rx_desc *d = ice_mp_rx_slot(q, q->ring, slot % q->nb_desc);

	return d->wb.status_error0 & ICE_MP_RX_S0_DD;
}

uint32_t
ice_mp_rx_queue_count(void *rxq)
{
	const struct ice_mp_rxq *q = rxq;
	uint32_t n = 0, max = q->nb_desc - q->nb_hold;

	while (n < max && rx_done(q, q->next + n))
		n++;
	return n;
}

int
ice_mp_rx_descriptor_status(void *rxq, uint16_t offset)
{
	const struct ice_mp_rxq *q = rxq;

	if (offset >= q->nb_desc)
		return -EINVAL;
	/* One slot always stays with the driver, see ice_mp_rx.c. */
	if (offset + 1 >= q->nb_desc - q->nb_hold)
		return RTE_ETH_RX_DESC_UNAVAIL;
	return rx_done(q, q->next + offset) ? RTE_ETH_RX_DESC_DONE : RTE_ETH_RX_DESC_AVAIL;
}

/* Of the status word: a frame is there, no need to sleep. */
static int
frame_is_there(const uint64_t value, const uint64_t arg[RTE_POWER_MONITOR_OPAQUE_SZ])
{
	RTE_SET_USED(arg);
	return (value & ICE_MP_RX_S0_DD) != 0 ? -1 : 0;
}

int
ice_mp_get_monitor_addr(void *rxq, struct rte_power_monitor_cond *pmc)
{
	const struct ice_mp_rxq *q = rxq;
	const volatile union ice_mp_rx_desc *d;

	/* Parked, the queue is looked for frames where there never are any. */
	d = ice_mp_rx_slot(q, __atomic_load_n(&q->ring, __ATOMIC_ACQUIRE), q->next);
	pmc->addr = (volatile void *)(uintptr_t)&d->wb.status_error0;
	pmc->size = sizeof(d->wb.status_error0);
	pmc->fn = frame_is_there;
	return 0;
}

int
ice_mp_tx_descriptor_status(void *txq, uint16_t offset)
{
	const struct ice_mp_txq *q = txq;
	uint16_t i, slot, dist, back;

	if (offset >= q->nb_desc)
		return -EINVAL;
	/* Offsets count from the next descriptor to be filled. The first with
	 * RS at or behind the asked one tells its state. */
	slot = (q->next + offset) % q->nb_desc;
	dist = (slot + q->nb_desc - q->clean) % q->nb_desc;
	if (dist >= q->nb_desc - 1 - q->nb_free)
		return RTE_ETH_TX_DESC_DONE;
	for (i = 0; i < q->rs_count; i++) {
		back = q->rs[(q->rs_head + i) % q->nb_desc];
		if ((back + q->nb_desc - q->clean) % q->nb_desc < dist)
			continue;
		return (q->ring[back].qw1 & ICE_MP_TXD_DTYPE_M) == ICE_MP_TXD_DTYPE_DONE ?
		       RTE_ETH_TX_DESC_DONE : RTE_ETH_TX_DESC_FULL;
	}
	return RTE_ETH_TX_DESC_FULL;
}

int
ice_mp_tx_done_cleanup(void *txq, uint32_t free_cnt)
{
	/* Descriptors are freed in the steps in which they complete, so that
	 * free_cnt can only be a wish. */
	RTE_SET_USED(free_cnt);
	return ice_mp_tx_clean(txq, false);
}

const uint32_t *
ice_mp_supported_ptypes_get(struct rte_eth_dev *dev)
{
	static const uint32_t ptypes[] = {
		RTE_PTYPE_L2_ETHER,
		RTE_PTYPE_L3_IPV4_EXT_UNKNOWN,
		RTE_PTYPE_L3_IPV6_EXT_UNKNOWN,
		RTE_PTYPE_L4_FRAG,
		RTE_PTYPE_L4_NONFRAG,
		RTE_PTYPE_L4_UDP,
		RTE_PTYPE_L4_TCP,
		RTE_PTYPE_L4_SCTP,
		RTE_PTYPE_L4_ICMP,
		RTE_PTYPE_TUNNEL_IP,
		RTE_PTYPE_TUNNEL_GRENAT,
		RTE_PTYPE_INNER_L2_ETHER,
		RTE_PTYPE_INNER_L3_IPV4_EXT_UNKNOWN,
		RTE_PTYPE_INNER_L3_IPV6_EXT_UNKNOWN,
		RTE_PTYPE_INNER_L4_FRAG,
		RTE_PTYPE_INNER_L4_NONFRAG,
		RTE_PTYPE_INNER_L4_UDP,
		RTE_PTYPE_INNER_L4_TCP,
		RTE_PTYPE_INNER_L4_SCTP,
		RTE_PTYPE_INNER_L4_ICMP,
		RTE_PTYPE_UNKNOWN,
	};

	RTE_SET_USED(dev);
	return ptypes;
}

void
ice_mp_rxq_stats(const struct rte_eth_dev *dev, uint16_t queue, struct ice_mp_queue_stats *out)
{
	const struct ice_mp_rxq *q = dev->data->rx_queues[queue];

	memset(out, 0, sizeof(*out));
	if (q == NULL)
		return;
	out->packets = q->packets;
	out->bytes = q->bytes;
	out->errors = q->errors;
	out->no_mbuf = q->no_mbuf;
	out->lost = __atomic_load_n(&q->intr_again, __ATOMIC_RELAXED);
}

void
ice_mp_txq_stats(const struct rte_eth_dev *dev, uint16_t queue, struct ice_mp_queue_stats *out)
{
	const struct ice_mp_txq *q = dev->data->tx_queues[queue];

	memset(out, 0, sizeof(*out));
	if (q == NULL)
		return;
	out->packets = q->packets;
	out->bytes = q->bytes;
	out->errors = q->errors;
	out->lost = q->lost;
}

void
ice_mp_queue_stats_reset(struct rte_eth_dev *dev)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		struct ice_mp_rxq *q = dev->data->rx_queues[i];

		if (q == NULL)
			continue;
		q->packets = q->bytes = q->errors = q->no_mbuf = 0;
		__atomic_store_n(&q->intr_again, 0, __ATOMIC_RELAXED);
	}
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		struct ice_mp_txq *q = dev->data->tx_queues[i];

		if (q != NULL)
			q->packets = q->bytes = q->errors = q->lost = 0;
	}
}
