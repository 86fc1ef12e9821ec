/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_net.h>

#include "ice_mp_tx_priv.h"

/*
 * Transmit: what is freed, and packets of every kind one by one.
 */

static __rte_always_inline uint16_t
inc(const struct ice_mp_txq *q, uint16_t i)
{
	return i + 1 == q->nb_desc ? 0 : i + 1;
}

/* Refcnt 1 and one segment, as they lie side by side in an mbuf. */
static_assert(offsetof(struct rte_mbuf, nb_segs) == offsetof(struct rte_mbuf, refcnt) + 2,
	      "refcnt and nb_segs are read together");
#define ALONE		(1 | 1 << 16)

/* Can it go back to its pool without more ado? With one segment and no other
 * owner, `next` is NULL by the rules of mbufs; only a segment of a chain that
 * was posted has to be asked, for it is in a cold line. */
static __rte_always_inline bool
returnable(const struct rte_mbuf *m, bool chained)
{
	uint32_t w;

	memcpy(&w, (const uint8_t *)m + offsetof(struct rte_mbuf, refcnt), sizeof(w));
	return w == ALONE && RTE_MBUF_DIRECT(m) && (!chained || m->next == NULL);
}

/* In bulk as far as neighbours have the same pool and need no more.
 * mixed: segments of chains, or context descriptors (NULL), among them. */
static __rte_always_inline void
free_each(struct rte_mbuf **sw, uint16_t n, bool mixed)
{
	struct rte_mempool *mp;
	unsigned int i = 0, from;

	while (i < n) {
		if (mixed && sw[i] == NULL) {
			i++;
			continue;
		}
		if (unlikely(!returnable(sw[i], mixed))) {
			rte_pktmbuf_free_seg(sw[i++]);
			continue;
		}
		mp = sw[i]->pool;
		for (from = i++; i < n; i++)
			if ((mixed && sw[i] == NULL) || sw[i]->pool != mp ||
			    !returnable(sw[i], mixed))
				break;
		rte_mempool_put_bulk(mp, (void **)&sw[from], i - from);
	}
}

/* Not inlined: they are long, and there is one of each. */
static __rte_noinline void
free_single(struct rte_mbuf **sw, uint16_t n)
{
	free_each(sw, n, false);
}

static __rte_noinline void
free_mixed(struct rte_mbuf **sw, uint16_t n)
{
	free_each(sw, n, true);
}

/* What the lcore's cache has no room for, or without one. Not inlined, as above. */
static __rte_noinline void
put_in_pool(struct rte_mempool *mp, struct rte_mempool_cache *cache, struct rte_mbuf **sw,
	    unsigned int n)
{
	rte_mempool_generic_put(mp, (void **)sw, n, cache);
}

/* All from one pool, each its own, and not looked at, for they are in no cache any more:
 * usually there is room in the lcore's cache of the pool, and libc copies with the widest
 * vectors of the CPU. */
static __rte_always_inline void
put_all(struct rte_mempool *mp, struct rte_mempool_cache *cache, struct rte_mbuf **sw,
	unsigned int n)
{
#if !defined(RTE_LIBRTE_MEMPOOL_DEBUG) && !defined(RTE_LIBRTE_MEMPOOL_STATS)
	unsigned int len;

	if (likely(cache != NULL && (len = cache->len) + n <= cache->flushthresh)) {
		cache->len = len + n;
		memcpy(&cache->objs[len], sw, n * sizeof(*sw));
		return;
	}
#endif
	put_in_pool(mp, cache, sw, n);
}

static __rte_always_inline void
free_range(struct ice_mp_txq *q, struct rte_mempool_cache *cache, unsigned int first,
	   unsigned int n, bool fast_free)
{
	struct rte_mbuf **sw = &q->sw[first];

	if (q->mixed)
		free_mixed(sw, n);
	else if (fast_free)
		put_all(q->mp, cache, sw, n);
	else
		free_single(sw, n);
}

void
ice_mp_tx_other_pool(struct ice_mp_txq *q, struct rte_mempool *mp)
{
	/* Against the rules of fast-free; each buffer is asked from now on. */
	if (q->mp != NULL)
		q->mixed = true;
	q->mp = mp;
}

