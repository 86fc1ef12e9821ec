/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/*
 * The stock driver's side. Its sources are taken as they are; this file is
 * compiled together with ice_rxtx.c, for some of the burst functions and what
 * prepares a queue are static there. The rest of the driver is not linked.
 */

#include <ice_rxtx.c>

#include "bench.h"
#include "ice_rxtx_vec_common.h"

/* What ice_ethdev.c and others define for it. */
int ice_logtype_driver, ice_logtype_init;
uint64_t ice_timestamp_dynflag;
int ice_timestamp_dynfield_offset = -1;

static eth_rx_burst_t
rx(const char *name)
{
	static const struct {
		const char *name;
		eth_rx_burst_t fn;
		enum rte_cpu_flag_t cpu;
	} t[] = {
		{ "scalar", ice_recv_pkts, RTE_CPUFLAG_SSE },
		{ "bulk", ice_recv_pkts_bulk_alloc, RTE_CPUFLAG_SSE },
		{ "scattered", ice_recv_scattered_pkts, RTE_CPUFLAG_SSE },
		{ "sse", ice_recv_pkts_vec, RTE_CPUFLAG_SSE4_2 },
		{ "avx2", ice_recv_pkts_vec_avx2, RTE_CPUFLAG_AVX2 },
		{ "avx2_offload", ice_recv_pkts_vec_avx2_offload, RTE_CPUFLAG_AVX2 },
		{ "avx512", ice_recv_pkts_vec_avx512, RTE_CPUFLAG_AVX512BW },
		{ "avx512_offload", ice_recv_pkts_vec_avx512_offload, RTE_CPUFLAG_AVX512BW },
	};
	unsigned int i;

	for (i = 0; i < RTE_DIM(t); i++)
		if (strcmp(t[i].name, name) == 0 && rte_cpu_get_flag_enabled(t[i].cpu) == 1)
			return t[i].fn;
	return NULL;
}

static eth_tx_burst_t
tx(const char *name)
{
	static const struct {
		const char *name;
		eth_tx_burst_t fn;
		enum rte_cpu_flag_t cpu;
	} t[] = {
		{ "simple", ice_xmit_pkts_simple, RTE_CPUFLAG_SSE },
		{ "full", ice_xmit_pkts, RTE_CPUFLAG_SSE },
		{ "sse", ice_xmit_pkts_vec, RTE_CPUFLAG_SSE4_2 },
		{ "avx2", ice_xmit_pkts_vec_avx2, RTE_CPUFLAG_AVX2 },
		{ "avx2_offload", ice_xmit_pkts_vec_avx2_offload, RTE_CPUFLAG_AVX2 },
		{ "avx512", ice_xmit_pkts_vec_avx512, RTE_CPUFLAG_AVX512BW },
		{ "avx512_offload", ice_xmit_pkts_vec_avx512_offload, RTE_CPUFLAG_AVX512BW },
	};
	unsigned int i;

	for (i = 0; i < RTE_DIM(t); i++)
		if (strcmp(t[i].name, name) == 0 && rte_cpu_get_flag_enabled(t[i].cpu) == 1)
			return t[i].fn;
	return NULL;
}

/* What queues find over their VSI. */
static struct {
	struct ice_adapter adapter;
	struct ice_vsi vsi;
	struct rte_eth_dev dev;
	struct rte_eth_dev_data data;
} ctx;

static void
ctx_init(unsigned int flags)
{
	ctx.vsi.adapter = &ctx.adapter;
	ctx.dev.data = &ctx.data;
	ctx.data.dev_private = &ctx.adapter;
	ctx.adapter.pf.dev_data = &ctx.data;
	ctx.data.dev_conf.rxmode.offloads = (flags & BENCH_RSS) ?
					    RTE_ETH_RX_OFFLOAD_RSS_HASH : 0;
	ice_set_default_ptype_table(&ctx.dev);
}

