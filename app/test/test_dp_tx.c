/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/*
 * Transmit: every vector path beside the scalar one of its kind, see dp.h.
 */

#include <rte_errno.h>

#include "dp.h"

#define RING		128
#define THRESH		32
#define MAX_PKT		120
#define POOL		1024
#define BURST_MAX	64

struct world {
	eth_tx_burst_t burst;
	struct ice_mp_txq q;
	struct rte_mempool *mp[2];
	uint32_t tail;
	struct rte_mbuf *pkts[BURST_MAX];
};

static int
world_open(struct world *w, const char *name, eth_tx_burst_t burst)
{
	struct ice_mp_txq *q = &w->q;
	char other[16];

	memset(w, 0, sizeof(*w));
	w->burst = burst;
	snprintf(other, sizeof(other), "%s2", name);
	w->mp[0] = dp_pool(name, POOL, 64);
	w->mp[1] = dp_pool(other, POOL, 0);
	T_CHECK(w->mp[0] != NULL && w->mp[1] != NULL, "no pool: %s", rte_strerror(rte_errno));
	q->hw_ring = dp_ring(RING * sizeof(*q->hw_ring));
	q->sw = calloc(RING, sizeof(*q->sw));
	q->rs = calloc(RING, sizeof(*q->rs));
	T_CHECK(q->hw_ring != NULL && q->sw != NULL && q->rs != NULL, "no memory");
	q->ring = q->hw_ring;
	q->tail = &w->tail;
	q->nb_desc = RING;
	q->rs_thresh = THRESH;
	q->free_thresh = THRESH;
	q->plenty = THRESH;
	ice_mp_txq_set_max_pkt(q, MAX_PKT);
	q->nb_free = RING - 1;
	return 0;
}

static void
world_close(struct world *w)
{
	free((void *)(uintptr_t)w->q.hw_ring);
	free(w->q.sw);
	free(w->q.rs);
	rte_mempool_free(w->mp[0]);
	rte_mempool_free(w->mp[1]);
}

/* What a burst may contain. */
struct kind {
	bool offload, fast_free;
};

static uint64_t
some_offloads(uint64_t *seed)
{
	static const uint64_t l4[] = { 0, RTE_MBUF_F_TX_TCP_CKSUM, RTE_MBUF_F_TX_SCTP_CKSUM,
				       RTE_MBUF_F_TX_UDP_CKSUM };
	uint64_t f = l4[dp_rand(seed) % RTE_DIM(l4)];

	f |= dp_once_in(seed, 2) ? RTE_MBUF_F_TX_IPV6 :
	     dp_once_in(seed, 2) ? RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM :
				   RTE_MBUF_F_TX_IPV4;
	if (dp_once_in(seed, 3))
		f |= RTE_MBUF_F_TX_VLAN;
	if (dp_once_in(seed, 8))
		f |= RTE_MBUF_F_TX_TCP_SEG;
	return f;
}

/* The same packet in each world, from the same numbers. NULL: pool empty. */
static struct rte_mbuf *
make(struct world *w, struct kind kind, bool calm, uint64_t seed)
{
	struct rte_mempool *mp = w->mp[!kind.fast_free && dp_once_in(&seed, 6)];
	struct rte_mbuf *m = rte_pktmbuf_alloc(mp), *s;
	uint32_t what = dp_rand(&seed) % 32;
	uint16_t i;

	if (m == NULL)
		return NULL;
	m->data_len = RTE_ETHER_HDR_LEN + dp_rand(&seed) % (MAX_PKT - RTE_ETHER_HDR_LEN + 1);
	m->data_off = dp_rand(&seed) % RTE_PKTMBUF_HEADROOM;
	m->vlan_tci = dp_rand(&seed);
	m->hash.rss = dp_rand(&seed);
	m->packet_type = dp_rand(&seed);
	m->l2_len = dp_rand(&seed);
	m->l3_len = dp_rand(&seed);
	m->l4_len = dp_rand(&seed) % 64;
	m->tso_segsz = dp_rand(&seed) % 128;
	/* Flags of reception stay, and those of paths that do not look. */
	m->ol_flags = dp_rand(&seed) & 0xFFF;
	if (!calm && (!kind.offload || dp_once_in(&seed, 3)))
		m->ol_flags |= some_offloads(&seed);
	if (!calm && what < 3)
		m->data_len = what == 0 ? 0 : what == 1 ? RTE_ETHER_HDR_LEN - 1 : MAX_PKT + 1;
	m->pkt_len = m->data_len;
	/* Longer chains than any path but the full one takes; TSO needs data. */
	if (!calm && (what == 3 || (what == 4 && kind.offload))) {
		for (i = dp_rand(&seed) % 10; i > 0; i--) {
			s = rte_pktmbuf_alloc(mp);
			if (s == NULL)
				break;
			s->data_len = 1 + dp_rand(&seed) % 60;
			rte_pktmbuf_chain(m, s);
		}
	}
	/* Somebody else's, too: by reference, or as what a clone is attached to. */
	if (!calm && !kind.fast_free && what == 5) {
		rte_mbuf_refcnt_update(m, 1);
	} else if (!calm && !kind.fast_free && what == 6) {
		s = rte_pktmbuf_clone(m, mp);
		if (s != NULL) {
			rte_pktmbuf_free(m);
			m = s;
		}
	}
	return m;
}