/* The FIFO begins at `head` now, `left` are in it. Relaxed: the event thread looks on. */
static __rte_always_inline void
rs_are(struct ice_mp_txq *q, uint16_t head, uint16_t left)
{
	__atomic_store_n(&q->rs_head, head, __ATOMIC_RELAXED);
	__atomic_store_n(&q->rs_count, left, __ATOMIC_RELAXED);
}

/* Vain looks for room between two at the completions behind the oldest. */
#define TX_STALLED_LOOKS	64

/* The oldest completion has not come for a while, in a ring without room. The
 * device completes in order: if a later one is there, it was lost. */
static bool
skip_lost(struct ice_mp_txq *q, volatile struct ice_mp_tx_desc *ring)
{
	uint16_t i, at = q->rs_head;

	for (i = 1; i < q->rs_count; i++) {
		at = inc(q, at);
		if ((__atomic_load_n(&ring[q->rs[at]].qw1, __ATOMIC_ACQUIRE) &
		     ICE_MP_TXD_DTYPE_M) != ICE_MP_TXD_DTYPE_DONE)
			continue;
		rs_are(q, at, q->rs_count - i);
		q->lost += i;
		return true;
	}
	return false;
}

/* This lcore's cache of the pool to which all buffers go, of a queue that is not parked.
 * NULL: there is none, they go to several pools, or there are none. */
static __rte_always_inline struct rte_mempool_cache *
cache_of(const struct ice_mp_txq *q, bool fast_free)
{
	/* With something to be freed the pool is there. */
	if (!fast_free || q->rs_count == 0)
		return NULL;
	return rte_mempool_default_cache(q->mp, rte_lcore_id());
}

/* No completion has come. @return one was given up, others behind it have */
static __rte_noinline bool
given_up(struct ice_mp_txq *q, volatile struct ice_mp_tx_desc *ring)
{
	return q->rs_count > 0 && q->nb_free < q->free_thresh &&
	       ++q->stalled % TX_STALLED_LOOKS == 0 && skip_lost(q, ring);
}

/* Free what completions that have come one behind the other are of, up to the one that
 * makes `enough` descriptors free. @return descriptors freed */
static __rte_always_inline unsigned int
clean(struct ice_mp_txq *q, volatile struct ice_mp_tx_desc *ring, uint32_t enough,
      struct rte_mempool_cache *cache, bool fast_free)
{
	const uint16_t *rs = q->rs;
	const unsigned int nb_desc = q->nb_desc, from = q->clean, had = q->nb_free;
	unsigned int end = from, n = 0, at, left;

	do {
		at = q->rs_head;
		for (left = q->rs_count; left > 0 && had + n < enough; left--) {
			unsigned int last = rs[at];

			if ((__atomic_load_n(&ring[last].qw1, __ATOMIC_ACQUIRE) &
			     ICE_MP_TXD_DTYPE_M) != ICE_MP_TXD_DTYPE_DONE)
				break;
			end = last + 1 == nb_desc ? 0 : last + 1;
			n = end > from ? end - from : nb_desc - from + end;
			at = at + 1 == nb_desc ? 0 : at + 1;
		}
		if (likely(n > 0))
			break;
		if (!given_up(q, ring))
			return 0;
	} while (true);
	q->stalled = 0;
	rs_are(q, at, left);
	if (likely(from + n <= nb_desc)) {
		free_range(q, cache, from, n, fast_free);
	} else {
		free_range(q, cache, from, nb_desc - from, fast_free);
		free_range(q, cache, 0, end, fast_free);
	}
	q->clean = end;
	q->nb_free = had + n;
	return n;
}

/* Descriptors beyond those that are needed that are freed with them: together they cost
 * less, and the bursts behind this one need none of it. */
#define TX_MORE		96

/* As many of those as their buffers do not go past the lcore's cache, from where Rx takes
 * them: an lcore with many queues cleans all of them in turn. */
static __rte_always_inline unsigned int
clean_up_to(struct ice_mp_txq *q, volatile struct ice_mp_tx_desc *ring, uint32_t enough,
	    bool fast_free)
{
	struct rte_mempool_cache *cache = cache_of(q, fast_free);
	int more = TX_MORE, room;

	if (cache != NULL) {
		/* Behind those that are needed. */
		room = (int)cache->size - (int)cache->len - ((int)enough - q->nb_free);
		if (room < more)
			more = room;
		if (more < 0)
			more = 0;
	}
	return clean(q, ring, enough + more, cache, fast_free);
}