static void *
rxq_new(struct rte_mempool *mp, uint16_t nb_desc, unsigned int flags)
{
	struct ice_rx_queue *q = bench_mem(sizeof(*q));
	struct rte_mbuf mb;
	uint16_t i;

	ctx_init(flags);
	q->mp = mp;
	q->nb_rx_desc = nb_desc;
	q->rx_free_thresh = 32;
	q->rx_buf_len = 2048;
	q->vsi = &ctx.vsi;
	q->offloads = ctx.data.dev_conf.rxmode.offloads;
	q->qrx_tail = (volatile uint8_t *)&bench_doorbell;
	q->rx_ring = bench_mem((nb_desc + ICE_RX_MAX_BURST) * sizeof(*q->rx_ring));
	q->sw_ring = bench_mem((nb_desc + ICE_RX_MAX_BURST) * sizeof(*q->sw_ring));
	ice_reset_rx_queue(q);
	ice_select_rxd_to_pkt_fields_handler(q, ICE_RXDID_COMMS_OVS);
	memset(&mb, 0, sizeof(mb));
	mb.nb_segs = 1;
	mb.data_off = RTE_PKTMBUF_HEADROOM;
	rte_mbuf_refcnt_set(&mb, 1);
	memcpy(&q->mbuf_initializer, (const uint8_t *)&mb + offsetof(struct rte_mbuf, data_off),
	       sizeof(q->mbuf_initializer));
	for (i = 0; i < nb_desc; i++) {
		struct rte_mbuf *m = rte_pktmbuf_alloc(mp);

		if (m == NULL)
			rte_exit(EXIT_FAILURE, "the pool is too small\n");
		m->data_off = RTE_PKTMBUF_HEADROOM;
		q->sw_ring[i].mbuf = m;
		q->rx_ring[i].read.pkt_addr = rte_mbuf_data_iova_default(m);
		q->rx_ring[i].read.hdr_addr = 0;
	}
	return q;
}

static void
rxq_complete(void *queue, uint16_t n, bool meta)
{
	struct ice_rx_queue *q = queue;
	uint16_t i, at = q->rx_tail;

	for (i = 0; i < n; i++) {
		volatile union ice_rx_flex_desc *d = &q->rx_ring[at];
		volatile struct ice_32b_rx_flex_desc_comms_ovs *o = (volatile void *)d;

		memset((void *)(uintptr_t)d, 0, sizeof(*d));
		d->wb.rxdid = ICE_RXDID_COMMS_OVS;
		d->wb.ptype_flex_flags0 = 24;
		d->wb.pkt_len = BENCH_FRAME;
		o->rss_hash = 0x12345678 + at;
		d->wb.status_error0 = 1 << ICE_RX_FLEX_DESC_STATUS0_DD_S |
			1 << ICE_RX_FLEX_DESC_STATUS0_EOF_S |
			(meta ? 1 << ICE_RX_FLEX_DESC_STATUS0_RSS_VALID_S |
				1 << ICE_RX_FLEX_DESC_STATUS0_L3L4P_S : 0);
		at = at + 1 == q->nb_rx_desc ? 0 : at + 1;
	}
}

static void
rxq_free(void *queue)
{
	struct ice_rx_queue *q = queue;

	free((void *)(uintptr_t)q->rx_ring);
	free(q->sw_ring);
	free(q);
}

static void *
txq_new(uint16_t nb_desc, unsigned int flags)
{
	struct ice_tx_queue *q = bench_mem(sizeof(*q));

	ctx_init(flags);
	q->nb_tx_desc = nb_desc;
	q->tx_rs_thresh = 32;
	q->tx_free_thresh = 32;
	q->offloads = (flags & BENCH_FAST_FREE) ? RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE : 0;
	q->vsi = &ctx.vsi;
	q->qtx_tail = (volatile uint8_t *)&bench_doorbell;
	q->tx_ring = bench_mem(nb_desc * sizeof(*q->tx_ring));
	q->sw_ring = bench_mem(nb_desc * sizeof(*q->sw_ring));
	ice_reset_tx_queue(q);
	if (flags & BENCH_SMALL_ENTRY)
		memset(q->sw_ring, 0, nb_desc * sizeof(*q->sw_ring));
	return q;
}

static void
txq_free(void *queue)
{
	struct ice_tx_queue *q = queue;

	free((void *)(uintptr_t)q->tx_ring);
	free(q->sw_ring);
	free(q);
}

static volatile void *
txq_ring(void *queue)
{
	return ((struct ice_tx_queue *)queue)->tx_ring;
}

const struct bench_driver bench_stock = {
	.name = "net_ice",
	.rx = rx,
	.tx = tx,
	.rxq_new = rxq_new,
	.rxq_complete = rxq_complete,
	.rxq_free = rxq_free,
	.txq_new = txq_new,
	.txq_free = txq_free,
	.txq_ring = txq_ring,
};