/* The second owner of a packet is done with it when the driver has it. */
static void
let_go(struct rte_mbuf *m, bool shared)
{
	if (shared)
		rte_pktmbuf_free(m);
}

static int
same_ring(const struct world *a, const struct world *b)
{
	uint16_t at;

	T_EQ(b->q.next, a->q.next);
	T_EQ(b->q.clean, a->q.clean);
	T_EQ(b->q.nb_free, a->q.nb_free);
	T_EQ(b->q.since_rs, a->q.since_rs);
	T_EQ(b->q.rs_head, a->q.rs_head);
	T_EQ(b->q.rs_count, a->q.rs_count);
	T_EQ(b->q.packets, a->q.packets);
	T_EQ(b->q.bytes, a->q.bytes);
	T_EQ(b->q.errors, a->q.errors);
	T_EQ(b->q.lost, a->q.lost);
	T_EQ(b->q.mixed, a->q.mixed);
	T_EQ(b->q.busy, 0);
	T_EQ(b->tail, a->tail);
	for (at = a->q.clean; at != a->q.next; at = (at + 1) % RING) {
		struct rte_mbuf *m[2] = { a->q.sw[at], b->q.sw[at] };

		T_EQ(dp_nr(m[1]), dp_nr(m[0]));
		T_EQ(b->q.hw_ring[at].qw1, a->q.hw_ring[at].qw1);
		if (m[0] == NULL) {
			T_EQ(b->q.hw_ring[at].addr, a->q.hw_ring[at].addr);
			continue;
		}
		T_EQ(a->q.hw_ring[at].addr, rte_mbuf_data_iova(m[0]));
		T_EQ(b->q.hw_ring[at].addr, rte_mbuf_data_iova(m[1]));
	}
	return 0;
}

/* The device does up to n of the packets that ask for completion; rarely it
 * forgets to say so of one. */
static void
device_sends(struct world *w, uint16_t n, bool forget)
{
	uint16_t i, at;

	for (i = 0; i < RTE_MIN(n, w->q.rs_count); i++) {
		at = w->q.rs[(w->q.rs_head + i) % RING];
		if (!(forget && i == 0 && w->q.rs_count > 1))
			w->q.hw_ring[at].qw1 = ICE_MP_TXD_DTYPE_DONE;
	}
}

static int
lockstep(struct world w[2], struct kind kind, uint64_t seed)
{
	uint16_t nb, n[2], i, k;
	uint64_t done = 0;

	while (done < DP_PACKETS) {
		bool calm = dp_once_in(&seed, 2), shared[BURST_MAX];

		nb = dp_rand(&seed) % (BURST_MAX + 1);
		for (k = 0; k < nb; k++) {
			dp_rand(&seed);
			for (i = 0; i < 2; i++) {
				w[i].pkts[k] = make(&w[i], kind, calm, seed);
				T_CHECK(w[i].pkts[k] != NULL, "the pool is empty: a leak");
			}
			shared[k] = rte_mbuf_refcnt_read(w[0].pkts[k]) > 1;
		}
		for (i = 0; i < 2; i++)
			n[i] = w[i].burst(&w[i].q, w[i].pkts, nb);
		T_EQ(n[1], n[0]);
		T_TRY(same_ring(&w[0], &w[1]));
		done += n[0];
		for (i = 0; i < 2; i++) {
			for (k = 0; k < n[i]; k++)
				let_go(w[i].pkts[k], shared[k]);
			for (k = n[i]; k < nb; k++) {
				let_go(w[i].pkts[k], shared[k]);
				rte_pktmbuf_free(w[i].pkts[k]);
			}
		}
		nb = dp_rand(&seed) % 5;
		calm = !dp_once_in(&seed, 50);
		for (i = 0; i < 2; i++)
			device_sends(&w[i], nb, !calm);
		T_EQ(rte_mempool_in_use_count(w[1].mp[0]), rte_mempool_in_use_count(w[0].mp[0]));
		T_EQ(rte_mempool_in_use_count(w[1].mp[1]), rte_mempool_in_use_count(w[0].mp[1]));
	}
	/* Everything out, the rest as a queue's stop does it. */
	for (i = 0; i < 2; i++) {
		device_sends(&w[i], RING, false);
		ice_mp_tx_clean(&w[i].q, false);
		for (k = w[i].q.clean; k != w[i].q.next; k = (k + 1) % RING)
			rte_pktmbuf_free_seg(w[i].q.sw[k]);
	}
	T_CHECK(w[0].q.errors > DP_PACKETS / 200, "few malformed packets");
	T_TRY(dp_pools_agree(w[0].mp[0], w[1].mp[0], 0));
	return dp_pools_agree(w[0].mp[1], w[1].mp[1], 0);
}

