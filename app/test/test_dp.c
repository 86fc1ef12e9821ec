/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/*
 * Receive: every vector path beside the scalar one, see dp.h.
 */

#include <rte_errno.h>

#include "dp.h"

#define RING		128
#define THRESH		32
#define BUF_LEN		128
/* A ring's worth, and less than the application would like to hold. */
#define POOL		(RING + 96)
#define HELD_MAX	POOL
#define BURST_MAX	80

/* The burst functions have it from the rest of the driver otherwise. */
uint32_t ice_mp_pid = 1;

struct world {
	eth_rx_burst_t burst;
	struct ice_mp_rxq q;
	struct rte_eth_dev_data data;
	struct ice_mp_port port;
	struct rte_mempool *mp;
	uint32_t tail;
	struct rte_mbuf *got[BURST_MAX];
	struct rte_mbuf *held[HELD_MAX];
};

static void
number(struct rte_mempool *mp, void *arg, void *obj, unsigned int idx)
{
	RTE_SET_USED(mp);
	RTE_SET_USED(arg);
	*(uint32_t *)rte_mbuf_to_priv((struct rte_mbuf *)obj) = idx;
}

struct rte_mempool *
dp_pool(const char *name, unsigned int n, unsigned int cache)
{
	struct rte_mempool *mp = rte_pktmbuf_pool_create(name, n, cache, RTE_MBUF_PRIV_ALIGN,
		RTE_PKTMBUF_HEADROOM + BUF_LEN, SOCKET_ID_ANY);

	if (mp != NULL)
		rte_mempool_obj_iter(mp, number, NULL);
	return mp;
}

static void
spoilt(struct rte_mempool *mp, void *arg, void *obj, unsigned int idx)
{
	struct rte_mbuf *m = obj;

	RTE_SET_USED(mp);
	RTE_SET_USED(idx);
	*(unsigned int *)arg += rte_mbuf_refcnt_read(m) != 1 || m->next != NULL ||
				m->nb_segs != 1 || !RTE_MBUF_DIRECT(m);
}

int
dp_pools_agree(struct rte_mempool *a, struct rte_mempool *b, unsigned int in_use)
{
	struct rte_mempool *mp[2] = { a, b };
	unsigned int i, bad = 0;

	for (i = 0; i < 2; i++) {
		T_EQ(rte_mempool_in_use_count(mp[i]), in_use);
		if (in_use == 0)
			rte_mempool_obj_iter(mp[i], spoilt, &bad);
	}
	T_EQ(bad, 0);
	return 0;
}

static int
world_open(struct world *w, const char *name, eth_rx_burst_t burst, uint8_t desc_shift,
	   bool fixed)
{
	struct rte_mbuf mb = { .nb_segs = 1, .data_off = RTE_PKTMBUF_HEADROOM, .port = 5 };
	struct ice_mp_rxq *q = &w->q;

	memset(w, 0, sizeof(*w));
	w->burst = burst;
	w->mp = dp_pool(name, POOL, 64);
	T_CHECK(w->mp != NULL, "no pool: %s", rte_strerror(rte_errno));
	w->port.data = &w->data;
	q->port = &w->port;
	q->desc_shift = desc_shift;
	q->nb_desc = RING;
	/* Exactly as long as it is: beyond it are other people's bytes. */
	q->hw_ring = dp_ring((size_t)RING << desc_shift);
	q->sw = calloc(RING + ICE_MP_RX_AHEAD, sizeof(*q->sw));
	T_CHECK(q->hw_ring != NULL && q->sw != NULL, "no memory");
	q->ring = q->hw_ring;
	q->tail = &w->tail;
	q->mp = w->mp;
	q->free_thresh = THRESH;
	q->buf_len = BUF_LEN;
	q->buf_delta = fixed ? sizeof(struct rte_mbuf) + RTE_MBUF_PRIV_ALIGN +
			       RTE_PKTMBUF_HEADROOM : 0;
	rte_mbuf_refcnt_set(&mb, 1);
	memcpy(&q->rearm, (const uint8_t *)&mb + offsetof(struct rte_mbuf, data_off),
	       sizeof(q->rearm));
	q->nb_hold = RING;
	T_EQ(ice_mp_rx_refill(q, RING), RING);
	w->tail = RING - 1;
	return 0;
}

static void
world_close(struct world *w)
{
	free((void *)(uintptr_t)w->q.hw_ring);
	free(w->q.sw);
	rte_mempool_free(w->mp);
}

/* The same frames for both worlds, from slot `at` on: mostly good ones, all
 * bits of all kinds now and then. One in the middle may stay undone. */