uint16_t
ice_mp_tx_clean_up_to(struct ice_mp_txq *q, volatile struct ice_mp_tx_desc *ring,
		      uint32_t enough, bool fast_free)
{
	return clean_up_to(q, ring, enough, fast_free);
}

bool
ice_mp_tx_make_room(struct ice_mp_txq *q, bool fast_free)
{
	uint16_t plenty = __atomic_load_n(&q->plenty, __ATOMIC_ACQUIRE);

	if (plenty == UINT16_MAX)
		return false;
	clean_up_to(q, __atomic_load_n(&q->ring, __ATOMIC_ACQUIRE), plenty, fast_free);
	return q->nb_free >= plenty;
}

uint16_t
ice_mp_tx_clean(struct ice_mp_txq *q, bool fast_free)
{
	uint16_t n = 0;

	ice_mp_burst_begin(&q->busy);
	/* Parked: the rest of the queue may be under construction. */
	if (__atomic_load_n(&q->plenty, __ATOMIC_ACQUIRE) != UINT16_MAX)
		n = clean(q, __atomic_load_n(&q->ring, __ATOMIC_ACQUIRE), UINT16_MAX,
			  cache_of(q, fast_free), fast_free);
	ice_mp_burst_end(&q->busy);
	return n;
}

#define TX_BURST(name, post, fast_free, offload) \
	ICE_MP_TX_RUNS(name, post, fast_free, offload) \
	ICE_MP_TX_ONE(name, post, fast_free, offload) \
	ICE_MP_TX_SHORT(name, any, post, fast_free, offload, false) \
	ICE_MP_TX_SHORT(name, last, post, fast_free, offload, true) \
	ICE_MP_TX_BURST(name, fast_free, \
			nb == 1 ? name##_one(q, pkts) : name##_any(q, pkts, nb), \
			name##_last(q, pkts, nb))

TX_BURST(tx_simple, ice_mp_tx_post, false, false)
TX_BURST(tx_fast_free, ice_mp_tx_post, true, false)
TX_BURST(tx_full, ice_mp_tx_post, false, true)
TX_BURST(tx_full_fast_free, ice_mp_tx_post, true, true)

struct ice_mp_tx_offload ice_mp_tx_offload_tbl[1 << ICE_MP_TX_OFFLOAD_BITS];

static uint64_t
offload_qw1(uint64_t f)
{
	uint64_t cmd = 0, l4_len = 0;

	if (f & RTE_MBUF_F_TX_VLAN)
		cmd |= ICE_MP_TXD_CMD_IL2TAG1;
	if (!(f & (RTE_MBUF_F_TX_IP_CKSUM | ICE_MP_TX_L4_OFFLOADS)))
		return cmd << ICE_MP_TXD_CMD_S;
	if (f & RTE_MBUF_F_TX_IPV6)
		cmd |= ICE_MP_TXD_CMD_IIPT_IPV6;
	else if (f & (RTE_MBUF_F_TX_IP_CKSUM | RTE_MBUF_F_TX_TCP_SEG))
		cmd |= ICE_MP_TXD_CMD_IIPT_IPV4_CSUM;
	else
		cmd |= ICE_MP_TXD_CMD_IIPT_IPV4;
	if (f & RTE_MBUF_F_TX_TCP_SEG)
		/* Its header's length is the packet's own. */
		return (cmd | ICE_MP_TXD_CMD_L4T_TCP) << ICE_MP_TXD_CMD_S;
	switch (f & RTE_MBUF_F_TX_L4_MASK) {
	case RTE_MBUF_F_TX_TCP_CKSUM:
		cmd |= ICE_MP_TXD_CMD_L4T_TCP;
		l4_len = sizeof(struct rte_tcp_hdr) >> 2;
		break;
	case RTE_MBUF_F_TX_UDP_CKSUM:
		cmd |= ICE_MP_TXD_CMD_L4T_UDP;
		l4_len = sizeof(struct rte_udp_hdr) >> 2;
		break;
	case RTE_MBUF_F_TX_SCTP_CKSUM:
		cmd |= ICE_MP_TXD_CMD_L4T_SCTP;
		l4_len = sizeof(struct rte_sctp_hdr) >> 2;
		break;
	default:
		break;
	}
	return cmd << ICE_MP_TXD_CMD_S | l4_len << ICE_MP_TXD_L4LEN_S;
}

static uint64_t
offload_of_pkt(uint64_t f)
{
	uint64_t fields = 0;

	if (f & RTE_MBUF_F_TX_VLAN)
		fields |= ICE_MP_TXD_L2TAG1_M;
	if (f & (RTE_MBUF_F_TX_IP_CKSUM | ICE_MP_TX_L4_OFFLOADS))
		fields |= ICE_MP_TXD_MACLEN_M | ICE_MP_TXD_IPLEN_M;
	if (f & RTE_MBUF_F_TX_TCP_SEG)
		fields |= ICE_MP_TXD_L4LEN_M;
	return fields;
}

RTE_INIT(offload_tbl_init)
{
	uint64_t i;

	for (i = 0; i < RTE_DIM(ice_mp_tx_offload_tbl); i++) {
		ice_mp_tx_offload_tbl[i].set = offload_qw1(i << ICE_MP_TX_OFFLOAD_S);
		ice_mp_tx_offload_tbl[i].of_pkt = offload_of_pkt(i << ICE_MP_TX_OFFLOAD_S);
	}
}

/* The parts of a packet's flags that say it is a tunnel. */
#define TX_TUNNEL	(ICE_MP_TX_TUNNEL_FLAGS & ~RTE_MBUF_F_TX_QINQ)

static bool
is_udp_tunnel(uint64_t f)
{
	switch (f & RTE_MBUF_F_TX_TUNNEL_MASK) {
	case RTE_MBUF_F_TX_TUNNEL_VXLAN:
	case RTE_MBUF_F_TX_TUNNEL_VXLAN_GPE:
	case RTE_MBUF_F_TX_TUNNEL_GENEVE:
	case RTE_MBUF_F_TX_TUNNEL_GTP:
	case RTE_MBUF_F_TX_TUNNEL_UDP:
		return true;
	default:
		return false;
	}
}

static bool
is_known_tunnel(uint64_t f)
{
	uint64_t type = f & RTE_MBUF_F_TX_TUNNEL_MASK;

	return is_udp_tunnel(f) || type == RTE_MBUF_F_TX_TUNNEL_GRE ||
	       type == RTE_MBUF_F_TX_TUNNEL_IPIP || type == RTE_MBUF_F_TX_TUNNEL_IP;
}

/* Does the outer part of a tunnel fit the fields it goes into? */
static bool
tunnel_ok(const struct rte_mbuf *m)
{
	bool v6 = m->ol_flags & RTE_MBUF_F_TX_OUTER_IPV6, udp = is_udp_tunnel(m->ol_flags);

	if (!is_known_tunnel(m->ol_flags) ||
	    v6 == !!(m->ol_flags & (RTE_MBUF_F_TX_OUTER_IPV4 | RTE_MBUF_F_TX_OUTER_IP_CKSUM)))
		return false;
	if (!udp && (m->ol_flags & RTE_MBUF_F_TX_OUTER_UDP_CKSUM))
		return false;
	return m->outer_l2_len >= RTE_ETHER_HDR_LEN && m->outer_l2_len % 2 == 0 &&
	       m->outer_l3_len >= (v6 ? sizeof(struct rte_ipv6_hdr) : sizeof(struct rte_ipv4_hdr)) &&
	       m->outer_l3_len % 4 == 0 && m->l2_len % 2 == 0 &&
	       (!udp || m->l2_len >= sizeof(struct rte_udp_hdr)) &&
	       (uint32_t)m->outer_l2_len + m->outer_l3_len + m->l2_len + m->l3_len <= m->pkt_len;
}

static_assert(ICE_MP_TXC_EIPLEN_M >> ICE_MP_TXC_EIPLEN_S == 511 >> 2 &&
	      ICE_MP_TXC_NATLEN_M >> ICE_MP_TXC_NATLEN_S >= 127 >> 1 &&
	      ICE_MP_TXD_MACLEN_M >> ICE_MP_TXD_MACLEN_S >= 127 >> 1,
	      "an mbuf's lengths fit the fields");

/* Can the device take this packet at all? A malformed one would make it drop
 * the packet or, on hardware, stop the queue. */
static bool
sendable(const struct ice_mp_txq *q, const struct rte_mbuf *m)
{
	bool tso = m->ol_flags & RTE_MBUF_F_TX_TCP_SEG, tunnel = m->ol_flags & TX_TUNNEL;
	unsigned int hdr = m->l2_len + m->l3_len + m->l4_len +
			   (tunnel ? m->outer_l2_len + m->outer_l3_len : 0);
	const struct rte_mbuf *s;

	if (m->pkt_len < RTE_ETHER_HDR_LEN || (tunnel && !tunnel_ok(m)))
		return false;
	for (s = m; s != NULL; s = s->next)
		if (s->data_len == 0 || s->data_len > ICE_MP_TX_MAX_BUF)
			return false;
	if (!tso)
		return m->nb_segs <= ICE_MP_TX_MAX_SEGS && m->pkt_len <= q->max_pkt;
	return m->nb_segs <= ICE_MP_TX_MAX_TSO_SEGS && m->tso_segsz >= ICE_MP_TXC_MSS_MIN &&
	       m->pkt_len > hdr && hdr + m->tso_segsz <= q->max_pkt &&
	       m->pkt_len - hdr <= (ICE_MP_TXC_TSO_LEN_M >> ICE_MP_TXC_TSO_LEN_S);
}

/* Qword 0 of the context descriptor. */
static uint64_t
ctx_qw0(const struct rte_mbuf *m)
{
	uint64_t f = m->ol_flags, qw = 0;

	if (f & RTE_MBUF_F_TX_QINQ)
		qw = (uint64_t)m->vlan_tci_outer << ICE_MP_TXC_L2TAG2_S;
	if (!(f & TX_TUNNEL))
		return qw;
	qw |= (f & RTE_MBUF_F_TX_OUTER_IPV6) ? ICE_MP_TXC_EIPT_IPV6 :
	      (f & RTE_MBUF_F_TX_OUTER_IP_CKSUM) ? ICE_MP_TXC_EIPT_IPV4_CSUM :
						   ICE_MP_TXC_EIPT_IPV4;
	if (is_udp_tunnel(f))
		qw |= ICE_MP_TXC_L4TUN_UDP;
	else if ((f & RTE_MBUF_F_TX_TUNNEL_MASK) == RTE_MBUF_F_TX_TUNNEL_GRE)
		qw |= ICE_MP_TXC_L4TUN_GRE;
	if (f & RTE_MBUF_F_TX_OUTER_UDP_CKSUM)
		qw |= ICE_MP_TXC_L4T_CS_M;
	return qw | (uint64_t)(m->outer_l3_len >> 2) << ICE_MP_TXC_EIPLEN_S |
	       (uint64_t)(m->l2_len >> 1) << ICE_MP_TXC_NATLEN_S;
}

/* Qword 1 of the context descriptor. */
static uint64_t
ctx_qw1(const struct rte_mbuf *m)
{
	uint64_t qw = ICE_MP_TXD_DTYPE_CTX, len;

	if (m->ol_flags & RTE_MBUF_F_TX_QINQ)
		qw |= (uint64_t)ICE_MP_TXC_CMD_IL2TAG2 << ICE_MP_TXC_CMD_S;
	if (!(m->ol_flags & RTE_MBUF_F_TX_TCP_SEG))
		return qw;
	len = m->pkt_len - m->l2_len - m->l3_len - m->l4_len;
	if (m->ol_flags & TX_TUNNEL)
		len -= m->outer_l2_len + m->outer_l3_len;
	return qw | (uint64_t)ICE_MP_TXC_CMD_TSO << ICE_MP_TXC_CMD_S |
	       len << ICE_MP_TXC_TSO_LEN_S | (uint64_t)m->tso_segsz << ICE_MP_TXC_MSS_S;
}

/* Qword 1 of the data descriptors of a packet with a context descriptor. In a tunnel
 * MACLEN is the outer Ethernet header; L2's length went into the context. */
static uint64_t
ctx_offloads(const struct rte_mbuf *m)
{
	uint64_t qw = ice_mp_tx_offloads(m);

	if (m->ol_flags & TX_TUNNEL)
		qw = (qw & ~ICE_MP_TXD_MACLEN_M) |
		     (uint64_t)(m->outer_l2_len >> 1) << ICE_MP_TXD_MACLEN_S;
	/* Two tags are two, whether or not the first is named by itself. */
	if ((m->ol_flags & (RTE_MBUF_F_TX_QINQ | RTE_MBUF_F_TX_VLAN)) == RTE_MBUF_F_TX_QINQ)
		qw |= (uint64_t)ICE_MP_TXD_CMD_IL2TAG1 << ICE_MP_TXD_CMD_S |
		      (uint64_t)m->vlan_tci << ICE_MP_TXD_L2TAG1_S;
	return qw;
}

int
ice_mp_tx_refuse(struct ice_mp_txq *q, struct rte_mbuf *m)
{
	q->errors++;
	rte_pktmbuf_free(m);
	return -1;
}

int
ice_mp_tx_any(struct ice_mp_txq *q, volatile struct ice_mp_tx_desc *ring, struct rte_mbuf *m,
	      uint16_t reserve, bool fast_free, uint64_t *bytes)
{
	bool ctx = m->ol_flags & (RTE_MBUF_F_TX_TCP_SEG | ICE_MP_TX_TUNNEL_FLAGS);
	uint64_t qw1 = 0;
	uint16_t need = m->nb_segs + ctx, at, last;
	struct rte_mbuf *s;

	if (unlikely(!sendable(q, m) || need > q->nb_desc - 1 - q->rs_thresh))
		return ice_mp_tx_refuse(q, m);
	if (unlikely((uint32_t)need + reserve > q->nb_free)) {
		ice_mp_tx_clean_up_to(q, ring, need, fast_free);
		if ((uint32_t)need + reserve > q->nb_free)
			return 0;
	}
	at = q->next;
	if (ctx)
		qw1 = ctx_offloads(m);
	else if (m->ol_flags & ICE_MP_TX_OFFLOAD_FLAGS)
		qw1 = ice_mp_tx_offloads(m);
	if (need > 1)
		q->mixed = true;
	if (ctx) {
		q->sw[at] = NULL;
		q->hw_ring[at].addr = ctx_qw0(m);
		q->hw_ring[at].qw1 = ctx_qw1(m);
		at = inc(q, at);
	}
	*bytes += m->pkt_len;
	last = at;
	for (s = m; s != NULL; s = s->next) {
		uint64_t eop = s->next == NULL ? ICE_MP_TXD_CMD_EOP : 0;

		q->sw[at] = s;
		q->hw_ring[at].addr = rte_mbuf_data_iova(s);
		q->hw_ring[at].qw1 = ice_mp_tx_qw1(eop, s->data_len) | qw1;
		last = at;
		at = inc(q, at);
	}
	q->next = at;
	ice_mp_tx_posted(q, last, need, false, fast_free);
	return 1;
}

/* Up to the first packet that needs a context descriptor. */
static unsigned int
post_before_tunnel(const struct ice_mp_txq *q, unsigned int at, struct rte_mbuf **pkts,
		   unsigned int nb, bool offload, uint64_t *bytes)
{
	unsigned int i;

	for (i = 0; i < nb; i++)
		if (pkts[i]->ol_flags & ICE_MP_TX_TUNNEL_FLAGS)
			break;
	return nb - i + ice_mp_tx_post(q, at, pkts, i, offload, bytes);
}

TX_BURST(tx_tunnel, post_before_tunnel, false, true)
TX_BURST(tx_tunnel_fast_free, post_before_tunnel, true, true)

uint16_t
ice_mp_tx_prepare(void *txq, struct rte_mbuf **pkts, uint16_t nb)
{
	struct ice_mp_txq *q = txq;
	const uint64_t known = ICE_MP_TX_OFFLOAD_FLAGS |
		((q->offloads & ICE_MP_TX_TUNNEL_OFFLOADS) ? ICE_MP_TX_TUNNEL_FLAGS : 0);
	uint16_t i;
	int rc;

	for (i = 0; i < nb; i++) {
		struct rte_mbuf *m = pkts[i];

		if (m->ol_flags & (RTE_MBUF_F_TX_OFFLOAD_MASK & ~known)) {
			rte_errno = ENOTSUP;
			return i;
		}
		if (!sendable(q, m)) {
			rte_errno = EINVAL;
			return i;
		}
#ifdef RTE_ETHDEV_DEBUG_TX
		rc = rte_validate_tx_offload(m);
		if (rc != 0) {
			rte_errno = -rc;
			return i;
		}
#endif
		rc = rte_net_intel_cksum_prepare(m);
		if (rc != 0) {
			rte_errno = -rc;
			return i;
		}
	}
	return i;
}