/* What was sent is freed as the device does it, and no further than it got. */
static int
in_order(struct world *w)
{
	uint16_t i, k;

	for (i = 0; i < 3; i++) {
		for (k = 0; k < THRESH; k++) {
			w->pkts[k] = make(w, (struct kind){ false, true }, true, k);
			T_CHECK(w->pkts[k] != NULL, "no mbuf");
		}
		T_EQ(w->burst(&w->q, w->pkts, THRESH), THRESH);
	}
	T_EQ(ice_mp_tx_clean(&w->q, true), 0);
	w->q.hw_ring[THRESH - 1].qw1 = ICE_MP_TXD_DTYPE_DONE;
	T_EQ(ice_mp_tx_clean(&w->q, true), THRESH);
	T_EQ(rte_mempool_in_use_count(w->mp[0]), 2 * THRESH);
	w->q.hw_ring[3 * THRESH - 1].qw1 = ICE_MP_TXD_DTYPE_DONE;
	T_EQ(ice_mp_tx_clean(&w->q, true), 0);
	w->q.hw_ring[2 * THRESH - 1].qw1 = ICE_MP_TXD_DTYPE_DONE;
	T_EQ(ice_mp_tx_clean(&w->q, true), 2 * THRESH);
	T_EQ(rte_mempool_in_use_count(w->mp[0]), 0);
	return 0;
}

/* The packet that asks for a completion is as the others in all else. */
static int
last(struct world *w)
{
	const uint64_t cmd = ICE_MP_TXD_CMD_EOP | ICE_MP_TXD_CMD_IL2TAG1, rs = ICE_MP_TXD_CMD_RS;
	uint16_t k;

	for (k = 0; k < THRESH; k++) {
		w->pkts[k] = make(w, (struct kind){ true, true }, true, k);
		T_CHECK(w->pkts[k] != NULL, "no mbuf");
		w->pkts[k]->ol_flags = RTE_MBUF_F_TX_VLAN;
	}
	T_EQ(w->burst(&w->q, w->pkts, THRESH), THRESH);
	for (k = 0; k < THRESH; k++)
		T_EQ(w->q.hw_ring[k].qw1,
		     (cmd | (k == THRESH - 1 ? rs : 0)) << ICE_MP_TXD_CMD_S |
		     (uint64_t)w->pkts[k]->data_len << ICE_MP_TXD_BUF_SZ_S |
		     (uint64_t)w->pkts[k]->vlan_tci << ICE_MP_TXD_L2TAG1_S);
	w->q.hw_ring[THRESH - 1].qw1 = ICE_MP_TXD_DTYPE_DONE;
	T_EQ(ice_mp_tx_clean(&w->q, true), THRESH);
	return 0;
}

/* RS is for whole bursts: none is split so that it comes to the very descriptor. */
static int
one_ask(struct world *w)
{
	const uint64_t rs = (uint64_t)ICE_MP_TXD_CMD_RS << ICE_MP_TXD_CMD_S;
	const uint16_t few = 5;
	uint16_t i, k, n;

	for (i = 0; i < 2; i++) {
		n = i == 0 ? few : THRESH;
		for (k = 0; k < n; k++) {
			w->pkts[k] = make(w, (struct kind){ false, true }, true, k);
			T_CHECK(w->pkts[k] != NULL, "no mbuf");
		}
		T_EQ(w->burst(&w->q, w->pkts, n), n);
	}
	for (k = 0; k < few + THRESH; k++)
		T_EQ(w->q.hw_ring[k].qw1 & rs, k == few + THRESH - 1 ? rs : 0);
	w->q.hw_ring[few + THRESH - 1].qw1 = ICE_MP_TXD_DTYPE_DONE;
	T_EQ(ice_mp_tx_clean(&w->q, true), few + THRESH);
	T_EQ(rte_mempool_in_use_count(w->mp[0]), 0);
	return 0;
}

/* A burst's worth of small packets of a pool. */
static int
small(struct rte_mempool *mp, struct rte_mbuf **pkts)
{
	uint16_t k;

	T_EQ(rte_pktmbuf_alloc_bulk(mp, pkts, THRESH), 0);
	for (k = 0; k < THRESH; k++)
		rte_pktmbuf_append(pkts[k], RTE_ETHER_MIN_LEN);
	return 0;
}