static void
device_writes(struct world *w, uint16_t at, uint16_t n, uint64_t seed)
{
	uint16_t i;

	for (i = 0; i < n; i++, at = (at + 1) % RING) {
		volatile union ice_mp_rx_desc *d = (volatile void *)
			ice_mp_rx_slot(&w->q, w->q.hw_ring, at);
		uint16_t st = dp_rand(&seed) | ICE_MP_RX_S0_DD, len = dp_rand(&seed);
		uint32_t kind = dp_rand(&seed) % 64;

		if (kind > 2)
			st |= ICE_MP_RX_S0_EOF;
		if (kind != 3)
			st &= ~ICE_MP_RX_S0_RXE;
		if (kind > 6)
			len = 1 + len % BUF_LEN;
		else if (kind > 4)
			len = kind == 5 ? 0 : BUF_LEN + 1;
		if (kind == 7)
			st &= ~ICE_MP_RX_S0_DD;
		d->wb.rxdid = ICE_MP_RXDID_FLEX_NIC;
		d->wb.mir_id_umb_cast = dp_rand(&seed);
		d->wb.ptype_flags0 = dp_rand(&seed);
		d->wb.pkt_len = len;
		d->wb.hdr_len_sph_flags1 = dp_rand(&seed);
		d->wb.l2tag1 = dp_rand(&seed);
		d->wb.flex0 = dp_rand(&seed);
		if (w->q.desc_shift == 5) {
			d->qw[2] = dp_rand(&seed);
			d->qw[3] = dp_rand(&seed);
		}
		d->wb.status_error0 = st;
	}
}

/* The device comes back to slots it had left undone. */
static void
device_completes(struct world *w, uint16_t at, uint16_t n)
{
	for (; n > 0; n--, at = (at + 1) % RING) {
		volatile union ice_mp_rx_desc *d = (volatile void *)
			ice_mp_rx_slot(&w->q, w->q.hw_ring, at);

		d->wb.status_error0 |= ICE_MP_RX_S0_DD;
	}
}

/* What is left in an mbuf that goes back: a path has to set all it reports. */
static void
give_back(struct world *w, struct rte_mbuf *m, uint64_t seed)
{
	m->data_off = dp_rand(&seed);
	m->port = dp_rand(&seed);
	m->ol_flags = dp_rand(&seed);
	m->packet_type = dp_rand(&seed);
	m->pkt_len = dp_rand(&seed);
	m->data_len = dp_rand(&seed);
	m->vlan_tci = dp_rand(&seed);
	m->hash.rss = dp_rand(&seed);
	rte_mempool_put(w->mp, m);
}

static int
same_frame(struct rte_mbuf *a, struct rte_mbuf *b, bool meta)
{
	T_EQ(dp_nr(b), dp_nr(a));
	T_EQ(b->data_off, a->data_off);
	T_EQ(rte_mbuf_refcnt_read(b), rte_mbuf_refcnt_read(a));
	T_EQ(b->nb_segs, a->nb_segs);
	T_EQ(b->port, a->port);
	T_EQ(b->ol_flags, meta ? a->ol_flags : 0);
	T_EQ(b->packet_type, a->packet_type);
	T_EQ(b->pkt_len, a->pkt_len);
	T_EQ(b->data_len, a->data_len);
	T_EQ(b->vlan_tci, a->vlan_tci);
	T_EQ(b->hash.rss, a->hash.rss);
	T_CHECK(a->next == NULL && b->next == NULL, "a chain");
	return 0;
}

static int
same_queue(const struct world *a, const struct world *b)
{
	uint16_t i, at;

	T_EQ(b->q.next, a->q.next);
	T_EQ(b->q.rearm_at, a->q.rearm_at);
	T_EQ(b->q.nb_hold, a->q.nb_hold);
	T_EQ(b->q.packets, a->q.packets);
	T_EQ(b->q.bytes, a->q.bytes);
	T_EQ(b->q.errors, a->q.errors);
	T_EQ(b->q.no_mbuf, a->q.no_mbuf);
	T_EQ(b->data.rx_mbuf_alloc_failed, a->data.rx_mbuf_alloc_failed);
	T_EQ(b->q.busy, 0);
	T_EQ(b->tail, a->tail);
	/* Slots that hold a buffer, from the next one on. */
	for (i = 0; i < RING - a->q.nb_hold; i++) {
		at = (a->q.next + i) % RING;
		T_EQ(dp_nr(b->q.sw[at]), dp_nr(a->q.sw[at]));
	}
	return 0;
}

/* Newly posted slots: the address of their buffer, nothing else. */
static int
posted_well(const struct world *w, uint16_t from, uint16_t to)
{
	for (; from != to; from = (from + 1) % RING) {
		const volatile struct ice_mp_rx_read *r = ice_mp_rx_slot(&w->q, w->q.hw_ring, from);

		T_EQ(r->hdr_addr, 0);
		T_EQ(r->pkt_addr, rte_mbuf_data_iova_default(w->q.sw[from]));
	}
	return 0;
}

