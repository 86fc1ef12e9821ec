/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "ice_mp_rxtx.h"

/* The driver's functions need one, and no process else. */
uint32_t ice_mp_pid = 1;

#define RX(name, fn, flag)	{ name, RTE_CPUFLAG_##flag, .rx = ice_mp_rx_##fn }
#define TX(name, fn, flag)	{ name, RTE_CPUFLAG_##flag, .tx = ice_mp_tx_##fn }
#define VEC(w, flag) \
	RX(#w, w, flag), RX(#w "_offload", w##_offload, flag), \
	TX(#w, w, flag), TX(#w "_fast_free", w##_fast_free, flag), \
	TX(#w "_offload", w##_offload, flag)

static const struct {
	const char *name;
	enum rte_cpu_flag_t cpu;
	eth_rx_burst_t rx;
	eth_tx_burst_t tx;
} paths[] = {
	RX("scalar", single, SSE), RX("scattered", scattered, SSE),
	TX("simple", simple, SSE), TX("fast_free", fast_free, SSE), TX("full", full, SSE),
	VEC(sse, SSE4_2), VEC(avx2, AVX2), VEC(avx512, AVX512VL),
};

static eth_rx_burst_t
rx(const char *name)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(paths); i++)
		if (paths[i].rx != NULL && strcmp(paths[i].name, name) == 0 &&
		    rte_cpu_get_flag_enabled(paths[i].cpu) == 1)
			return paths[i].rx;
	return NULL;
}

static eth_tx_burst_t
tx(const char *name)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(paths); i++)
		if (paths[i].tx != NULL && strcmp(paths[i].name, name) == 0 &&
		    rte_cpu_get_flag_enabled(paths[i].cpu) == 1)
			return paths[i].tx;
	return NULL;
}

static void *
rxq_new(struct rte_mempool *mp, uint16_t nb_desc, unsigned int flags)
{
	struct ice_mp_rxq *q = bench_mem(sizeof(*q));
	struct rte_mbuf mb;

	RTE_SET_USED(flags);
	/* What the driver takes for the offloads of the rows. */
	q->desc_shift = 4;
	q->hw_ring = bench_mem((size_t)nb_desc << q->desc_shift);
	q->ring = q->hw_ring;
	q->sw = bench_mem((nb_desc + ICE_MP_RX_AHEAD) * sizeof(*q->sw));
	q->tail = &bench_doorbell;
	q->mp = mp;
	q->buf_delta = sizeof(struct rte_mbuf) + RTE_PKTMBUF_HEADROOM;
	q->nb_desc = nb_desc;
	q->free_thresh = 32;
	q->conf_free_thresh = q->free_thresh;
	q->buf_len = 2048;
	memset(&mb, 0, sizeof(mb));
	mb.nb_segs = 1;
	mb.data_off = RTE_PKTMBUF_HEADROOM;
	rte_mbuf_refcnt_set(&mb, 1);
	memcpy(&q->rearm, (const uint8_t *)&mb + offsetof(struct rte_mbuf, data_off),
	       sizeof(q->rearm));
	q->nb_hold = nb_desc;
	if (ice_mp_rx_refill(q, nb_desc) != nb_desc)
		rte_exit(EXIT_FAILURE, "the pool is too small\n");
	return q;
}

static void
rxq_complete(void *queue, uint16_t n, bool meta)
{
	struct ice_mp_rxq *q = queue;
	uint16_t i, at = q->next;

	for (i = 0; i < n; i++) {
		volatile union ice_mp_rx_desc *d = (volatile void *)ice_mp_rx_slot(q, q->hw_ring,
										   at);

		memset((void *)(uintptr_t)d, 0, (size_t)1 << q->desc_shift);
		d->wb.rxdid = ICE_MP_RXDID_FLEX_NIC;
		d->wb.ptype_flags0 = ICE_MP_PTYPE_IPV4_UDP;
		d->wb.pkt_len = BENCH_FRAME;
		d->wb.flex0 = 0x12345678 + at;
		d->wb.status_error0 = ICE_MP_RX_S0_DD | ICE_MP_RX_S0_EOF |
				      (meta ? ICE_MP_RX_S0_RSS_VALID | ICE_MP_RX_S0_L3L4P : 0);
		at = at + 1 == q->nb_desc ? 0 : at + 1;
	}
}

static void
rxq_free(void *queue)
{
	struct ice_mp_rxq *q = queue;

	free((void *)(uintptr_t)q->hw_ring);
	free(q->sw);
	free(q);
}

static void *
txq_new(uint16_t nb_desc, unsigned int flags)
{
	struct ice_mp_txq *q = bench_mem(sizeof(*q));

	q->hw_ring = bench_mem(nb_desc * sizeof(*q->hw_ring));
	q->ring = q->hw_ring;
	q->sw = bench_mem(nb_desc * sizeof(*q->sw));
	q->rs = bench_mem(nb_desc * sizeof(*q->rs));
	q->tail = &bench_doorbell;
	q->nb_desc = nb_desc;
	q->rs_thresh = 32;
	q->free_thresh = 32;
	q->plenty = 32;
	ice_mp_txq_set_max_pkt(q, 1518);
	q->nb_free = nb_desc - 1;
	q->offloads = (flags & BENCH_FAST_FREE) ? RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE : 0;
	return q;
}

static void
txq_free(void *queue)
{
	struct ice_mp_txq *q = queue;

	free((void *)(uintptr_t)q->hw_ring);
	free(q->sw);
	free(q->rs);
	free(q);
}

static volatile void *
txq_ring(void *queue)
{
	return ((struct ice_mp_txq *)queue)->hw_ring;
}

const struct bench_driver bench_ours = {
	.name = "ice_mp",
	.rx = rx,
	.tx = tx,
	.rxq_new = rxq_new,
	.rxq_complete = rxq_complete,
	.rxq_free = rxq_free,
	.txq_new = txq_new,
	.txq_free = txq_free,
	.txq_ring = txq_ring,
};