/* Fast-free is for buffers of one pool. With others, too, each goes where it came from. */
static int
pools(struct world *w)
{
	uint16_t i;

	for (i = 0; i < 3; i++) {
		T_TRY(small(w->mp[i % 2], w->pkts));
		T_EQ(w->burst(&w->q, w->pkts, THRESH), THRESH);
	}
	for (i = 1; i <= 3; i++)
		w->q.hw_ring[i * THRESH - 1].qw1 = ICE_MP_TXD_DTYPE_DONE;
	T_EQ(ice_mp_tx_clean(&w->q, true), 3 * THRESH);
	return dp_pools_agree(w->mp[0], w->mp[1], 0);
}

/* As many buffers are freed as are needed now, and more as far as the lcore's cache of
 * their pool has room for them. */
static int
spare_room(struct world *w)
{
	struct rte_mempool_cache *cache = rte_mempool_default_cache(w->mp[0], rte_lcore_id());
	struct rte_mbuf *fill[2 * THRESH];
	uint16_t room, freed, k;
	unsigned int full;

	T_CHECK(cache != NULL && cache->size == RTE_DIM(fill), "a cache of another size");
	for (full = 0; full < 2; full++) {
		while (w->q.nb_free >= THRESH) {
			T_TRY(small(w->mp[0], w->pkts));
			T_EQ(w->burst(&w->q, w->pkts, THRESH), THRESH);
		}
		for (k = 0; k < RING; k++)
			if (w->q.hw_ring[k].qw1 & (uint64_t)ICE_MP_TXD_CMD_RS << ICE_MP_TXD_CMD_S)
				w->q.hw_ring[k].qw1 = ICE_MP_TXD_DTYPE_DONE;
		T_TRY(small(w->mp[0], w->pkts));
		/* Now it has as many as it may keep, or none. */
		T_EQ(rte_mempool_get_bulk(w->mp[0], (void **)fill, RTE_DIM(fill)), 0);
		rte_mempool_cache_flush(cache, w->mp[0]);
		if (full)
			rte_mempool_put_bulk(w->mp[0], (void **)fill, RTE_DIM(fill));
		else
			rte_mempool_ops_enqueue_bulk(w->mp[0], (void **)fill, RTE_DIM(fill));
		room = w->q.nb_free;
		T_EQ(w->burst(&w->q, w->pkts, THRESH), THRESH);
		freed = w->q.nb_free + THRESH - room;
		T_EQ(freed, full ? THRESH : 2 * THRESH);
	}
	for (k = 0; k < RING; k++)
		w->q.hw_ring[k].qw1 = ICE_MP_TXD_DTYPE_DONE;
	ice_mp_tx_clean(&w->q, true);
	return dp_pools_agree(w->mp[0], w->mp[1], 0);
}

static int
alone(int (*run)(struct world *w), eth_tx_burst_t burst)
{
	static struct world w;
	int rc;

	T_TRY(world_open(&w, "dp_a", burst));
	rc = run(&w);
	world_close(&w);
	return rc;
}

#define ALONE(what, burst) \
int dp_tx_##what(void) { return alone(what, burst); }
ALONE(in_order, ice_mp_tx_fast_free)
ALONE(last, ice_mp_tx_full_fast_free)
ALONE(one_ask, ice_mp_tx_fast_free)
ALONE(pools, ice_mp_tx_fast_free)
ALONE(spare_room, ice_mp_tx_fast_free)

static int
tx(eth_tx_burst_t scalar, eth_tx_burst_t vector, bool offload, bool fast_free)
{
	static struct world w[2];
	int rc;

	T_TRY(world_open(&w[0], "dp_a", scalar));
	T_TRY(world_open(&w[1], "dp_b", vector));
	rc = lockstep(w, (struct kind){ offload, fast_free }, 0xD1B54A32D192ED03);
	world_close(&w[1]);
	world_close(&w[0]);
	return rc;
}

#define TX_CASES(w) \
int dp_tx_##w(void) { return tx(ice_mp_tx_simple, ice_mp_tx_##w, false, false); } \
int dp_tx_##w##_fast_free(void) \
{ return tx(ice_mp_tx_fast_free, ice_mp_tx_##w##_fast_free, false, true); } \
int dp_tx_##w##_offload(void) { return tx(ice_mp_tx_full, ice_mp_tx_##w##_offload, true, false); } \
int dp_tx_##w##_offload_fast_free(void) \
{ return tx(ice_mp_tx_full_fast_free, ice_mp_tx_##w##_offload_fast_free, true, true); }
TX_CASES(sse)
TX_CASES(avx2)
TX_CASES(avx512)
TX_CASES(simde)