static int
lockstep(struct world w[2], bool meta, uint64_t seed)
{
	uint16_t written = 0, posted, held = 0, n[2], i, k, nb, before, first;
	uint64_t done = 0, once;

	/* `written`: slots from q->next on that the device has dealt with. */
	while (done < DP_PACKETS) {
		posted = (w[0].tail + RING - w[0].q.next) % RING;
		nb = dp_rand(&seed) % (posted - written + 1);
		if (dp_once_in(&seed, 4))
			nb = RTE_MIN(nb, 3);
		first = (w[0].q.next + written) % RING;
		once = seed;
		for (i = 0; i < 2; i++) {
			if (dp_once_in(&once, 3))
				device_completes(&w[i], w[i].q.next, written);
			once = seed;
			device_writes(&w[i], first, nb, seed);
		}
		dp_rand(&seed);
		written += nb;
		done += nb;
		nb = dp_rand(&seed) % (BURST_MAX + 1);
		before = w[0].q.next;
		first = w[0].q.rearm_at;
		for (i = 0; i < 2; i++)
			n[i] = w[i].burst(&w[i].q, w[i].got, nb);
		T_EQ(n[1], n[0]);
		for (k = 0; k < n[0]; k++)
			T_TRY(same_frame(w[0].got[k], w[1].got[k], meta));
		T_TRY(same_queue(&w[0], &w[1]));
		for (i = 0; i < 2; i++)
			T_TRY(posted_well(&w[i], first, w[i].q.rearm_at));
		written -= (w[0].q.next + RING - before) % RING;
		/* The application keeps some for a while, sometimes too many. */
		for (k = 0; k < n[0]; k++)
			for (i = 0; i < 2; i++)
				w[i].held[held + k] = w[i].got[k];
		held += n[0];
		for (k = dp_once_in(&seed, 8) ? 0 : dp_rand(&seed) % (held + 1); k > 0; k--) {
			uint16_t pick = dp_rand(&seed) % held--;

			for (i = 0; i < 2; i++) {
				give_back(&w[i], w[i].held[pick], seed);
				w[i].held[pick] = w[i].held[held];
			}
		}
	}
	T_CHECK(w[0].q.errors > DP_PACKETS / 100, "few bad frames: %lu", w[0].q.errors);
	T_CHECK(w[0].q.no_mbuf > 0, "the pool was never exhausted");
	return dp_pools_agree(w[0].mp, w[1].mp, RING - w[0].q.nb_hold + held);
}

static int
rx(eth_rx_burst_t burst, bool meta)
{
	static struct world w[2];
	unsigned int form;
	int rc;

	/* Both sizes of descriptors, addresses computed or fetched. */
	for (form = 0; form < 4; form++) {
		T_TRY(world_open(&w[0], "dp_a", ice_mp_rx_single, 4 + form / 2, form % 2));
		T_TRY(world_open(&w[1], "dp_b", burst, 4 + form / 2, form % 2));
		rc = lockstep(w, meta, 0x9E3779B97F4A7C15 + form);
		world_close(&w[1]);
		world_close(&w[0]);
		T_TRY(rc);
	}
	return 0;
}

#define RX_CASES(w) \
static int rx_##w(void) { return rx(ice_mp_rx_##w, false); } \
static int rx_##w##_offload(void) { return rx(ice_mp_rx_##w##_offload, true); }
RX_CASES(sse)
RX_CASES(avx2)
RX_CASES(avx512)
RX_CASES(simde)

#define CASES(w, flags) \
	{ "rx_" #w, rx_##w, 0, T_BARE | flags, NULL }, \
	{ "rx_" #w "_offload", rx_##w##_offload, 0, T_BARE | flags, NULL }, \
	{ "tx_" #w, dp_tx_##w, 0, T_BARE | flags, NULL }, \
	{ "tx_" #w "_fast_free", dp_tx_##w##_fast_free, 0, T_BARE | flags, NULL }, \
	{ "tx_" #w "_offload", dp_tx_##w##_offload, 0, T_BARE | flags, NULL }, \
	{ "tx_" #w "_offload_fast_free", dp_tx_##w##_offload_fast_free, 0, T_BARE | flags, NULL }

static const struct t_case cases[] = {
	CASES(sse, 0),
	CASES(avx2, T_AVX2),
	CASES(avx512, T_AVX512),
	CASES(simde, 0),
	{ "tx_in_order", dp_tx_in_order, 0, T_BARE, NULL },
	{ "tx_last", dp_tx_last, 0, T_BARE, NULL },
	{ "tx_one_ask", dp_tx_one_ask, 0, T_BARE, NULL },
	{ "tx_pools", dp_tx_pools, 0, T_BARE, NULL },
	{ "tx_spare_room", dp_tx_spare_room, 0, T_BARE, NULL },
};

T_SUITE(dp, cases);
